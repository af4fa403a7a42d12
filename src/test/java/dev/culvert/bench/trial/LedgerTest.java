package dev.culvert.bench.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.lab.Encapsulation;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LedgerTest {
    private static final Subject CULVERT = Subject.of(ArmKind.CULVERT, Encapsulation.VXLAN, Underlay.VETH);
    private static final Subject KERNEL = CULVERT.with(ArmKind.KERNEL);

    private final Ledger ledger = new Ledger();

    private void add(Subject subject, int round, double tcp) {
        ledger.add(new Trial(subject, Probe.TCP, round, new Conditions(0, 0), Map.of(Metric.TCP, tcp)));
    }

    /** The machine got slower and slower: the ratio of the medians would be another one. */
    @Test
    void comparesNeighbours() {
        double speed = 1;
        for (int round = 0; round < 5; round++) {
            add(CULVERT, round, 12 * speed);
            add(KERNEL, round, 10 * speed);
            speed /= 2;
        }
        assertThat(ledger.ratio(CULVERT, KERNEL, Metric.TCP).median()).isEqualTo(1.2);
        assertThat(ledger.ratio(CULVERT, KERNEL, Metric.TCP).count()).isEqualTo(5);
        assertThat(ledger.median(CULVERT, Metric.TCP)).isEqualTo(3);
    }

    /** A round in which one of the two failed has no ratio, and shifts no other. */
    @Test
    void doesWithoutARoundThatIsNotWhole() {
        add(CULVERT, 0, 2);
        add(CULVERT, 2, 9);
        add(KERNEL, 0, 1);
        add(KERNEL, 1, 7);
        add(KERNEL, 2, 3);
        assertThat(ledger.ratio(CULVERT, KERNEL, Metric.TCP).median()).isEqualTo(2.5);
        assertThat(ledger.ratio(CULVERT, KERNEL, Metric.TCP).count()).isEqualTo(2);
        assertThat(ledger.ratio(CULVERT, KERNEL, Metric.CPU).present()).isFalse();
    }

    @Test
    void keepsConditionsApart() {
        Subject wire = Subject.of(ArmKind.CULVERT, Encapsulation.VXLAN, Underlay.WIRE);
        add(CULVERT, 0, 2);
        add(wire, 0, 1);
        assertThat(ledger.values(wire, Metric.TCP)).containsExactly(1.0);
        assertThat(ledger.subjects()).containsExactly(CULVERT, wire);
        assertThat(ledger.median(KERNEL, Metric.TCP)).isNaN();
    }
}
