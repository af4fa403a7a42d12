package dev.culvert.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AxisTest {
    @Test
    void countsFromZeroInRoundSteps() {
        Axis axis = Axis.linear(18.7, 100, 200);
        assertThat(axis.ticks()).containsExactly(0.0, 5.0, 10.0, 15.0, 20.0);
        assertThat(axis.place(0)).isEqualTo(100);
        assertThat(axis.place(10)).isEqualTo(150);
        assertThat(axis.place(99)).as("beyond its end").isEqualTo(200);
        assertThat(Axis.linear(0, 0, 1).ticks()).isNotEmpty();
    }

    @Test
    void hasEqualRatiosAtEqualDistances() {
        Axis axis = Axis.logarithmic(13, 4800, 0, 300);
        assertThat(axis.ticks()).containsExactly(10.0, 100.0, 1000.0);
        assertThat(axis.place(200) - axis.place(100)).isCloseTo(axis.place(20) - axis.place(10), within());
        assertThat(axis.place(10)).isZero();
        assertThat(axis.place(5000)).isEqualTo(300);
        assertThat(axis.place(0)).as("has no place of its own").isZero();
        assertThat(Axis.logarithmic(0.5, 2, 0, 100).ticks()).containsExactly(0.5, 1.0, 2.0);
        assertThat(Axis.logarithmic(3, 3, 0, 100).ticks()).containsExactly(2.0, 5.0);
    }

    @Test
    void writesNumbersShortly() {
        assertThat(Numbers.brief(0)).isEqualTo("0");
        assertThat(Numbers.brief(0.5)).isEqualTo("0.5");
        assertThat(Numbers.brief(20)).isEqualTo("20");
        assertThat(Numbers.brief(100)).isEqualTo("100");
        assertThat(Numbers.brief(2500)).isEqualTo("2.5k");
        assertThat(Numbers.brief(100_000)).isEqualTo("100k");
        assertThat(Numbers.brief(5_000_000)).isEqualTo("5M");
    }

    private static org.assertj.core.data.Offset<Double> within() {
        return org.assertj.core.data.Offset.offset(1e-9);
    }
}
