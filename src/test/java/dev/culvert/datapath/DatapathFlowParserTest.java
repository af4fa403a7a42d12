package dev.culvert.datapath;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.datapath.DatapathFlowParser.SyntaxException;
import dev.culvert.packet.FlowKey;
import java.util.Arrays;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatapathFlowParserTest {
    private static final Map<String, Integer> PORTS = Map.of("p1", 5);
    private static final String ETHERNET =
            "recirc_id(0),in_port(5),packet_type(ns=0,id=0)," + "eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:03),";

    private static String again(String text) throws SyntaxException {
        long[] all = FlowKey.create();
        Arrays.fill(all, -1);
        return DatapathFlowText.match(DatapathFlowParser.parse(text, PORTS), all, false, Map.of());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eth_type(0x0800),ipv4(src=10.0.0.1,dst=10.0.0.2,proto=17,tos=0x28,ttl=64,frag=no),udp(src=1,dst=2)",
                "eth_type(0x8100),vlan(vid=7,pcp=3),encap(eth_type(0x0800),"
                        + "ipv4(src=10.0.0.1,dst=10.0.0.2,proto=6,tos=0,ttl=64,frag=first),tcp(src=1,dst=2),tcp_flags(0x12))",
                "eth_type(0x86dd),ipv6(src=fe80::1,dst=fe80::2,label=0x5,proto=58,tclass=0,hlimit=255,frag=no),"
                        + "icmpv6(type=128,code=0)",
                "eth_type(0x0806),arp(sip=10.0.0.1,tip=10.0.0.2,op=1,sha=02:00:00:00:00:01,tha=00:00:00:00:00:00)"
            })
    void readsWhatIsWritten(String rest) throws SyntaxException {
        String text = again(ETHERNET + rest);
        assertThat(text.replace("skb_mark(0),", "")).isEqualTo(ETHERNET + rest);
        assertThat(again(text)).isEqualTo(text);
    }

    @Test
    void readsTunnelsNamesAndMasks() throws SyntaxException {
        String tunnel = "tunnel(tun_id=0x7,src=10.0.0.1,dst=10.0.0.2,tos=0,ttl=64,flags(-oam+df-csum+key))";
        assertThat(again(tunnel + ",in_port(p1),eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:03),eth_type(0x1234)"))
                .startsWith(tunnel + ",skb_mark(0),recirc_id(0),in_port(5)");
        assertThat(again("tunnel(src=10.0.0.1,dst=10.0.0.2,flags(df|key)),in_port(5)"))
                .contains("flags(-oam+df-csum+key)");
        assertThat(again("in_port(5),eth_type(0x0800),ipv4(tos=0x28/0x3,ttl=9)"))
                .contains("tos=0x28,ttl=9");
    }

    private static void refuses(String text, String why) {
        assertThatExceptionOfType(SyntaxException.class)
                .isThrownBy(() -> DatapathFlowParser.parse(text, PORTS))
                .withMessage(why);
    }

    @Test
    void refusesWhatThisSwitchDoesNotHave() {
        refuses("in_port(5),ct_state(0x21/0xff)", "this switch has no ct_state");
        refuses("in_port(5),eth(src=x)", "syntax error at eth(src=x)");
        refuses("in_port(5),mpls(label=1)", "syntax error at mpls(label=1)");
        refuses("br0", "syntax error at br0");
        refuses("in_port(5),encap(encap(encap(encap())))", "syntax error at encap()");
    }

    @Test
    void anyTextIsAFlowOrRefused() {
        Random random = new Random(5);
        String[] parts = {
            "in_port",
            "(",
            ")",
            "(",
            ")",
            "5",
            "eth",
            "src=",
            "vlan(vid=3)",
            ",",
            "encap(",
            "tunnel(",
            "flags(",
            "key",
            "|",
            "tun_id=",
            "0x",
            "/",
            "ipv4(tos=1)",
            "frag=later",
            "-1"
        };
        int flows = 0;
        for (int i = 0; i < 50_000; i++) {
            StringBuilder text = new StringBuilder(i % 2 == 0 ? "in_port(5)," : "");
            for (int j = random.nextInt(8); j >= 0; j--) {
                text.append(parts[random.nextInt(parts.length)]);
            }
            try {
                DatapathFlowParser.parse(text.toString(), PORTS);
                flows++;
            } catch (SyntaxException e) {
                assertThat(e.getMessage()).isNotEmpty();
            }
        }
        assertThat(flows).isBetween(100, 45_000);
    }
}
