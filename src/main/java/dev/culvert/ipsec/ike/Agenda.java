package dev.culvert.ipsec.ike;

/** What is due, and when the next thing will be. */
final class Agenda {
    private final long now;
    private long next = Long.MAX_VALUE;

    Agenda(long now) {
        this.now = now;
    }

    long now() {
        return now;
    }

    /** Whether a time has come; if not, it counts for {@link #next}. */
    boolean isDue(long at) {
        if (at <= now) {
            return true;
        }
        next = Math.min(next, at);
        return false;
    }

    long next() {
        return next;
    }
}
