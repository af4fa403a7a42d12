package dev.culvert.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CountTest {
    @Test
    void isWrittenAndRead() {
        Count count = new Count(120_000, 1_500_000_000);
        assertThat(Count.parse(count.toString())).isEqualTo(count);
        assertThat(count.rate()).isEqualTo(80_000);
        assertThatThrownBy(() -> Count.parse("1")).isInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> Count.parse("1 x")).isInstanceOf(NumberFormatException.class);
    }

    @Test
    void tellsWhatWasLost() {
        assertThat(new Count(75, 1).lossPercent(100)).isEqualTo(25);
        assertThat(new Count(100, 1).lossPercent(100)).isZero();
        assertThat(new Count(0, 0).lossPercent(0)).isZero();
        assertThat(new Count(101, 1).lossPercent(100)).as("a duplicate").isZero();
        assertThat(new Count(5, 0).rate()).isZero();
    }

    @Test
    void keepsPace() {
        Pace pace = new Pace(1000, 0);
        assertThat(pace.allowed(0, 0, 64)).isZero();
        assertThat(pace.allowed(10_000_000, 0, 64)).isEqualTo(10);
        assertThat(pace.allowed(10_000_000, 8, 64)).isEqualTo(2);
        assertThat(pace.allowed(10_000_000, 12, 64)).isZero();
        assertThat(pace.allowed(1_000_000_000, 0, 64))
                .as("no more than a batch")
                .isEqualTo(64);
        assertThat(new Pace(0, 0).allowed(0, 1_000_000, 64)).isEqualTo(64);
    }
}
