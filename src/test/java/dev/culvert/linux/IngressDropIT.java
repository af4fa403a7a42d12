package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The host's own stack must stay silent on a port while the port's socket goes on receiving, by either hook. */
@Timeout(60)
class IngressDropIT {
    private static final String HOST_ADDRESS = "10.9.1.1";

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void silencesTheHostAndNotThePort(boolean tcx) throws Exception {
        try (TestNetwork network = TestNetwork.of("host", "peer")) {
            network.veth("host", "p1", "peer", "e0");
            // the host has an address on another interface only; Linux answers ARP for it on any
            network.address("host", "lo", HOST_ADDRESS + "/32");
            network.address("peer", "e0", "10.9.1.2/24");
            network.ip("host", "route add 10.9.1.0/24 dev p1");
            assertThat(answers(network, 10)).isTrue();
            int port = network.link("host", "p1").ifindex();
            try (PacketSocket socket = network.in("host", () -> PacketSocket.open(port))) {
                IngressDrop drop = network.in("host", () -> IngressDrop.attach(port, tcx));
                assertThat(network.exec("host", "tc", "qdisc", "show", "dev", "p1")
                                .contains("clsact"))
                        .isEqualTo(!tcx || !kernelHasTcx());
                network.ip("peer", "neigh flush all");
                assertThat(answers(network, 1)).isFalse();
                assertThat(received(socket)).isPositive();
                drop.close();
                drop.close();
                assertThat(answers(network, 10)).isTrue();
            }
            assertThat(network.exec("host", "tc", "qdisc", "show", "dev", "p1")).doesNotContain("clsact");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void twoDoNotDisturbEachOther(boolean tcx) throws Exception {
        try (TestNetwork network = TestNetwork.of("host", "peer")) {
            network.veth("host", "p1", "peer", "e0");
            network.exec("host", "tc", "qdisc", "add", "dev", "p1", "clsact");
            int port = network.link("host", "p1").ifindex();
            IngressDrop first = network.in("host", () -> IngressDrop.attach(port, tcx));
            // as a successor finds what a killed process left behind
            IngressDrop second = network.in("host", () -> IngressDrop.attach(port, tcx));
            first.close();
            second.close();
            assertThat(network.exec("host", "tc", "filter", "show", "dev", "p1", "ingress"))
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesTheFiltersOfOthers(boolean tcx) throws Exception {
        try (TestNetwork network = TestNetwork.of("host", "peer")) {
            network.veth("host", "p1", "peer", "e0");
            int port = network.link("host", "p1").ifindex();
            IngressDrop drop = network.in("host", () -> IngressDrop.attach(port, tcx));
            if (tcx) {
                network.exec("host", "tc", "qdisc", "add", "dev", "p1", "clsact");
            }
            String[] other = "tc filter add dev p1 egress prio 9 protocol all u32 match u32 0 0".split(" ");
            network.exec("host", other);
            drop.close();
            assertThat(network.exec("host", "tc", "filter", "show", "dev", "p1", "egress"))
                    .contains("pref 9");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void needsAnInterface(boolean tcx) {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> IngressDrop.attach(1 << 30, tcx))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
    }

    /** Tells whether an answer comes; one that does is not waited out. */
    private static boolean answers(TestNetwork network, int seconds) throws Exception {
        try {
            network.exec("peer", "ping", "-c", "1", "-w", Integer.toString(seconds), HOST_ADDRESS);
            return true;
        } catch (IOException silent) {
            return false;
        }
    }

    private static boolean kernelHasTcx() {
        String[] version = System.getProperty("os.version").split("[.-]", 3);
        int major = Integer.parseInt(version[0]);
        return major > 6 || (major == 6 && Integer.parseInt(version[1]) >= 6);
    }

    private static int received(PacketSocket socket) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frames = arena.allocate(64 * 256);
            MessageBatch batch = new MessageBatch(64, 1, 64);
            for (int i = 0; i < 64; i++) {
                batch.vector(i, 0, frames.address() + 256L * i, 256);
                batch.prepareReceive(i);
            }
            return socket.receive(batch, 64);
        }
    }
}
