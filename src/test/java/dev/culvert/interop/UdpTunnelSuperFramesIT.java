package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.culvert.linux.TestNetwork;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Super-frames of UDP tunnels leave whole by a device of the switch's own, which counts them, unless the host has policies or the way out does not carry them. */
@Timeout(180)
class UdpTunnelSuperFramesIT {
    private TestNetwork network;
    private Guests guests;
    private CulvertBox one;
    private CulvertBox two;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "fd56::12/64");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1");
        two = new CulvertBox(network, "b2");
        one.kernelOffload(false);
        two.kernelOffload(false);
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterEach
    void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    /** @param offloads of the underlay's interface that sends; {@code off} for a cable that carries only what a wire does */
    @ParameterizedTest
    @CsvSource({
        "vxlan, 192.168.56.11, 192.168.56.12, on",
        "geneve, 192.168.56.11, 192.168.56.12, off",
        "vxlan, fd56::11, fd56::12, off",
        "geneve, fd56::11, fd56::12, on",
    })
    void leaveWholeUnlessTheHostHasIpsecPoliciesOrTheInterfaceCannot(
            String type, String here, String there, String offloads) throws Exception {
        if (offloads.equals("off")) {
            network.exec("b1", "ethtool", "-K", "u0", "tx", "off");
        }
        String tunnel = " tun0 -- set interface tun0 type=" + type + " options:key=9 options:remote_ip=";
        one.vsctl("add-port sw1" + tunnel + '"' + there + '"');
        two.vsctl("add-port sw2" + tunnel + '"' + here + '"');
        guests.awaitEachOther();
        assumeTrue(network.ip("b1", "-o link").contains("culvert0"), "a kernel older than 6.17");
        assertThat(sentWhole()).isPositive();
        network.ip(
                "b1",
                "xfrm policy add src 10.77.0.1 dst 10.77.0.2 dir out"
                        + " tmpl src 10.77.0.1 dst 10.77.0.2 proto esp mode transport");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(sentWhole()).isZero());
        network.ip("b1", "xfrm policy flush");
        await().atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(sentWhole()).isPositive());
        // where the way out cannot carry them, segments are made here
        network.exec("b1", "ethtool", "-K", "u0", "tx-udp_tnl-csum-segmentation", "off");
        await().atMost(Duration.ofSeconds(60))
                .untilAsserted(() -> assertThat(sentWhole()).isZero());
    }

    /** How many packets the device has counted while TCP went both ways. */
    private long sentWhole() throws Exception {
        long before = counted();
        guests.assertTcp();
        return counted() - before;
    }

    private long counted() throws Exception {
        return Long.parseLong(network.exec("b1", "cat", "/sys/class/net/culvert0/statistics/rx_packets")
                .strip());
    }
}
