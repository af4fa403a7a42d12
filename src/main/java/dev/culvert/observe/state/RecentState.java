package dev.culvert.observe.state;

import dev.culvert.vswitch.SwitchState;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How the switch is, or was a moment ago: whoever asks all the time does not keep the conductor from its work. */
public final class RecentState {
    /** For how long a picture is as good as a new one. */
    static final long FRESH_NANOS = 500_000_000;

    private final Supplier<CompletableFuture<SwitchState>> source;
    private final LongSupplier clock;
    private @Nullable CompletableFuture<SwitchState> last;
    private long takenNanos;

    /**
     * Remembers what a switch says.
     *
     * @param source asks it
     * @param clock nanoseconds that pass, as {@link System#nanoTime}
     */
    public RecentState(Supplier<CompletableFuture<SwitchState>> source, LongSupplier clock) {
        this.source = source;
        this.clock = clock;
    }

    /** It is as good as new from when it was there: one that takes long is not asked for all the time. */
    private synchronized void completed() {
        takenNanos = clock.getAsLong();
    }

    /** The state; one that is not there yet is waited for by all who ask. */
    public synchronized CompletableFuture<SwitchState> get() {
        CompletableFuture<SwitchState> known = last;
        long now = clock.getAsLong();
        if (known != null && !known.isCompletedExceptionally() && (!known.isDone() || now - takenNanos < FRESH_NANOS)) {
            return known;
        }
        CompletableFuture<SwitchState> taken = source.get();
        last = taken;
        takenNanos = now;
        CompletableFuture<Void> _ = taken.thenRun(this::completed);
        return taken;
    }
}
