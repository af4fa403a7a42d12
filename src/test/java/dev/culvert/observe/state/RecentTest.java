package dev.culvert.observe.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.vswitch.SwitchState;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RecentTest {
    private static final SwitchState STATE = SwitchStates.of(List.of());

    @Test
    void whoAsksAllTheTimeGetsTheSamePictureForAMoment() {
        AtomicInteger taken = new AtomicInteger();
        long[] now = {0};
        Recent<SwitchState> recent = new Recent<>(
                () -> {
                    taken.incrementAndGet();
                    return CompletableFuture.completedFuture(STATE);
                },
                () -> now[0]);
        for (int i = 0; i < 100; i++) {
            assertThat(recent.get()).isCompleted();
        }
        assertThat(taken).hasValue(1);
        now[0] += Recent.FRESH_NANOS;
        assertThat(recent.get()).isCompleted();
        assertThat(taken).hasValue(2);
    }

    @Test
    void anAnswerThatTakesLongIsAskedForLessOften() {
        List<CompletableFuture<SwitchState>> asked = new ArrayList<>();
        long[] now = {0};
        Recent<SwitchState> recent = new Recent<>(
                () -> {
                    asked.add(new CompletableFuture<>());
                    return asked.getLast();
                },
                () -> now[0]);
        recent.get();
        now[0] += 1_000_000_000L;
        recent.get();
        assertThat(asked).as("there is one under way").hasSize(1);
        asked.getFirst().complete(STATE);
        now[0] += Recent.SHARE * 1_000_000_000L - 1;
        recent.get();
        assertThat(asked).hasSize(1);
        now[0]++;
        recent.get();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aSwitchThatEndsSaysSo() {
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> Answers.await(CompletableFuture.failedFuture(new RejectedExecutionException())))
                .withMessage("the switch is about to end");
        assertThatExceptionOfType(UnavailableException.class)
                .isThrownBy(() -> Answers.await(CompletableFuture.failedFuture(new IllegalStateException("a test"))))
                .withMessage("the switch does not say how it is");
    }
}
