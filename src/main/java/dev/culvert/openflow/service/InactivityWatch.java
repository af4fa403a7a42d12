package dev.culvert.openflow.service;

import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Asks a peer that has been silent for some time whether it lives, and gives it up after as much time again. */
final class InactivityWatch {
    private static final System.Logger LOG = System.getLogger("rconn");

    private final String name;
    private final LongSupplier lastHeardNanos;
    private final Runnable ask;
    private final Runnable giveUp;
    private final AtomicReference<@Nullable Thread> thread = new AtomicReference<>();
    /** What {@link #lastHeardNanos} gave when the peer was asked; null while it is not. */
    private volatile @Nullable Long askedAt;

    private volatile boolean gaveUp;

    /**
     * A watch that does not go yet.
     *
     * @param lastHeardNanos when the peer last said something, in {@link System#nanoTime}'s count
     * @param ask asks the peer for an answer, of any kind
     * @param giveUp ends the conversation
     */
    InactivityWatch(String name, LongSupplier lastHeardNanos, Runnable ask, Runnable giveUp) {
        this.name = name;
        this.lastHeardNanos = lastHeardNanos;
        this.ask = ask;
        this.giveUp = giveUp;
    }

    /** Asks after so much silence from now on; zero for never. */
    void setInterval(Duration interval) {
        Thread fresh = interval.isPositive()
                ? Thread.ofVirtual().name(name + " watch").unstarted(() -> run(interval.toNanos()))
                : null;
        Thread former = thread.getAndSet(fresh);
        if (former != null && former != Thread.currentThread()) {
            former.interrupt();
        }
        if (fresh != null) {
            fresh.start();
        }
    }

    /** Whether the peer owes an answer. */
    boolean isWaiting() {
        Long before = askedAt;
        return before != null && before == lastHeardNanos.getAsLong();
    }

    /** Whether it never came. */
    boolean gaveUp() {
        return gaveUp;
    }

    private void run(long intervalNanos) {
        try {
            while (Thread.currentThread().equals(thread.get())) {
                long heard = lastHeardNanos.getAsLong();
                long silence = System.nanoTime() - heard;
                if (silence < intervalNanos) {
                    Thread.sleep(Duration.ofNanos(intervalNanos - silence));
                } else {
                    askedAt = heard;
                    ask.run();
                    Thread.sleep(Duration.ofNanos(intervalNanos));
                    askedAt = null;
                    if (lastHeardNanos.getAsLong() == heard) {
                        LOG.log(Level.ERROR, name + ": no response to inactivity probe, disconnecting");
                        gaveUp = true;
                        giveUp.run();
                        return;
                    }
                }
            }
        } catch (InterruptedException e) {
            askedAt = null; // another watch goes now, or none
        }
    }
}
