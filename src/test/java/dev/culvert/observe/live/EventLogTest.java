package dev.culvert.observe.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EventLogTest {
    private final EventLog events = new EventLog();

    private void add(String text) {
        events.add(Event.Kind.LOG, Instant.EPOCH, "bridge", "INFO", text);
    }

    @Test
    void whoAsksAgainGetsWhatIsNew() throws InterruptedException {
        add("one");
        add("two");
        EventLog.Batch first = events.after(0, 10, 0);
        assertThat(first.events()).extracting(Event::text).containsExactly("one", "two");
        assertThat(first.missed()).isZero();
        assertThat(events.after(first.next(), 10, 0).events()).isEmpty();
        add("three");
        assertThat(events.after(first.next(), 10, 0).events())
                .extracting(Event::text)
                .containsExactly("three");
    }

    @Test
    void manyComeInPieces() throws InterruptedException {
        for (int i = 0; i < 25; i++) {
            add("" + i);
        }
        EventLog.Batch first = events.after(0, 10, 0);
        EventLog.Batch second = events.after(first.next(), 10, 0);
        EventLog.Batch third = events.after(second.next(), 10, 0);
        assertThat(first.events()).hasSize(10);
        assertThat(second.events().getFirst().text()).isEqualTo("10");
        assertThat(third.events()).hasSize(5);
        assertThat(third.missed()).isZero();
    }

    @Test
    void theOldestAreForgottenAndThatIsSaid() throws InterruptedException {
        for (int i = 0; i < EventLog.KEPT + 7; i++) {
            add("" + i);
        }
        EventLog.Batch batch = events.after(0, EventLog.KEPT, 0);
        assertThat(batch.events()).hasSize(EventLog.KEPT);
        assertThat(batch.missed()).isEqualTo(7);
        assertThat(batch.next()).isEqualTo(EventLog.KEPT + 7);
    }

    @Test
    void aNumberOfAnotherDaemonBeginsAnew() throws InterruptedException {
        add("one");
        assertThat(events.after(1000, 10, 0).events()).hasSize(1);
        assertThat(events.after(-1, 10, 0).events()).hasSize(1);
    }

    @Test
    void whoWaitsIsWokenByTheNextOne() throws Exception {
        CompletableFuture<EventLog.Batch> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return events.after(0, 10, 10_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        Thread.sleep(50);
        assertThat(waiting).isNotDone();
        add("one");
        assertThat(waiting.get(5, TimeUnit.SECONDS).events()).hasSize(1);
        long start = System.nanoTime();
        assertThat(events.after(1, 10, 100).events()).isEmpty();
        assertThat(System.nanoTime() - start).isGreaterThan(90_000_000L);
    }

    @Test
    void aLongTextIsCutBetweenCharacters() throws InterruptedException {
        add("x".repeat(EventLog.TEXT_MAX - 1) + "😀" + "y".repeat(1_000_000));
        String text = events.after(0, 1, 0).events().getFirst().text();
        assertThat(text).isEqualTo("x".repeat(EventLog.TEXT_MAX - 1) + "…");
    }
}
