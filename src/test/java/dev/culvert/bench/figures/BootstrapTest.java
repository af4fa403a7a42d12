package dev.culvert.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class BootstrapTest {
    /** The interval of a median's ranks is known (binomial): for 101 values it is that of the 41st to the 61st. */
    @Test
    void findsTheIntervalThatIsKnown() {
        List<Double> values = new ArrayList<>(
                IntStream.rangeClosed(1, 101).mapToObj(each -> (double) each).toList());
        Collections.shuffle(values, new Random(4));
        Interval interval = Bootstrap.median(values);
        assertThat(interval.median()).isEqualTo(51);
        assertThat(interval.low()).isBetween(39.0, 43.0);
        assertThat(interval.high()).isBetween(59.0, 63.0);
        assertThat(interval.count()).isEqualTo(101);
    }

    @Test
    void isWiderTheMoreValuesDiffer() {
        Interval calm = Bootstrap.median(List.of(1.0, 1.01, 0.99, 1.0, 1.02, 0.98));
        Interval wild = Bootstrap.median(List.of(1.0, 2.0, 0.5, 1.0, 3.0, 0.3));
        assertThat(wild.high() - wild.low()).isGreaterThan(10 * (calm.high() - calm.low()));
        assertThat(calm.contains(1)).isTrue();
        assertThat(calm.contains(1.5)).isFalse();
    }

    @Test
    void saysTheSameTwice() {
        List<Double> values = List.of(3.0, 1.0, 2.0, 8.0);
        assertThat(Bootstrap.median(values)).isEqualTo(Bootstrap.median(values));
    }

    @Test
    void leavesOutWhatIsNotThere() {
        assertThat(Bootstrap.median(List.of(Double.NaN, 7.0))).isEqualTo(new Interval(7, 7, 7, 1));
        assertThat(Bootstrap.median(List.of(Double.NaN)).present()).isFalse();
        assertThat(Interval.NONE.contains(0)).isFalse();
    }

    /** What it is for: with 12 pairs, 95 of 100 intervals have the true median in them, or nearly as many. */
    @Test
    void hasTheTruthInIt() {
        Random random = new Random(11);
        int within = 0;
        for (int i = 0; i < 200; i++) {
            List<Double> pairs = new ArrayList<>();
            for (int k = 0; k < 12; k++) {
                pairs.add(1.3 * Math.exp(0.1 * random.nextGaussian()));
            }
            within += Bootstrap.median(pairs).contains(1.3) ? 1 : 0;
        }
        assertThat(within).isBetween(178, 200);
    }
}
