package dev.culvert.bench.figures;

/**
 * A median and where it may as well lie.
 *
 * @param median NaN if there was nothing to take it of
 * @param low the interval's lower end
 * @param high its upper end
 * @param count of how many values
 */
public record Interval(double median, double low, double high, int count) {
    /** Of no values at all. */
    public static final Interval NONE = new Interval(Double.NaN, Double.NaN, Double.NaN, 0);

    /** Whether there is a median. */
    public boolean present() {
        return !Double.isNaN(median);
    }

    /**
     * Whether a value lies in the interval.
     *
     * @param value any
     * @return false if there is no interval
     */
    public boolean contains(double value) {
        return low <= value && value <= high;
    }
}
