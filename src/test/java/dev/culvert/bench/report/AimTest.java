package dev.culvert.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.figures.Interval;
import dev.culvert.bench.trial.Metric;
import dev.culvert.lab.Encapsulation;
import org.junit.jupiter.api.Test;

class AimTest {
    private static final Subject OURS = Subject.of(ArmKind.CULVERT, Encapsulation.GRE, Underlay.VETH);
    private static final Aim FAST = new Aim("", Metric.TCP, OURS, OURS.with(ArmKind.KERNEL), 1.2, true);
    private static final Aim SHORT = new Aim("", Metric.RTT_P50, OURS, OURS.with(ArmKind.KERNEL), 0.6, false);
    private static final Aim SMALL = new Aim("", Metric.MEMORY, OURS, null, 400, false);

    @Test
    void isMetOrNot() {
        assertThat(FAST.verdict(new Interval(1.4, 1.3, 1.5, 12))).isEqualTo("met");
        assertThat(FAST.verdict(new Interval(1.4, 1.1, 1.5, 12))).isEqualTo("met, within noise");
        assertThat(FAST.verdict(new Interval(1.1, 1.0, 1.15, 12))).isEqualTo("not met");
        assertThat(SHORT.verdict(new Interval(0.44, 0.4, 0.5, 12))).isEqualTo("met");
        assertThat(SHORT.verdict(new Interval(0.7, 0.55, 0.8, 12))).isEqualTo("not met, within noise");
        assertThat(SMALL.verdict(new Interval(210, 210, 210, 1))).isEqualTo("met");
        assertThat(FAST.met(Interval.NONE)).isFalse();
    }

    @Test
    void saysHowFarAway() {
        assertThat(FAST.times(2.4)).isEqualTo(2);
        assertThat(SHORT.times(0.3)).isEqualTo(2);
        assertThat(SMALL.boundText()).isEqualTo("at most 400 MB");
        assertThat(FAST.boundText()).isEqualTo("at least 1.20");
    }

    @Test
    void allOfTheTableAreThere() {
        assertThat(Aims.all()).hasSize(9 + 11 + 2 + 4);
        assertThat(Aims.all()).extracting(Aim::title).doesNotHaveDuplicates();
    }
}
