package dev.culvert.packet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FlowExtractorTest {
    private final long[] key = FlowKey.create();

    private String extract(byte[] frame, int vlanLimit) {
        Packet packet = Frames.packet(frame);
        packet.inPort = 3;
        FlowExtractor.extract(packet, key, vlanLimit);
        return FlowText.format(key);
    }

    @Test
    void readsAnArpRequest() {
        byte[] frame = Frames.hex(
                "ffffffffffff 525400123456 0806 0001080006040001 525400123456 0a000001 000000000000 0a000002");
        assertThat(extract(frame, 1))
                .isEqualTo(
                        "arp,in_port=3,vlan_tci=0x0000,dl_src=52:54:00:12:34:56,dl_dst=ff:ff:ff:ff:ff:ff,"
                                + "arp_spa=10.0.0.1,arp_tpa=10.0.0.2,arp_op=1,arp_sha=52:54:00:12:34:56,arp_tha=00:00:00:00:00:00");
    }

    @Test
    void readsTcp() {
        Frames frame = Frames.tcp4().payload(new byte[10]).vlans(0x6007);
        frame.flags = 0x1c2;
        frame.tos = 0xb9;
        assertThat(extract(frame.build(), 1))
                .isEqualTo("tcp,in_port=3,dl_vlan=7,dl_vlan_pcp=3,vlan_tci1=0x0000,dl_src=02:00:00:00:00:01,"
                        + "dl_dst=02:00:00:00:00:02,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=184,nw_ecn=1,nw_ttl=64,"
                        + "nw_frag=no,tp_src=49153,tp_dst=5201,tcp_flags=syn|ece|cwr|ns");
        assertThat(FlowField.VLAN_TPID.get(key)).isEqualTo(0x8100);
        assertThat(FlowField.VLAN_TCI.get(key)).isEqualTo(0x7007);
    }

    @Test
    void notesWhereHeadersBegin() {
        Packet packet = Frames.tcp4().vlans(5).payload(new byte[9]).packet();
        FlowExtractor.extract(packet, key);
        assertThat(packet.l3Offset).isEqualTo(18);
        assertThat(packet.l4Offset).isEqualTo(38);
        packet.length = 13;
        FlowExtractor.extract(packet, key);
        assertThat(packet.l3Offset).isEqualTo(-1);
        assertThat(packet.l4Offset).isEqualTo(-1);
    }

    @Test
    void looksThroughAsManyTagsAsItMay() {
        byte[] frame = Frames.tcp4().vlans(5, 0x2006).build();
        extract(frame, 2);
        assertThat(FlowField.VLAN_TCI.get(key)).isEqualTo(0x1005);
        assertThat(FlowField.INNER_VLAN_TCI.get(key)).isEqualTo(0x3006);
        assertThat(FlowField.DL_TYPE.get(key)).isEqualTo(0x800);
        extract(frame, 1);
        assertThat(FlowField.DL_TYPE.get(key)).isEqualTo(0x8100);
        assertThat(FlowField.INNER_VLAN_TCI.get(key)).isZero();
        assertThat(FlowField.NW_SRC.get(key)).isZero();
        extract(frame, 0);
        assertThat(FlowField.VLAN_TCI.get(key)).isZero();
    }

    @Test
    void walksIpv6ExtensionHeaders() {
        Frames frame = Frames.tcp6().payload(new byte[8]);
        frame.extensionTypes = new int[] {0, 43, 60, 51};
        frame.extensions = new byte[][] {
            new byte[8],
            new byte[8],
            Frames.hex("0001 0000 00000000 0000000000000000"),
            Frames.hex("0004 0000 00000000 00000000 00000000 00000000 00000000")
        };
        frame.label = 0xabcde;
        frame.tos = 0x2a;
        extract(frame.build(), 1);
        assertThat(FlowField.NW_PROTO.get(key)).isEqualTo(6);
        assertThat(FlowField.TP_DST.get(key)).isEqualTo(5201);
        assertThat(FlowField.IPV6_LABEL.get(key)).isEqualTo(0xabcde);
        assertThat(FlowField.NW_TOS.get(key)).isEqualTo(0x2a);
        assertThat(FlowField.NW_SRC.getHigh(key)).isEqualTo(0x2001_0db8_0000_0000L);
    }

    @Test
    void laterFragmentsHaveNoPorts() {
        Frames frame = Frames.tcp4().payload(new byte[64]);
        frame.fragment = 0x2000;
        extract(frame.build(), 1);
        assertThat(FlowField.NW_FRAG.get(key)).isEqualTo(1);
        assertThat(FlowField.TP_DST.get(key)).isEqualTo(5201);
        frame.fragment = 0x0007;
        extract(frame.build(), 1);
        assertThat(FlowField.NW_FRAG.get(key)).isEqualTo(3);
        assertThat(FlowField.TP_DST.get(key)).isZero();
        Frames six = Frames.tcp6().payload(new byte[64]);
        six.extensionTypes = new int[] {44};
        six.extensions = new byte[][] {Frames.hex("00000009 00000001")};
        extract(six.build(), 1);
        assertThat(FlowField.NW_FRAG.get(key)).isEqualTo(3);
        assertThat(FlowField.NW_PROTO.get(key)).isEqualTo(44);
        assertThat(FlowField.TP_DST.get(key)).isZero();
        six.extensions = new byte[][] {Frames.hex("06000004 00000001")};
        extract(six.build(), 1);
        assertThat(FlowField.NW_FRAG.get(key)).as("reserved bits alone").isEqualTo(1);
        assertThat(FlowField.TP_DST.get(key)).isEqualTo(5201);
    }

    @Test
    void takesOverMetadata() {
        Packet packet = Frames.tcp4().packet();
        packet.inPort = -2;
        packet.mark = 0x8000_0001;
        packet.tunnelId = 77;
        FlowExtractor.extract(packet, key);
        assertThat(FlowField.TUN_ID.get(key)).as("not from a tunnel").isZero();
        packet.fromTunnel = true;
        packet.tunnelSourceLo = 0xffff_c0a8_380bL;
        packet.tunnelDestinationLo = 0xffff_c0a8_380cL;
        packet.tunnelTos = 2;
        packet.tunnelTtl = 63;
        packet.tunnelFlags = FlowKey.TUNNEL_KEY | FlowKey.TUNNEL_CSUM;
        FlowExtractor.extract(packet, key);
        assertThat(FlowField.IN_PORT.get(key)).isEqualTo(0xffff_fffeL);
        assertThat(FlowField.PKT_MARK.get(key)).isEqualTo(0x8000_0001L);
        assertThat(FlowText.format(key))
                .startsWith("pkt_mark=0x80000001,tcp,tun_id=0x4d,tun_src=192.168.56.11,tun_dst=192.168.56.12,"
                        + "tun_tos=2,tun_ttl=63,tun_flags=csum|key,in_port=4294967294,");
    }

    @Test
    void readsNeighbourDiscovery() {
        byte[] frame = Frames.hex(
                "3333ff000002 020000000001 86dd 60000000 0020 3a ff fe800000000000000000000000000001"
                        + "ff0200000000000000000001ff000002 8700 7b6d 00000000 fe800000000000000000000000000002 0101 020000000001");
        assertThat(extract(frame, 1))
                .contains("icmp6,")
                .contains(
                        "icmp_type=135,icmp_code=0,nd_target=fe80::2,nd_sll=02:00:00:00:00:01,nd_tll=00:00:00:00:00:00");
    }

    @Test
    void everyTruncationHasAKeyThatOnlyLosesFields() {
        Frames six = Frames.tcp6().payload(new byte[20]);
        six.extensionTypes = new int[] {0, 44};
        six.extensions = new byte[][] {new byte[8], new byte[8]};
        for (byte[] frame : new byte[][] {
            Frames.tcp4().vlans(1, 2).build(), six.build(), Frames.tcp4().udp().build()
        }) {
            extract(frame, 2);
            long[] whole = key.clone();
            for (int length = 0; length < frame.length; length++) {
                extract(Arrays.copyOf(frame, length), 2);
                for (FlowField field : FlowField.values()) {
                    if (field != FlowField.DL_TYPE) {
                        assertThat(field.get(key)).as("%s at %d", field, length).isIn(0L, field.get(whole));
                    }
                }
            }
        }
    }

    @Test
    void anyBytesHaveAKey() {
        Random random = Frames.random("extractor");
        byte[][] seeds = {
            Frames.tcp4().payload(new byte[30]).vlans(1).build(),
            Frames.tcp6().payload(new byte[30]).build(),
            Frames.tcp4().udp().payload(new byte[30]).build()
        };
        for (int i = 0; i < 20_000; i++) {
            byte[] frame = seeds[random.nextInt(seeds.length)].clone();
            for (int flips = random.nextInt(6); flips >= 0; flips--) {
                frame[random.nextInt(frame.length)] = (byte) random.nextInt();
            }
            frame = Arrays.copyOf(frame, random.nextInt(frame.length + 1));
            Packet packet = Frames.packet(frame);
            // at the buffer's very end, where a read too far is an error
            packet.memory
                    .asSlice(Packet.CAPACITY - frame.length)
                    .copyFrom(packet.memory.asSlice(packet.offset, frame.length));
            packet.offset = Packet.CAPACITY - frame.length;
            FlowExtractor.extract(packet, key, 2);
            assertThat(FlowText.format(key)).isNotEmpty();
            Ip.find(packet.memory, packet.offset, packet.length);
        }
    }

    @Test
    void aChainOfExtensionHeadersIsCutOff() {
        Frames frame = Frames.tcp6();
        frame.extensionTypes = new int[200];
        frame.extensions = new byte[200][8];
        Arrays.fill(frame.extensionTypes, 60);
        extract(frame.build(), 1);
        assertThat(FlowField.NW_PROTO.get(key)).isZero();
        assertThat(FlowField.NW_DST.getHigh(key)).isEqualTo(0x2001_0db8_0000_0000L);
    }
}
