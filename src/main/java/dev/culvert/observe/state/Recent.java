package dev.culvert.observe.state;

import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * How something is, or was a moment ago: whoever asks all the time does not keep the conductor from its work. Safe for threads.
 *
 * @param <T> what tells of it
 */
public final class Recent<T extends @Nullable Object> {
    /** For how long an answer is as good as a new one, at least. */
    static final long FRESH_NANOS = 500_000_000;

    /** Of the conductor's time, one part in so many at most is spent on answers. */
    static final int SHARE = 20;

    private final Supplier<CompletableFuture<T>> source;
    private final LongSupplier clock;
    private @Nullable CompletableFuture<T> last;
    private long askedNanos;
    private long takenNanos;

    /**
     * Remembers what is said.
     *
     * @param source asks
     * @param clock nanoseconds that pass, as {@link System#nanoTime}
     */
    public Recent(Supplier<CompletableFuture<T>> source, LongSupplier clock) {
        this.source = source;
        this.clock = clock;
    }

    /** It is as good as new from when it was there: one that takes long is not asked for all the time. */
    private synchronized void completed() {
        takenNanos = clock.getAsLong();
    }

    /** The answer; one that is not there yet is waited for by all who ask. */
    public synchronized CompletableFuture<T> get() {
        CompletableFuture<T> known = last;
        long now = clock.getAsLong();
        long fresh = Math.max(FRESH_NANOS, SHARE * (takenNanos - askedNanos));
        if (known != null && !known.isCompletedExceptionally() && (!known.isDone() || now - takenNanos < fresh)) {
            return known;
        }
        CompletableFuture<T> taken = source.get();
        last = taken;
        askedNanos = now;
        takenNanos = now;
        CompletableFuture<Void> _ = taken.thenRun(this::completed);
        return taken;
    }
}
