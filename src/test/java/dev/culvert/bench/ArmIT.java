package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabNetwork;
import dev.culvert.lab.SwitchKind;
import java.io.OutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The arms that Culvert is compared with, each measured once. */
@Timeout(180)
class ArmIT {
    private static final int MTU = 1450;

    @Test
    void measuresOpenVswitch() throws Exception {
        try (Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), false, false);
                Arm arm = Arm.open(SwitchKind.OVS, "armit-", console)) {
            Upkeep upkeep = arm.start(MTU);
            assertThat(upkeep.readySeconds()).isBetween(0.01, 30.0);
            assertThat(upkeep.showSeconds()).isBetween(0.001, 10.0);
            assertThat(upkeep.residentMegabytes()).isBetween(5.0, 2000.0);
            assertThat(upkeep.idlePercent()).isBetween(0.0, 200.0);
            arm.connect(Encapsulation.GENEVE);
            check(arm.measure(Encapsulation.GENEVE, 0, 1));
            arm.disconnect();
        }
        assertThat(LabNetwork.of("armit-ovs-").existing()).isEmpty();
    }

    @Test
    void measuresTheKernel() throws Exception {
        try (Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), false, false);
                Arm arm = Arm.open(SwitchKind.KERNEL, "armit-", console)) {
            Upkeep upkeep = arm.start(MTU);
            assertThat(upkeep.readySeconds()).as("no process").isNaN();
            assertThat(upkeep.residentMegabytes()).isNaN();
            arm.connect(Encapsulation.VXLAN);
            check(arm.measure(Encapsulation.VXLAN, 3, 1));
        }
        assertThat(LabNetwork.of("armit-kernel-").existing()).isEmpty();
    }

    private static void check(Trial trial) {
        assertThat(trial.tcpGigabits()).isPositive();
        assertThat(trial.cpuSecondsPerGigabyte()).isPositive();
        assertThat(trial.udpRate()).isPositive();
        assertThat(trial.rttMedianMicros()).isBetween(5.0, 1e6);
        assertThat(trial.rttTailMicros()).isGreaterThanOrEqualTo(trial.rttMedianMicros());
        assertThat(trial.otherLoad()).isBetween(0.0, 1.0);
    }
}
