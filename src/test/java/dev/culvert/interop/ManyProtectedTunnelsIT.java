package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** A thousand tunnels, each with a neighbour and a pre-shared key of its own, from one daemon to one other. */
@Isolated
@Timeout(400)
class ManyProtectedTunnelsIT {
    private static final int TUNNELS = 1000;

    @Test
    void eachHasItsOwnKeys() throws Exception {
        try (TestNetwork network = TestNetwork.of("l", "b1", "b2", "r")) {
            network.veth("b1", "u0", "b2", "u0");
            network.address("b1", "u0", "10.64.0.1/16");
            Guests guests = Guests.behindBoxes(network);
            StringBuilder addresses = new StringBuilder("ip link set u0 up\n");
            for (int i = 0; i < TUNNELS; i++) {
                addresses.append("ip address add ").append(address(i)).append("/16 dev u0\n");
            }
            network.exec("b2", "sh", "-c", addresses.toString());
            try (CulvertBox one = CulvertBox.asLaunched(network, "b1");
                    CulvertBox two = CulvertBox.asLaunched(network, "b2")) {
                List<String> left = new ArrayList<>(
                        List.of("--timeout=100", "add-br", "sw1", "--", "add-port", "sw1", "p1", "tag=1"));
                List<String> right = new ArrayList<>(
                        List.of("--timeout=100", "add-br", "sw2", "--", "add-port", "sw2", "p1", "tag=1"));
                for (int i = 0; i < TUNNELS; i++) {
                    // each in a VLAN of its own but for the last, so that there is no loop between the two bridges
                    String tag = "tag=" + (i == TUNNELS - 1 ? 1 : i + 2);
                    left.addAll(tunnel("sw1", i, tag, "remote_ip=" + address(i)));
                    right.addAll(tunnel("sw2", i, tag, "remote_ip=10.64.0.1", "local_ip=" + address(i)));
                }
                assertThat(two.tool("vsctl", right.toArray(String[]::new)).status())
                        .isZero();
                assertThat(one.tool("vsctl", left.toArray(String[]::new)).status())
                        .isZero();
                await().atMost(Duration.ofSeconds(240))
                        .pollInterval(Duration.ofSeconds(2))
                        .until(() -> established(one) == TUNNELS && established(two) == TUNNELS);
                guests.awaitEachOther();
                assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
                assertThat(one.appctl("ipsec/sa")
                                .lines()
                                .filter(line -> line.contains("active"))
                                .count())
                        .isEqualTo(TUNNELS);
                assertThat(one.drops("ipsec_cleartext") + two.drops("ipsec_cleartext"))
                        .isZero();
            }
        }
    }

    private static String address(int i) {
        return "10.64." + (1 + i / 250) + "." + (1 + i % 250);
    }

    private static List<String> tunnel(String bridge, int i, String tag, String... options) {
        List<String> words = new ArrayList<>(List.of(
                "--",
                "add-port",
                bridge,
                "tun" + i,
                tag,
                "--",
                "set",
                "interface",
                "tun" + i,
                "type=gre",
                "options:psk=key-" + i));
        for (String option : options) {
            words.add("options:" + option);
        }
        return words;
    }

    private static long established(CulvertBox box) throws Exception {
        return box.appctl("ipsec/show")
                .lines()
                .filter(line -> line.endsWith(": established"))
                .count();
    }
}
