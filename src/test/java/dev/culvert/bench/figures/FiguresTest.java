package dev.culvert.bench.figures;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void findsTheMedian() {
        assertThat(Figures.median(List.of(3.0, 1.0, 2.0))).isEqualTo(2);
        assertThat(Figures.median(List.of(4.0, 1.0, 2.0, 3.0))).isEqualTo(2.5);
        assertThat(Figures.median(List.of(Double.NaN, 7.0))).isEqualTo(7);
        assertThat(Figures.median(List.of(Double.NaN))).isNaN();
        assertThat(Figures.median(List.of())).isNaN();
    }

    /** The machine was twice as slow in the second round: each round's own ratio is 4, that of the medians is not. */
    @Test
    void pairsFiguresThatWereTakenTogether() {
        assertThat(Figures.pairedRatio(List.of(8.0, 4.0, 8.0), List.of(2.0, 1.0, 2.0)))
                .isEqualTo(4);
        assertThat(Figures.pairedRatio(List.of(8.0, 4.0), List.of(2.0))).isEqualTo(4);
        assertThat(Figures.pairedRatio(List.of(8.0), List.of(0.0))).isNaN();
        assertThat(Figures.pairedRatio(List.of(), List.of())).isNaN();
    }
}
