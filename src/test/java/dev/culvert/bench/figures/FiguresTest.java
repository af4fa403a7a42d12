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

    @Test
    void findsQuantiles() {
        List<Double> values = List.of(4.0, 1.0, 3.0, 2.0, Double.NaN);
        assertThat(Figures.quantile(values, 0)).isEqualTo(1);
        assertThat(Figures.quantile(values, 1)).isEqualTo(4);
        assertThat(Figures.quantile(values, 0.5)).isEqualTo(2.5);
        assertThat(Figures.quantile(values, 0.25)).isEqualTo(1.75);
        assertThat(Figures.quantile(List.of(), 0.5)).isNaN();
    }

    @Test
    void spreadsWhatWasToldAlike() {
        List<Double> values = List.of(6.0, 6.0, 7.0, 7.0, 7.0, 7.0, 9.0, 30.0);
        assertThat(Figures.grouped(values, 0.5, 1)).isEqualTo(7.0);
        assertThat(Figures.grouped(values, 0.25, 1)).isEqualTo(6.5);
        assertThat(Figures.grouped(values, 0.625, 1)).isEqualTo(7.25);
        assertThat(Figures.grouped(values, 1, 1)).isEqualTo(30.5);
        assertThat(Figures.grouped(values, 0, 1)).isEqualTo(5.5);
        assertThat(Figures.grouped(List.of(), 0.5, 1)).isNaN();
    }

    @Test
    void keepsARoundWithoutARatioApart() {
        assertThat(Figures.ratios(List.of(8.0, 4.0, 1.0), List.of(2.0, 0.0, 2.0)))
                .containsExactly(4.0, Double.NaN, 0.5);
    }
}
