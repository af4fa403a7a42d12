package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig.Accepted;
import dev.culvert.tunnel.TunnelConfig.Checksums;
import dev.culvert.tunnel.TunnelConfig.Refused;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TunnelConfigTest {
    private static Map<String, String> options(String text) {
        Map<String, String> map = new LinkedHashMap<>();
        for (String option : text.split(" ", -1)) {
            if (!option.isEmpty()) {
                map.put(option.substring(0, option.indexOf('=')), option.substring(option.indexOf('=') + 1));
            }
        }
        return map;
    }

    private static TunnelConfig.Outcome parse(String type, String text) {
        return TunnelConfig.parse("tun0", java.util.Objects.requireNonNull(TunnelType.of(type)), options(text));
    }

    private static TunnelConfig accepted(String type, String text) {
        return ((Accepted) parse(type, text)).config();
    }

    @Test
    void hasOpenVswitchsDefaults() {
        TunnelConfig config = accepted("vxlan", "remote_ip=192.168.56.12");
        assertThat(config.remote().address()).isEqualTo(IpAddress.parse("192.168.56.12"));
        assertThat(config.local().isFixed()).isFalse();
        assertThat(config.inKey()).isEqualTo(TunnelConfig.Key.NONE);
        assertThat(config.outKey()).isEqualTo(TunnelConfig.Key.NONE);
        assertThat(config.port()).isEqualTo(4789);
        assertThat(config.ttl()).isEqualTo(64);
        assertThat(config.tos()).isZero();
        assertThat(config.dontFragment()).isTrue();
        assertThat(config.checksum()).isEqualTo(Checksums.UNSET);
        assertThat(config.egressMarked()).isFalse();
        assertThat(accepted("geneve", "remote_ip=::1").port()).isEqualTo(6081);
        assertThat(accepted("gre", "remote_ip=::1").port()).isZero();
    }

    @Test
    void readsEverything() {
        TunnelConfig config = accepted(
                "gre",
                "remote_ip=2001:db8::2 local_ip=2001:db8::1 in_key=0x10 out_key=flow tos=0xb8 ttl=7 df_default=false "
                        + "csum=true seq=true egress_pkt_mark=4294967295 packet_type=legacy_l2");
        assertThat(config.local().address()).hasToString("2001:db8::1");
        assertThat(config.inKey()).isEqualTo(new TunnelConfig.Key(16, true, false));
        assertThat(config.outKey()).isEqualTo(TunnelConfig.Key.FLOW);
        assertThat(config.tos()).isEqualTo(0xb8);
        assertThat(config.ttl()).isEqualTo(7);
        assertThat(config.dontFragment()).isFalse();
        assertThat(config.checksum()).isEqualTo(Checksums.ON);
        assertThat(config.sequence()).isTrue();
        assertThat(config.egressMark()).isEqualTo(-1);
        assertThat(config.egressMarked()).isTrue();
        TunnelConfig flow = accepted(
                "vxlan",
                "remote_ip=flow local_ip=flow key=flow in_key=010 tos=inherit ttl=inherit dst_port=8472 csum=false");
        assertThat(flow.remote()).isEqualTo(TunnelConfig.Endpoint.FLOW);
        assertThat(flow.local().flow()).isTrue();
        assertThat(flow.inKey().value()).as("octal, as strtoull has it").isEqualTo(8);
        assertThat(flow.outKey().flow()).isTrue();
        assertThat(flow.tosInherited()).isTrue();
        assertThat(flow.ttlInherited()).isTrue();
        assertThat(flow.port()).isEqualTo(8472);
        assertThat(flow.checksum()).isEqualTo(Checksums.OFF);
        assertThat(accepted("gre", "remote_ip=1.1.1.1 ttl=0").ttl()).isEqualTo(64);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            value = {
                "gre    | key=1 | tun0: gre type requires valid 'remote_ip' argument",
                "gre    | remote_ip=0.0.0.0 | tun0: gre type requires valid 'remote_ip' argument",
                "vxlan  | remote_ip=224.0.0.1 | tun0: multicast remote_ip=224.0.0.1 not allowed",
                "vxlan  | remote_ip=ff02::1 | tun0: multicast remote_ip=ff02::1 not allowed",
                "geneve | remote_ip=1.1.1.1 local_ip=flow | tun0: geneve type requires 'remote_ip=flow' with 'local_ip=flow'",
                "geneve | remote_ip=1.1.1.1 local_ip=::1 | "
                        + "tun0: 'remote_ip' and 'local_ip' has to be of the same address family",
                "vxlan  | remote_ip=1.1.1.1 packet_type=x | tun0: unknown packet_type 'x'",
                "geneve | remote_ip=1.1.1.1 packet_type=legacy_l3 | "
                        + "tun0: legacy_l3 configured on geneve tunnel that cannot carry L3 traffic",
                "vxlan  | remote_ip=1.1.1.1 packet_type=legacy_l3 | "
                        + "tun0: legacy_l3 configured on VXLAN (without GPE) tunnel that cannot carry L3 traffic",
                "gre    | remote_ip=1.1.1.1 packet_type=legacy_l3 | tun0: packet_type 'legacy_l3' is not supported",
                "gre    | remote_ip=1.1.1.1 packet_type=ptap | tun0: packet_type 'ptap' is not supported",
                "vxlan  | remote_ip=1.1.1.1 exts=gbp | tun0: VXLAN extension 'gbp' is not supported",
                "vxlan  | remote_ip=1.1.1.1 key=16777216 | tun0: invalid key '16777216'",
                "gre    | remote_ip=1.1.1.1 in_key=0x1ffffffff | tun0: invalid in_key '0x1ffffffff'",
                "gre    | remote_ip=1.1.1.1 out_key=abc | tun0: invalid out_key 'abc'",
                "gre    | remote_ip=1.1.1.1 key=-1 | tun0: invalid key '-1'",
                "vxlan  | remote_ip=1.1.1.1 dst_port=65536 | tun0: invalid dst_port '65536'",
                "vxlan  | remote_ip=1.1.1.1 dst_port=0 | tun0: invalid dst_port '0'",
                "vxlan  | remote_ip=1.1.1.1 ttl=256 | tun0: invalid ttl '256'",
                "vxlan  | remote_ip=1.1.1.1 egress_pkt_mark=4294967296 | tun0: invalid egress_pkt_mark '4294967296'",
            })
    void refuses(String type, String options, String error) {
        assertThat(parse(type, options)).isEqualTo(new Refused(error));
    }

    @Test
    void anErrorSaysWhatElseWasOdd() {
        assertThat(parse("vxlan", "remote_ip=nonsense foo=bar"))
                .isEqualTo(new Refused("tun0: bad vxlan 'remote_ip'\ntun0: unknown vxlan argument 'foo'\n"
                        + "tun0: vxlan type requires valid 'remote_ip' argument"));
    }

    @Test
    void warnsOfWhatIsIgnored() {
        Accepted accepted = (Accepted) parse("gre", "remote_ip=1.1.1.1 local_ip=x tos=3 dst_port=5 foo=bar exts=gbp");
        assertThat(accepted.warnings())
                .containsExactly(
                        "tun0: bad gre 'local_ip'",
                        "tun0: invalid TOS 3",
                        "tun0: unknown gre argument 'dst_port'",
                        "tun0: unknown gre argument 'foo'",
                        "tun0: unknown gre argument 'exts'");
        assertThat(((Accepted) parse("vxlan", "remote_ip=1.1.1.1 exts=foo seq=true")).warnings())
                .containsExactly("tun0: unknown extension 'foo'", "tun0: unknown vxlan argument 'seq'");
    }

    @Test
    void neverCarriesInClearWhatWasToBeEncrypted() {
        for (String option : new String[] {"psk", "remote_cert", "remote_name", "ipsec_encapsulation"}) {
            Refused refused = (Refused) parse("vxlan", "remote_ip=1.1.1.1 " + option + "=swordfish");
            assertThat(refused.error())
                    .contains("'" + option + "'")
                    .contains("IPsec")
                    .doesNotContain("swordfish");
        }
    }

    @Test
    void describesItselfAsListTunnelsDoes() {
        assertThat(accepted("vxlan", "remote_ip=192.168.56.12 key=123").describe("tun0", 4))
                .isEqualTo("port 4: tun0 (vxlan: ::->192.168.56.12, key=0x7b, legacy_l2, dp port=4, ttl=64)");
        assertThat(accepted(
                                "gre",
                                "remote_ip=flow local_ip=1.1.1.1 in_key=flow tos=4 ttl=inherit df_default=false csum=true")
                        .describe("g", 1))
                .isEqualTo("port 1: g (gre: 1.1.1.1->flow, key=flow, legacy_l2, dp port=1, out_key=none, ttl=inherit, "
                        + "tos=0x4, df=false, csum=true)");
    }
}
