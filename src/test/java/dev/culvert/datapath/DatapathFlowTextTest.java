package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.Ethernet;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The texts are those of ovs-vswitchd 3.1 for the same packets, as far as the masks are the same. */
class DatapathFlowTextTest {
    private static final Map<Integer, String> NUMBERS = Map.of();

    private final long[] key = FlowKey.create();
    private final long[] mask = FlowKey.create();

    private void set(FlowField field, long value) {
        field.set(key, value);
    }

    private void look(FlowField... fields) {
        for (FlowField field : fields) {
            field.unwildcard(mask);
        }
    }

    private void udp() {
        set(FlowField.IN_PORT, 5);
        set(FlowField.DL_SRC, 0x0200_0000_0001L);
        set(FlowField.DL_DST, 0x0200_0000_0003L);
        set(FlowField.DL_TYPE, Ethernet.TYPE_IPV4);
        set(FlowField.NW_SRC, FlowKey.IPV4_LOW | 0x0a09_0001L);
        set(FlowField.NW_DST, FlowKey.IPV4_LOW | 0x0a09_0002L);
        set(FlowField.NW_PROTO, Ip.PROTOCOL_UDP);
        set(FlowField.NW_TOS, 0x28);
        set(FlowField.NW_TTL, 64);
        set(FlowField.TP_SRC, 1111);
        set(FlowField.TP_DST, 2222);
        look(FlowField.IN_PORT, FlowField.DL_SRC, FlowField.DL_DST, FlowField.DL_TYPE, FlowField.NW_FRAG);
        FlowField.NW_TOS.unwildcard(mask, 3);
    }

    @Test
    void leavesOutWhatDoesNotMatter() {
        udp();
        assertThat(DatapathFlowText.match(key, mask, false, NUMBERS))
                .isEqualTo("recirc_id(0),in_port(5),packet_type(ns=0,id=0),"
                        + "eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:03),eth_type(0x0800),"
                        + "ipv4(tos=0x28/0x3,frag=no)");
    }

    @Test
    void showsAllOfIt() {
        udp();
        assertThat(DatapathFlowText.match(key, mask, true, Map.of(5, "p1")))
                .isEqualTo("skb_priority(0/0),skb_mark(0/0),ct_state(0/0),ct_zone(0/0),ct_mark(0/0),ct_label(0/0),"
                        + "recirc_id(0),dp_hash(0/0),in_port(p1),packet_type(ns=0,id=0),"
                        + "eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:03),eth_type(0x0800),"
                        + "ipv4(src=10.9.0.1/0.0.0.0,dst=10.9.0.2/0.0.0.0,proto=17/0,tos=0x28/0x3,ttl=64/0,frag=no),"
                        + "udp(src=1111/0,dst=2222/0)");
    }

    @Test
    void nestsWhatIsBehindATag() {
        udp();
        set(FlowField.NW_TOS, 0);
        set(FlowField.VLAN_TCI, 0x700a);
        set(FlowField.VLAN_TPID, 0x8100);
        look(FlowField.VLAN_TCI);
        String eth = "recirc_id(0),in_port(5),packet_type(ns=0,id=0),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:03),";
        assertThat(DatapathFlowText.match(key, mask, false, NUMBERS))
                .isEqualTo(eth + "eth_type(0x8100),vlan(vid=10,pcp=3),encap(eth_type(0x0800),ipv4(tos=0/0x3,frag=no))");
        long[] outer = FlowKey.create();
        for (FlowField field : List.of(FlowField.IN_PORT, FlowField.DL_SRC, FlowField.DL_DST, FlowField.VLAN_TCI)) {
            field.unwildcard(outer);
        }
        assertThat(DatapathFlowText.match(key, outer, false, NUMBERS))
                .isEqualTo(eth + "eth_type(0x8100),vlan(vid=10,pcp=3)");
    }

    @Test
    void showsOtherProtocols() {
        set(FlowField.IN_PORT, 5);
        set(FlowField.DL_TYPE, Ethernet.TYPE_ARP);
        set(FlowField.NW_SRC, FlowKey.IPV4_LOW | 0x0a09_0001L);
        set(FlowField.NW_DST, FlowKey.IPV4_LOW | 0x0a09_0002L);
        set(FlowField.NW_PROTO, 1);
        look(FlowField.DL_TYPE, FlowField.NW_SRC, FlowField.NW_DST, FlowField.NW_PROTO);
        assertThat(DatapathFlowText.match(key, mask, false, NUMBERS))
                .endsWith(",packet_type(ns=0,id=0),eth_type(0x0806),arp(sip=10.9.0.1,tip=10.9.0.2,op=1)");

        set(FlowField.DL_TYPE, Ethernet.TYPE_NONE);
        long[] type = FlowKey.create();
        FlowField.DL_TYPE.unwildcard(type);
        assertThat(DatapathFlowText.match(key, type, false, NUMBERS)).endsWith("(ns=0,id=0),eth_type(0/0xffff)");

        set(FlowField.DL_TYPE, Ethernet.TYPE_IPV6);
        IpAddress one = IpAddress.parse("fd00::1");
        assertThat(one).isNotNull();
        FlowField.NW_SRC.set(key, one.high(), one.low());
        FlowField.NW_DST.set(key, 0, 0);
        set(FlowField.NW_PROTO, Ip.PROTOCOL_UDP);
        set(FlowField.TP_SRC, 5);
        assertThat(DatapathFlowText.match(key, type, true, NUMBERS))
                .endsWith("eth_type(0x86dd),ipv6(src=fd00::1/::,dst=::/::,label=0/0,proto=17/0,tclass=0/0,hlimit=0/0),"
                        + "udp(src=5/0,dst=0/0)");
    }

    @Test
    void showsWhereATunnelsPacketsCameFrom() {
        set(FlowField.IN_PORT, 4);
        set(FlowField.TUN_ID, 7);
        set(FlowField.TUN_SRC, FlowKey.IPV4_LOW | 0x0a01_0102L);
        set(FlowField.TUN_DST, FlowKey.IPV4_LOW | 0x0a01_0101L);
        set(FlowField.TUN_FLAGS, FlowKey.TUNNEL_KEY);
        assertThat(DatapathFlowText.match(key, mask, false, NUMBERS)).startsWith("recirc_id(0)");
        look(FlowField.TUN_ID, FlowField.TUN_SRC, FlowField.TUN_DST, FlowField.TUN_FLAGS);
        assertThat(DatapathFlowText.match(key, mask, false, NUMBERS))
                .startsWith("tunnel(tun_id=0x7,src=10.1.1.2,dst=10.1.1.1,flags(-oam-df-csum+key)),recirc_id(0)");
    }

    @Test
    void namesThePortsOfActions() {
        List<Action> actions = List.of(
                new Action.Output(3), new Action.PopVlan(), new Action.PushVlan(0x8100, 0x600a), new Action.Output(2));
        assertThat(DatapathFlowText.actions(actions, NUMBERS)).isEqualTo("3,pop_vlan,push_vlan(vid=10,pcp=3),2");
        assertThat(DatapathFlowText.actions(actions, Map.of(2, "in1")))
                .isEqualTo("3,pop_vlan,push_vlan(vid=10,pcp=3),in1");
        assertThat(DatapathFlowText.actions(List.of(), NUMBERS)).isEqualTo("drop");
    }
}
