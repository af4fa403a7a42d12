package dev.culvert.vswitch.ipsec;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.ike.IkeTiming;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.vswitch.ipsec.TunnelSecurity.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TunnelSecurityTest {
    private static final String SECRET = "swordfish";

    private static TunnelSecurity wanted(String type, Map<String, String> options) {
        Outcome outcome = TunnelSecurity.parse("tun0", type, options);
        assertThat(outcome).isInstanceOf(Outcome.Wanted.class);
        return ((Outcome.Wanted) outcome).security();
    }

    private static String refused(String type, Map<String, String> options) {
        Outcome outcome = TunnelSecurity.parse("tun0", type, options);
        assertThat(outcome).isInstanceOf(Outcome.Refused.class);
        return ((Outcome.Refused) outcome).error();
    }

    @Test
    void aTunnelWithoutThemIsInClear() {
        assertThat(TunnelSecurity.parse("tun0", "gre", Map.of("remote_ip", "1.1.1.1")))
                .isEqualTo(new Outcome.None());
    }

    @Test
    void theKeyIsInNoText() {
        TunnelSecurity security = wanted("gre", Map.of("psk", SECRET, "ipsec_forceencaps", "yes"));
        assertThat(security.psk()).isEqualTo(SECRET);
        assertThat(security.toString()).doesNotContain(SECRET).contains("forceencaps");
        assertThat(new Outcome.Wanted(security).toString()).doesNotContain(SECRET);
        assertThat(refused("gre", Map.of("psk", SECRET, "remote_name", "x"))).doesNotContain(SECRET);
    }

    @Test
    void bothSpellingsMeanTheSame() {
        assertThat(wanted("ipsec_gre", Map.of("psk", "k"))).isEqualTo(wanted("gre", Map.of("psk", "k")));
    }

    @Test
    void whatContradictsItselfIsRefused() {
        assertThat(refused("ipsec_gre", Map.of())).isEqualTo("tun0: ipsec_gre type requires 'psk' argument");
        assertThat(refused("ipsec_gre", Map.of("peer_cert", "x"))).contains("'remote_cert'");
        assertThat(refused("gre", Map.of("psk", "k", "remote_cert", "x")))
                .isEqualTo("tun0: 'remote_cert' and 'remote_name' must be unset with PSK");
        assertThat(refused("gre", Map.of("psk", ""))).isEqualTo("tun0: 'psk' is empty");
        assertThat(refused("gre", Map.of("ipsec_esp", "aes256"))).contains("refusing to send in clear");
    }

    @Test
    void theOtherOptionsAreLeft() {
        assertThat(TunnelSecurity.others(
                        Map.of("remote_ip", "1.1.1.1", "psk", SECRET, "ipsec_ike", "x", "remote_name", "y")))
                .isEqualTo(Map.of("remote_ip", "1.1.1.1"));
    }

    @Test
    void optionsOfTheIkeDaemonAreRead() {
        List<String> complaints = new ArrayList<>();
        CustomOptions options = CustomOptions.parse(
                Map.of(
                        "forceencaps", "yes",
                        "ike", "aes128gcm16-prfsha256-curve25519!",
                        "esp", "aes128-sha256!",
                        "ikelifetime", "4h",
                        "lifetime", "90m",
                        "dpddelay", "30"),
                complaints);
        assertThat(complaints).isEmpty();
        assertThat(options.forceEncapsulation()).isTrue();
        assertThat(options.ike()).isEqualTo(Proposals.parseIke("aes128gcm16-prfsha256-curve25519!"));
        assertThat(options.esp()).isEqualTo(Proposals.parseEsp("aes128-sha256!"));
        assertThat(options.timing().ikeLifetime()).isEqualTo(Duration.ofHours(4));
        assertThat(options.timing().ikeRekey()).isEqualTo(Duration.ofHours(3));
        assertThat(options.timing().childLifetime()).isEqualTo(Duration.ofMinutes(90));
        assertThat(options.timing().liveness()).isEqualTo(Duration.ofSeconds(30));
        assertThat(options.timing().retransmit()).isEqualTo(IkeTiming.DEFAULT.retransmit());
    }

    @Test
    void noDurationIsTooLongToCount() {
        for (String key : List.of("ikelifetime", "lifetime", "dpddelay")) {
            for (String life : List.of("31536000d", "366d", "31536001", "9223372036854775807h")) {
                List<String> complaints = new ArrayList<>();
                assertThat(CustomOptions.parse(Map.of(key, life), complaints)).isEqualTo(CustomOptions.NONE);
                assertThat(complaints).containsExactly("'ipsec_%s': '%s' is no duration".formatted(key, life));
            }
            List<String> complaints = new ArrayList<>();
            CustomOptions.parse(Map.of(key, "365d"), complaints);
            assertThat(complaints).isEmpty();
        }
    }

    @Test
    void whatIsWrongWithThemIsToldAndLeftOut() {
        List<String> complaints = new ArrayList<>();
        CustomOptions options = CustomOptions.parse(
                Map.of("ike", "des-md5-modp768", "lifetime", "soon", "auto", "start", "ikelifetime", "-3h"),
                complaints);
        assertThat(options).isEqualTo(CustomOptions.NONE);
        assertThat(complaints).hasSize(4).allMatch(text -> text.startsWith("'ipsec_"));
        assertThat(complaints).contains("'ipsec_auto' is not supported and has no effect");
        assertThat(complaints).contains("'ipsec_lifetime': 'soon' is no duration");
    }
}
