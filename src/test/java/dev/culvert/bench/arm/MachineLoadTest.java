package dev.culvert.bench.arm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.lab.LabException;
import org.junit.jupiter.api.Test;

class MachineLoadTest {
    @Test
    void countsWhatIsNeitherIdleNorWaiting() throws LabException {
        // user nice system idle iowait irq softirq steal guest guest_nice
        MachineLoad load = MachineLoad.parse("cpu  100 20 300 4000 500 6 74 9 8 0");
        assertThat(load.busyTicks()).isEqualTo(500);
        assertThat(load.totalTicks()).isEqualTo(5000);
        assertThat(load.stolenTicks()).isEqualTo(9);
        assertThat(load.busySince(MachineLoad.parse("cpu  50 20 300 9 9 6 74 0 0 0")))
                .isEqualTo(0.5);
    }

    @Test
    void refusesAnotherLine() {
        for (String line : new String[] {"", "cpu0 1 2 3 4 5 6 7 8", "cpu  1 2 3"}) {
            assertThatThrownBy(() -> MachineLoad.parse(line)).isInstanceOf(LabException.class);
        }
    }

    @Test
    void readsThisMachine() throws LabException, InterruptedException {
        assertThat(MachineLoad.now().busyTicks()).isPositive();
        Conditions now = Conditions.settle();
        assertThat(now.otherLoad()).isBetween(0.0, 1.0);
        assertThat(now.steal()).isBetween(0.0, 1.0);
    }
}
