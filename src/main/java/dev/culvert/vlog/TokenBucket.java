package dev.culvert.vlog;

/**
 * Lets a burst of messages through and then so many a minute, and counts what it holds back. Not safe for threads: its
 * owner has a lock.
 */
final class TokenBucket {
    private static final long NANOS_PER_MINUTE = 60_000_000_000L;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private final int perMinute;
    private final int burst;
    private double tokens;
    private long filledNanos;
    private int dropped;
    private long firstDroppedNanos;
    private long lastDroppedNanos;

    TokenBucket(int perMinute, int burst, long nowNanos) {
        this.perMinute = perMinute;
        this.burst = burst;
        this.tokens = burst;
        this.filledNanos = nowNanos;
    }

    /** Whether a message may pass; if not it is counted. */
    boolean admit(long nowNanos) {
        double earned = (double) (nowNanos - filledNanos) * perMinute / NANOS_PER_MINUTE;
        tokens = Math.min(burst, tokens + earned);
        filledNanos = nowNanos;
        if (tokens >= 1) {
            tokens -= 1;
            return true;
        }
        if (dropped == 0) {
            firstDroppedNanos = nowNanos;
        }
        if (dropped < Integer.MAX_VALUE) {
            dropped++;
        }
        lastDroppedNanos = nowNanos;
        return false;
    }

    /** What to say about messages that were held back since this was last asked; empty if there were none. */
    String report(long nowNanos) {
        if (dropped == 0) {
            return "";
        }
        String report = "Dropped " + dropped + " log messages in last "
                + (nowNanos - firstDroppedNanos) / NANOS_PER_SECOND + " seconds (most recently, "
                + (nowNanos - lastDroppedNanos) / NANOS_PER_SECOND + " seconds ago) due to excessive rate";
        dropped = 0;
        return report;
    }
}
