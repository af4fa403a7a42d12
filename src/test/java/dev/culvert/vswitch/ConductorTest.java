package dev.culvert.vswitch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConductorTest {
    private final Conductor conductor = new Conductor("conductor-test");

    @AfterEach
    void close() {
        conductor.close();
    }

    @Test
    void runsTasksInOrderOnItsThread() {
        List<Integer> seen = new ArrayList<>();
        List<Boolean> own = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            conductor.execute(() -> {
                seen.add(number);
                own.add(conductor.isCurrent());
            });
        }
        conductor.close();

        assertThat(seen).isSorted().hasSize(100);
        assertThat(own).containsOnly(true);
    }

    @Test
    void aTaskThatFailsDoesNotEndIt() throws InterruptedException {
        CountDownLatch reached = new CountDownLatch(1);
        conductor.execute(() -> {
            throw new IllegalStateException("on purpose");
        });
        conductor.execute(() -> {
            throw new UnspeakableException();
        });
        conductor.execute(reached::countDown);

        assertThat(reached.await(5, TimeUnit.SECONDS)).isTrue();
    }

    private static final class UnspeakableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @Override
        public String toString() {
            throw new IllegalStateException("nothing can be said of it");
        }
    }

    @Test
    void timersComeAgainUnlessTheyAreForOnce() {
        AtomicInteger often = new AtomicInteger();
        AtomicInteger once = new AtomicInteger();
        conductor.every(5, TimeUnit.MILLISECONDS, often::incrementAndGet);
        conductor.after(5, TimeUnit.MILLISECONDS, once::incrementAndGet);

        await().atMost(5, TimeUnit.SECONDS).until(() -> often.get() > 5);
        assertThat(once).hasValue(1);
    }

    @Test
    void timersAreNotKeptWaitingByTasksThatNeverEnd() {
        AtomicInteger ticks = new AtomicInteger();
        AtomicInteger tasks = new AtomicInteger();
        Runnable again = new Runnable() {
            @Override
            public void run() {
                tasks.incrementAndGet();
                if (ticks.get() < 5) {
                    conductor.execute(this);
                }
            }
        };
        conductor.every(5, TimeUnit.MILLISECONDS, ticks::incrementAndGet);
        conductor.execute(again);

        await().atMost(10, TimeUnit.SECONDS).until(() -> ticks.get() >= 5);
        assertThat(tasks.get()).isGreaterThan(5);
    }

    @Test
    void tasksAreNotKeptWaitingByTimersThatAreAlwaysDue() {
        AtomicInteger tasks = new AtomicInteger();
        conductor.every(1, TimeUnit.NANOSECONDS, () -> {});
        for (int i = 0; i < 100; i++) {
            conductor.execute(tasks::incrementAndGet);
        }

        await().atMost(10, TimeUnit.SECONDS).until(() -> tasks.get() == 100);
    }

    @Test
    void aSignalGivenManyTimesIsAnsweredAtLeastOnceAfterTheLast() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger answers = new AtomicInteger();
        Runnable signal = conductor.signal(answers::incrementAndGet);
        conductor.execute(() -> {
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 0; i < 1000; i++) {
            signal.run();
        }
        gate.countDown();
        conductor.close();

        assertThat(answers).hasValue(1);
    }
}
