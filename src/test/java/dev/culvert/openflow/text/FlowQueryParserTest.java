package dev.culvert.openflow.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.message.FlowQuery;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FlowQueryParserTest {
    private static final Map<String, Integer> PORTS = Map.of("p1", 1);
    private static final Map<String, Integer> TABLES = Map.of("classifier", 4);

    private static FlowQuery parse(String text) throws FlowSyntaxException {
        return FlowQueryParser.parse(text, PORTS, TABLES);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp,nw_src=10.0.0.0/8,nw_dst=1.2.3.4,tp_src=80,tp_dst=0x1000/0xf000",
                "udp6,ipv6_src=fe80::/10,ipv6_dst=::1,ipv6_label=0x12345,tp_src=53",
                "arp,arp_spa=1.2.3.4,arp_tpa=1.2.3.0/24,arp_op=1,arp_sha=00:01:02:03:04:05",
                "icmp6,icmp_type=135,icmp_code=0,nd_target=fe80::1",
                "ip,dl_vlan=7,nw_tos=16,nw_ecn=1,nw_ttl=64",
                "ip,nw_src=1.0.3.0/255.0.255.0,nw_proto=2",
                "ct_state=-new+est+trk,ct_mark=0x7,ip",
                "pkt_mark=0x5/0xf,tcp,tcp_flags=+syn-ack",
                "ip,nw_frag=not_later",
                "tun_id=0x10/0xf0,tun_ipv6_src=fe80::2",
                "reg0=0x5,reg1=0x10/0xf0,metadata=0x55",
                "dl_vlan=5,dl_vlan_pcp=3",
                "in_port=LOCAL,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00"
            })
    void whatIsPrintedCanBeTyped(String text) throws FlowSyntaxException {
        assertThat(MatchText.format(0x8000, parse(text).match(), PrintOptions.PLAIN))
                .isEqualTo(text);
    }

    @Test
    void otherConditionsStandBesideTheMatch() throws FlowSyntaxException {
        FlowQuery query = parse("table=classifier, out_port=p1,out_group=7 cookie=0x15/0xf0");
        assertThat(query.table()).isEqualTo(4);
        assertThat(query.outPort()).isEqualTo(1);
        assertThat(query.outGroup()).isEqualTo(7);
        assertThat(query.cookie()).isEqualTo(0x10);
        assertThat(query.cookieMask()).isEqualTo(0xf0);
        assertThat(query.match().isAny()).isTrue();
        assertThat(parse("cookie=1/-1").cookieMask()).isEqualTo(-1);
        assertThat(parse("out_port=65534").outPort()).isEqualTo(OfPort.LOCAL);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    foo=1 | unknown keyword foo
                    table | field table missing value
                    x | field x missing value
                    table=300 | unknown table "300"
                    out_port=x | x is not a valid OpenFlow port
                    in_port=x | x: invalid or unknown port for in_port
                    ip,nw_src=x | x: invalid IP address
                    ip,nw_src=localhost | localhost: invalid IP address
                    dl_src=1 | 1: invalid Ethernet address
                    cookie=zz | cannot set cookie (to match on a cookie, specify a mask, e.g. cookie=zz/-1)
                    """)
    void nonsenseIsRefusedInTheOriginalsWords(String text, String message) {
        assertThatThrownBy(() -> parse(text))
                .isInstanceOf(FlowSyntaxException.class)
                .hasMessage(message);
    }
}
