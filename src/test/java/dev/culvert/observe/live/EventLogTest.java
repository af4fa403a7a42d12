package dev.culvert.observe.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class EventLogTest {
    private final EventLog events = new EventLog(Instant.ofEpochMilli(2));

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
        assertThat(batch.next()).isEqualTo(2000 + EventLog.KEPT + 7);
    }

    /** The page asks the daemon that follows with the last number that it had. */
    @Test
    void aNumberOfADaemonBeforeGetsAllOfThisOne() throws InterruptedException {
        EventLog before = new EventLog(Instant.ofEpochMilli(1));
        for (int i = 0; i < 60; i++) {
            before.add(Event.Kind.LOG, Instant.EPOCH, "bridge", "INFO", "before");
        }
        for (int i = 0; i < 150; i++) {
            add("" + i);
        }
        EventLog.Batch batch = events.after(before.after(0, 200, 0).next(), 200, 0);
        assertThat(batch.events()).hasSize(150);
        assertThat(batch.missed()).isZero();
        assertThat(events.after(1_000_000, 200, 0).events())
                .as("a clock that went back")
                .hasSize(150);
        assertThat(events.after(-1, 200, 0).events()).hasSize(150);
    }

    @Test
    void aLogThatEndsLetsGoOfWhoWaits() throws InterruptedException {
        events.close();
        long start = System.nanoTime();
        assertThat(events.after(0, 10, 10_000).events()).isEmpty();
        assertThat(System.nanoTime() - start).isLessThan(5_000_000_000L);
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
        assertThat(events.after(2001, 10, 100).events()).isEmpty();
        assertThat(System.nanoTime() - start).isGreaterThan(90_000_000L);
    }

    @Test
    void aLongTextIsCutBetweenCharacters() throws InterruptedException {
        add("x".repeat(EventLog.TEXT_MAX - 1) + "😀" + "y".repeat(1_000_000));
        String text = events.after(0, 1, 0).events().getFirst().text();
        assertThat(text).isEqualTo("x".repeat(EventLog.TEXT_MAX - 1) + "…");
    }
}
