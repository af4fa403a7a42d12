package dev.culvert.vswitch;

import dev.culvert.datapath.DatapathFlowParser;
import dev.culvert.datapath.DatapathFlowText;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.text.ExactFlowParser;
import dev.culvert.openflow.text.FlowSyntaxException;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.FlowText;
import dev.culvert.unixctl.UnixctlException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Fuzz target: the arguments of {@code ofproto/trace}, one a line: its options, packets in hexadecimal, flows in both syntaxes. */
public final class TraceFuzzer {
    private static final Map<String, Integer> PORTS = Map.of("p1", 1, "br0", 2);
    private static final int ETHERNET = 14;
    private static final int WORDS = 3;

    private TraceFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.UTF_8);
        List<String> line = List.of(text.split("\n", -1));
        try {
            TraceArguments.parse(line, true);
        } catch (UnixctlException e) {
            told(e);
        }
        try {
            TraceArguments arguments = TraceArguments.parse(line, false);
            byte[] packet = arguments.packet();
            if (arguments.words().size() > WORDS
                    || (packet != null && (packet.length < ETHERNET || packet.length > input.length / 2))) {
                throw new AssertionError(arguments.toString());
            }
            arguments.words().forEach(TraceFuzzer::flow);
        } catch (UnixctlException e) {
            told(e);
        }
    }

    private static void flow(String text) {
        try {
            FlowText.format(ExactFlowParser.parse(text, PORTS), OfPort::name);
        } catch (FlowSyntaxException e) {
            told(e);
        }
        String written;
        try {
            written = written(DatapathFlowParser.parse(text, PORTS));
        } catch (DatapathFlowParser.SyntaxException e) {
            told(e);
            return;
        }
        try {
            if (!written(DatapathFlowParser.parse(written, PORTS)).equals(written)) {
                throw new AssertionError("not the same when read again: " + written);
            }
        } catch (DatapathFlowParser.SyntaxException e) {
            throw new AssertionError("refused when read again: " + written, e);
        }
    }

    private static String written(long[] key) {
        long[] all = FlowKey.create();
        Arrays.fill(all, -1);
        return DatapathFlowText.match(key, all, false, Map.of());
    }

    private static void told(Exception e) {
        if (e.getMessage() == null) {
            throw new AssertionError("nobody is told why", e);
        }
    }

    /** Where to begin. */
    public static List<byte[]> seeds() {
        return Stream.of(
                        "br0\nin_port=p1,dl_vlan=7,dl_vlan_pcp=3,dl_src=2:0:0:0:0:1,tcp,nw_src=10.0.0.1,nw_tos=8,nw_ecn=1,tcp_flags=syn|ack",
                        "br0\nin_port(1)icmp6,ipv6_src=fe80::1,icmpv6_type=135,icmpv6_code=0,nd_target=fe80::2\n-generate",
                        "br0\nin_port=LOCAL,arp,arp_op=1,arp_spa=10.0.0.1,arp_tha=02:00:00:00:00:09",
                        "br0\nin_port=1,tun_id=7,tun_src=10.0.0.1,tun_dst=10.0.0.2,tun_ttl=64\nffffffffffff02000000000181000007",
                        "--names\nnetdev@ovs-netdev\ntunnel(tun_id=0x7,src=10.0.0.1,dst=10.0.0.2,tos=0,ttl=64,flags(-oam+df-csum+key)),in_port(p1),"
                                + "eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:03),eth_type(0x8100),vlan(vid=7,pcp=3),"
                                + "encap(eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=6,tos=0,ttl=64,frag=no),"
                                + "tcp(src=1,dst=2),tcp_flags(0x12))",
                        "in_port(1),eth_type(0x86dd),ipv6(src=fe80::1,dst=fe80::2,label=0x5,proto=58,tclass=0,hlimit=255,frag=first),"
                                + "icmpv6(type=128,code=0)\n--l7\n0102\n--l7-len\n9\n--ct-next\ntrk,new",
                        "eth_type(0x1234)",
                        "recirc_id(0),skb_mark(0/0),in_port(2),packet_type(ns=0,id=0),eth_type(0x0806),"
                                + "arp(sip=10.0.0.1,tip=10.0.0.2,op=1,sha=02:00:00:00:00:01,tha=00:00:00:00:00:00)")
                .map(line -> line.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
