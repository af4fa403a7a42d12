package dev.culvert.bench.load;

/** How many packets may be sent by now: so many a second, in batches, and what was missed is caught up with. */
final class Pace {
    private final long rate;
    private final long start;

    /**
     * @param rate packets a second; 0 for as many as possible
     * @param start when it begins, as {@link System#nanoTime}
     */
    Pace(long rate, long start) {
        this.rate = rate;
        this.start = start;
    }

    /**
     * What may be sent now.
     *
     * @param now the time, as {@link System#nanoTime}
     * @param sent how many were sent so far
     * @param batch the most that can be sent at once
     * @return between 0 and {@code batch}
     */
    int allowed(long now, long sent, int batch) {
        if (rate <= 0) {
            return batch;
        }
        double due = (now - start) / 1e9 * rate - sent;
        return (int) Math.clamp((long) due, 0L, batch);
    }
}
