package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TCP over GRE crosses a veth in super-frames, but not past a host's IPsec policies. */
@Timeout(120)
class GreSuperFramesIT {
    private static final int WIRE_MAX = 1514;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1");
        two = new CulvertBox(network, "b2");
        String tunnel = " -- add-port %1$s tun0 -- set interface tun0 type=gre options:key=9 options:tos=0x20"
                + " options:remote_ip=%2$s";
        one.vsctl("add-br sw1 -- add-port sw1 p1" + tunnel.formatted("sw1", "192.168.56.12"));
        two.vsctl("add-br sw2 -- add-port sw2 p1" + tunnel.formatted("sw2", "192.168.56.11"));
        guests.awaitEachOther();
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    @Test
    void leaveWholeUnlessTheHostHasIpsecPolicies() throws Exception {
        assertThat(longest()).isGreaterThan(WIRE_MAX);
        // for somebody else's packets: the switch cannot know whom one is meant for tomorrow
        network.ip(
                "b1",
                "xfrm policy add src 10.77.0.1 dst 10.77.0.2 dir out"
                        + " tmpl src 10.77.0.1 dst 10.77.0.2 proto esp mode transport");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(longest()).isLessThanOrEqualTo(WIRE_MAX));
        network.ip("b1", "xfrm policy flush");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(longest()).isGreaterThan(WIRE_MAX));
    }

    /** The longest GRE packet of box 1 while TCP goes both ways; all of them carry the tunnel's type of service. */
    private static int longest() throws Exception {
        try (Wiretap wire = new Wiretap(network, "b1", "u0")) {
            guests.assertTcp();
            wire.stop();
            assertThat(wire.count("gre && ip.dsfield.dscp != 8")).isZero();
            assertThat(wire.count("ip.checksum.status == \"Bad\"")).isZero();
            return wire.values("gre", "frame.len").stream()
                    .mapToInt(Integer::parseInt)
                    .max()
                    .orElseThrow();
        }
    }
}
