package dev.culvert.observe.dissect;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our names and values beside tshark's, for what labs do not send. {@code LabIT} compares what they do. */
class DissectIT {
    /** Packets that scapy makes: every protocol known here, and their options. */
    private static final String PACKETS = """
            from scapy.all import *
            from scapy.contrib.geneve import GENEVE, GeneveOptions
            import sys
            a, b = "02:00:00:00:00:01", "02:00:00:00:00:02"
            e = Ether(src=a, dst=b)
            inner = Ether(src=a, dst="ff:ff:ff:ff:ff:ff") / IP(src="10.0.0.1", dst="10.0.0.2", tos=0xb9) / ICMP(id=7, seq=9) / (b"x" * 40)
            inner6 = e / IPv6(src="fd00::1", dst="fd00::2", tc=0x2e, fl=0xabcde, hlim=7)
            out = IP(src="192.0.2.1", dst="192.0.2.2", flags="DF")
            out6 = IPv6(src="2001:db8::1", dst="2001:db8::2")
            p = [
              inner,
              e / ARP(op=1, hwsrc=a, psrc="10.0.0.1", pdst="10.0.0.2") / Padding(b"\\0" * 18),
              e / ARP(op=2, hwsrc=a, psrc="10.0.0.1", hwdst=b, pdst="10.0.0.2"),
              e / Dot1Q(vlan=10, prio=5, id=1) / IP() / TCP(flags="SE", options=[("MSS", 1400)]),
              e / Dot1AD(vlan=100) / Dot1Q(vlan=10) / IP() / UDP(sport=9, dport=7) / b"abc",
              e / IP(options=[IPOption_RR()], flags="MF") / ICMP() / b"12345678",
              e / IP(frag=3) / b"12345678",
              e / IP() / ICMP(type=3, code=4, nexthopmtu=1400) / IP() / UDP(),
              e / IP() / ICMP(type=11) / IP() / UDP(),
              inner6 / ICMPv6EchoRequest(id=3, seq=4) / b"abc",
              inner6 / ICMPv6EchoReply(id=3, seq=4),
              inner6 / ICMPv6ND_NS(tgt="fd00::9") / ICMPv6NDOptSrcLLAddr(lladdr=a),
              inner6 / ICMPv6ND_NA(tgt="fd00:0:0:1::9"),
              inner6 / ICMPv6PacketTooBig(mtu=1280) / IPv6(),
              inner6 / TCP(flags="PA", seq=1, ack=2) / b"data",
              e / out / UDP(sport=50000, dport=4789, chksum=0) / VXLAN(vni=0x123456) / inner,
              e / out6 / UDP(sport=50000, dport=4789) / VXLAN(vni=1) / inner6 / UDP(),
              e / out / UDP(sport=50000, dport=6081) / GENEVE(vni=0xabc, proto=0x6558) / inner,
              e / out / UDP(sport=50000, dport=6081) / GENEVE(vni=5, proto=0x6558, critical=1, options=[GeneveOptions(classid=0x102, type=0x80, data=b"abcd")]) / inner,
              e / out / GRE(proto=0x6558) / inner,
              e / out / GRE(proto=0x6558, key_present=1, key=77) / inner,
              e / out / GRE(proto=0x6558, key_present=1, key=77, seqnum_present=1, seqence_number=5, chksum_present=1) / inner,
              e / out6 / GRE(proto=0x0800) / IP() / ICMP(),
              e / out / UDP(sport=4500, dport=4500) / b"\\xff",
              e / out / UDP(sport=4500, dport=4500) / (b"\\0\\0\\0\\0" + b"\\1" * 8 + b"\\0" * 8 + bytes([46, 0x20, 34, 8]) + b"\\0\\0\\0\\0" + b"\\0\\0\\0\\x1c"),
              e / out / UDP(sport=500, dport=500) / (b"\\1" * 8 + b"\\2" * 8 + bytes([46, 0x20, 36, 0x20]) + b"\\0\\0\\0\\7" + b"\\0\\0\\0\\x1c"),
              e / out / ESP(spi=0x1234, seq=5, data=b"z" * 60),
              Ether(src=a, dst="01:80:c2:00:00:00", type=38) / (b"\\x42\\x42\\3" + b"\\0" * 43),
            ]
            wrpcap(sys.argv[1], p)
            """;

    @TempDir
    Path folder;

    @Test
    void agreesWithTshark() throws Exception {
        Path capture = folder.resolve("all.pcap");
        Path script = Files.writeString(folder.resolve("packets.py"), PACKETS);
        Process scapy = new ProcessBuilder(List.of("/usr/bin/python3", script.toString(), capture.toString()))
                .redirectErrorStream(true)
                .start();
        String said = new String(scapy.getInputStream().readAllBytes());
        assertThat(scapy.waitFor()).as(said).isZero();

        TsharkOpinion opinion = new TsharkOpinion(null).compare(capture, 1000);

        assertThat(opinion.complaints()).isEmpty();
        assertThat(opinion.agreed())
                .containsKeys(
                        "eth.type",
                        "eth.len",
                        "vlan.id",
                        "ieee8021ad.id",
                        "arp.opcode",
                        "ip.ttl",
                        "ip.frag_offset",
                        "ipv6.flow",
                        "icmp.seq",
                        "icmp.mtu",
                        "icmpv6.nd.ns.target_address",
                        "tcp.flags.syn",
                        "udp.checksum",
                        "vxlan.vni",
                        "geneve.vni",
                        "geneve.option.unknown.data",
                        "gre.key",
                        "gre.sequence_number",
                        "esp.spi",
                        "isakmp.messageid",
                        "udpencap.nat_keepalive");
    }
}
