package dev.culvert.bench.load;

/**
 * How many packets, in which time.
 *
 * @param packets sent or received
 * @param nanos from the first to the last of them
 */
public record Count(long packets, long nanos) {
    /** Packets a second; 0 where there is nothing to divide by. */
    public double rate() {
        return nanos <= 0 ? 0 : packets / (nanos / 1e9);
    }

    /**
     * The share of what was sent that is not in this count.
     *
     * @param sent packets
     * @return percent, between 0 and 100
     */
    public double lossPercent(long sent) {
        return sent <= 0 ? 0 : Math.clamp(100.0 * (sent - packets) / sent, 0.0, 100.0);
    }

    @Override
    public String toString() {
        return packets + " " + nanos;
    }

    /**
     * Reads what {@link #toString} wrote.
     *
     * @param text two numbers with a blank between them
     * @return the count
     * @throws NumberFormatException if it is something else
     */
    static Count parse(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != 2) {
            throw new NumberFormatException("not a count: " + text);
        }
        return new Count(Long.parseLong(words[0]), Long.parseLong(words[1]));
    }
}
