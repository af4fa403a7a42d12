package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Objects are loaded and hooked in both of the kernel's ways, and leave nothing behind. */
class TrafficHookIT {
    private TestNetwork network;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("here", "there");
        network.veth("here", "u0", "there", "u0");
        network.address("here", "u0", "192.168.56.11/24");
        network.address("there", "u0", "192.168.56.12/24");
    }

    @AfterEach
    void tearDown() throws Exception {
        network.close();
    }

    private static BpfObject load() throws Exception {
        try (InputStream in = TrafficHookIT.class.getResourceAsStream("/dev/culvert/datapath/bpf/flows.bpf.o")) {
            BpfObject object = BpfObject.open(Objects.requireNonNull(in).readAllBytes());
            object.load();
            return object;
        }
    }

    /** The programs know no flows, so everything goes on as before. */
    @ParameterizedTest
    @EnumSource(TrafficHook.Direction.class)
    void aProgramIsPutBeforeOthersAndTakenAway(TrafficHook.Direction direction) throws Exception {
        int ifindex = network.link("here", "u0").ifindex();
        for (boolean tcx : new boolean[] {true, false}) {
            network.in("here", () -> {
                try (BpfObject object = load();
                        TrafficHook hook =
                                TrafficHook.attach(ifindex, direction, object.program("from_underlay"), 0, tcx)) {
                    assertThat(ping()).isTrue();
                    String filters = filters(direction);
                    assertThat(filters.contains("culvert")).isEqualTo(!tcx);
                    hook.close();
                }
                return true;
            });
            assertThat(filters(direction)).isEmpty();
            assertThat(network.exec("here", "tc", "qdisc", "show", "dev", "u0")).doesNotContain("clsact");
        }
    }

    @Test
    void anOlderFilterThatDropsComesAfterIt() throws Exception {
        int ifindex = network.link("here", "u0").ifindex();
        network.in("here", () -> {
            try (BpfObject object = load();
                    IngressDrop _ = IngressDrop.attach(ifindex, false);
                    TrafficHook _ = TrafficHook.attach(
                            ifindex, TrafficHook.Direction.INGRESS, object.program("from_port"), 0, false)) {
                String filters = filters(TrafficHook.Direction.INGRESS);
                assertThat(filters.indexOf("culvert")).isPositive();
                assertThat(filters.indexOf("culvert")).isLessThan(filters.indexOf("0x63756c76"));
                assertThat(ping()).as("what it leaves is dropped as before").isFalse();
            }
            return true;
        });
        assertThat(ping()).isTrue();
    }

    @Test
    void whatIsNoObjectIsRefused() {
        assertThatThrownBy(() -> BpfObject.open(new byte[] {1, 2, 3})).isInstanceOf(LinuxException.class);
        assertThatThrownBy(() -> {
                    try (BpfObject object = load()) {
                        object.program("no such program");
                    }
                })
                .isInstanceOf(LinuxException.class);
    }

    private String filters(TrafficHook.Direction direction) throws Exception {
        return network.exec(
                        "here",
                        "tc",
                        "filter",
                        "show",
                        "dev",
                        "u0",
                        direction.name().toLowerCase(java.util.Locale.ROOT))
                .strip();
    }

    private boolean ping() throws Exception {
        try {
            network.exec("here", "ping", "-c", "1", "-W", "1", "192.168.56.12");
            return true;
        } catch (java.io.IOException e) {
            return false;
        }
    }
}
