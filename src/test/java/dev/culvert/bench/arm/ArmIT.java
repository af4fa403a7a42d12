package dev.culvert.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.bench.load.Load;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.LabNetwork;
import dev.culvert.lab.Shell;
import dev.culvert.lab.Side;
import dev.culvert.lab.VsctlSwitch;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** Arms as they are set up, and the load that is sent through them. */
@Isolated
@Timeout(180)
class ArmIT {
    private static final int MTU = 1450;

    private final Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), false, false);

    @Test
    void theBareCableCarriesAllKindsOfLoad() throws Exception {
        try (Arm arm = Arm.open(ArmKind.BARE, Underlay.WIRE, "armit-", console)) {
            arm.start();
            arm.connect(Encapsulation.VXLAN, MTU);
            Side left = arm.left();
            Side right = arm.right();

            assertThat(offloads(arm, left.guest(), left.guestDevice()))
                    .contains("tcp-segmentation-offload: off", "tx-udp-segmentation: off")
                    .contains("tx-checksumming: off", "generic-receive-offload: off");

            Load.Flood flood = Load.datagrams(arm.sender(), arm.receiver(), right.guestAddress(), 64, 1);
            assertThat(flood.received().rate()).isGreaterThan(1000);
            assertThat(flood.received().packets())
                    .isLessThanOrEqualTo(flood.sent().packets());
            assertThat(flood.lossPercent()).isBetween(0.0, 100.0);

            Load.Flood frames =
                    Load.frames(arm.sender(), arm.receiver(), left.guestDevice(), right.guestDevice(), 100, 1);
            assertThat(frames.received().packets())
                    .isBetween(1000L, frames.sent().packets());

            Load.Answered answered =
                    Load.newStations(arm.sender(), arm.receiver(), left.guestDevice(), right.guestDevice(), 1);
            assertThat(answered.answers().packets()).isGreaterThan(100);
            assertThat(answered.unansweredPercent()).isLessThan(50);

            assertThat(Load.connections(arm.sender(), arm.receiver(), right.guestAddress(), 1)
                            .packets())
                    .isGreaterThan(10);

            assertThatThrownBy(() -> Load.datagrams(arm.sender(), arm.receiver(), right.guestAddress(), 1430, 1))
                    .as("does not fit into the MTU")
                    .isInstanceOf(LabException.class)
                    .hasMessageContaining("flood");
            assertThat(arm.residentMegabytes()).isNaN();
        }
        assertThat(LabNetwork.of("armit-bare-").existing()).isEmpty();
    }

    @Test
    void theKernelHasManyTunnelsAndStations() throws Exception {
        try (Arm arm = Arm.open(ArmKind.KERNEL, Underlay.VETH, "armit-", console)) {
            arm.start();
            Upkeep upkeep = Upkeep.of(arm);
            assertThat(upkeep.readySeconds()).as("no process").isNaN();
            assertThat(upkeep.showSeconds()).isPositive();
            arm.connect(Encapsulation.VXLAN, MTU);
            ManyTunnels tunnels = new ManyTunnels(arm, Encapsulation.VXLAN);
            tunnels.quietGuests();
            assertThat(tunnels.add(50)).isPositive();
            String destinations = arm.shell()
                    .run("bridge", "-n", arm.left().box(), "fdb", "show", "dev", "tun0")
                    .out();
            assertThat(destinations.lines().filter(line -> line.contains("dst 198.18.")))
                    .hasSize(49);
            ManyStations stations = new ManyStations(arm);
            assertThat(stations.teach(300)).isBetween(300, 305);
            stations.forget();
            assertThat(stations.teach(100)).as("those from before are gone").isBetween(100, 105);
        }
    }

    @Test
    void openVswitchAndCulvertAreSetUpAlike() throws Exception {
        for (ArmKind kind : List.of(ArmKind.OVS, ArmKind.USERSPACE)) {
            try (Arm arm = Arm.open(kind, Underlay.VETH, "armit-", console)) {
                arm.start();
                VsctlSwitch box = (VsctlSwitch) arm.switches().getFirst();
                assertThat(box.vsctl(Shell.LIMIT, List.of("get", "Bridge", "sw1", "other_config")))
                        .contains("mac-table-size=\"1000000\"", "mac-aging-time=\"3600\"");
                String config = box.vsctl(Shell.LIMIT, List.of("get", "Open_vSwitch", ".", "other_config"));
                assertThat(config.contains("kernel-offload=\"false\"")).isEqualTo(kind == ArmKind.USERSPACE);
                assertThat(arm.readySeconds()).isBetween(0.01, 30.0);
                assertThat(arm.residentMegabytes()).isBetween(5.0, 2000.0);

                arm.connect(Encapsulation.GENEVE, MTU);
                assertThat(new ManyTunnels(arm, Encapsulation.GENEVE).add(12)).isPositive();
                assertThat(box.vsctl(Shell.LIMIT, List.of("list-ports", "sw1")).lines())
                        .hasSize(13)
                        .contains("t1", "t11", "tun0", "sw1-p1");
                arm.disconnect();
            }
        }
    }

    private static String offloads(Arm arm, String namespace, String device) throws Exception {
        return arm.shell()
                .run("ip", "netns", "exec", namespace, "ethtool", "-k", device)
                .out();
    }
}
