package dev.culvert.openflow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.openflow.OfPort;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowText;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The texts of errors are those of ovs-vswitchd 3.1. */
class ExactFlowParserTest {
    private static final Map<String, Integer> PORTS = Map.of("p1", 1, "br0", OfPort.LOCAL);

    private static String flow(String text) throws FlowSyntaxException {
        return FlowText.format(ExactFlowParser.parse(text, PORTS), OfPort::name);
    }

    @Test
    void whatIsNotSaidIsZero() throws FlowSyntaxException {
        assertThat(flow(""))
                .isEqualTo(
                        "in_port=ANY,vlan_tci=0x0000,dl_src=00:00:00:00:00:00,dl_dst=00:00:00:00:00:00,dl_type=0x0000");
    }

    @Test
    void readsPortsByNumberAndName() throws FlowSyntaxException {
        assertThat(flow("in_port=7")).startsWith("in_port=7,");
        assertThat(flow("in_port=p1")).startsWith("in_port=1,");
        assertThat(flow("in_port=\"p1\"")).startsWith("in_port=1,");
        assertThat(flow("in_port=br0")).startsWith("in_port=LOCAL,");
        assertThat(flow("in_port=LOCAL")).startsWith("in_port=LOCAL,");
    }

    @Test
    void readsTagsAddressesAndPorts() throws FlowSyntaxException {
        assertThat(flow("in_port=p1 dl_vlan=7,dl_vlan_pcp=3,dl_src=2:0:0:0:0:1,tcp,nw_src=10.0.0.1,nw_dst=10.0.0.2,"
                        + "nw_tos=8,nw_ecn=1,nw_ttl=9,tcp_src=4,tcp_dst=5,tcp_flags=syn|ack"))
                .isEqualTo("tcp,in_port=1,dl_vlan=7,dl_vlan_pcp=3,vlan_tci1=0x0000,dl_src=02:00:00:00:00:01,"
                        + "dl_dst=00:00:00:00:00:00,nw_src=10.0.0.1,nw_dst=10.0.0.2,nw_tos=8,nw_ecn=1,nw_ttl=9,"
                        + "nw_frag=no,tp_src=4,tp_dst=5,tcp_flags=syn|ack");
        assertThat(flow("in_port(1)icmp6,ipv6_src=fe80::1,icmpv6_type=135,icmpv6_code=0,nd_target=fe80::2"))
                .contains("icmp6,in_port=1", "ipv6_src=fe80::1", "icmp_type=135", "nd_target=fe80::2");
        assertThat(flow("in_port=1,arp,arp_op=1,arp_spa=10.0.0.1,arp_tha=02:00:00:00:00:09"))
                .contains("arp_spa=10.0.0.1,arp_tpa=0.0.0.0,arp_op=1", "arp_tha=02:00:00:00:00:09");
        long[] key = ExactFlowParser.parse("in_port=1,tun_id=7,tun_src=10.0.0.1,tun_dst=10.0.0.2,tun_ttl=64", PORTS);
        assertThat(FlowField.TUN_ID.get(key)).isEqualTo(7);
        assertThat(FlowField.TUN_TTL.get(key)).isEqualTo(64);
        assertThat(FlowField.TUN_SRC.get(key)).isEqualTo(0xffff_0a00_0001L);
    }

    private static void refuses(String text, String why) {
        assertThatExceptionOfType(FlowSyntaxException.class)
                .isThrownBy(() -> flow(text))
                .withMessage(text + ": " + why);
    }

    @Test
    void refusesWhatMakesNoSense() {
        refuses("foo=1", "unknown field foo");
        refuses("in_port=1,tcp,udp", "Ethernet type set multiple times");
        refuses("in_port=1,nw_src=1.2.3.4", "prerequisites not met for setting nw_src");
        refuses("in_port=1,in_port=2", "field in_port set multiple times");
        refuses("dl_vlan=1,dl_vlan=2", "field dl_vlan set multiple times");
        refuses("ip,nw_frag=yes", "bad value for nw_frag (yes: wildcards not allowed here)");
        refuses("dl_vlan=zz", "bad value for dl_vlan (zz: bad syntax for dl_vlan value)");
        refuses("dl_src=1,in_port=1", "bad value for dl_src (1: invalid Ethernet address)");
    }

    @Test
    void anyTextIsAFlowOrRefused() {
        Random random = new Random(4);
        String[] parts = {
            "in_port",
            "=",
            "1",
            ",",
            "tcp",
            "dl_vlan",
            "(",
            ")",
            "ip",
            "nw_src",
            "/",
            ":",
            " ",
            "0x",
            "-",
            "ct_state",
            "nw_frag",
            "first",
            "tun_id",
            "\"",
            "icmp_type",
            "ip_dscp",
            "vlan_tci",
            "99999999999999999999"
        };
        int flows = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int j = random.nextInt(12); j >= 0; j--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            try {
                ExactFlowParser.parse(text.toString(), PORTS);
                flows++;
            } catch (FlowSyntaxException e) {
                assertThat(e).hasMessageStartingWith(text + ": ");
            }
        }
        assertThat(flows).isBetween(100, 19_000);
    }
}
