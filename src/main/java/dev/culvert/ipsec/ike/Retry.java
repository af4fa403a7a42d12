package dev.culvert.ipsec.ike;

import java.util.concurrent.TimeUnit;

/** Attempts that failed, and when the next one may be: pauses double up to a limit, and there is always a next one. */
final class Retry {
    /** The first pause. */
    static final long FIRST = TimeUnit.SECONDS.toNanos(1);

    private int failures;
    private long at;

    long at() {
        return at;
    }

    void failed(Core core, IkeTiming timing, long now) {
        long pause =
                Math.min(FIRST << Math.min(failures, 20), timing.retryMost().toNanos());
        failures++;
        at = now + core.jittered(pause);
    }

    /** The next failure is the first again. */
    void succeeded() {
        failures = 0;
    }

    void notAfter(long when) {
        at = Math.min(at, when);
    }

    void notBefore(long when) {
        at = Math.max(at, when);
    }
}
