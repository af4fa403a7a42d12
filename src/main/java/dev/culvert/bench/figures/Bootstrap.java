package dev.culvert.bench.figures;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * How far a median can be trusted, by the percentile bootstrap (Efron and Tibshirani, An Introduction to the Bootstrap,
 * chapter 13): medians of as many values again, drawn with replacement, and the range in which 95 % of them are. The draws
 * are the same every time, so the same figures give the same report.
 */
public final class Bootstrap {
    private static final int RESAMPLES = 4000;
    private static final double TAIL = 0.025;
    private static final long SEED = 20_240_229;

    private Bootstrap() {}

    /**
     * The median of values with its interval of 95 %.
     *
     * @param values any order; NaN is left out
     * @return {@link Interval#NONE} if nothing is left; of a single value, that value three times
     */
    public static Interval median(List<Double> values) {
        double[] sample = values.stream()
                .mapToDouble(Double::doubleValue)
                .filter(value -> !Double.isNaN(value))
                .toArray();
        int count = sample.length;
        if (count == 0) {
            return Interval.NONE;
        }
        SplittableRandom random = new SplittableRandom(SEED);
        double[] medians = new double[RESAMPLES];
        double[] drawn = new double[count];
        for (int i = 0; i < RESAMPLES; i++) {
            for (int k = 0; k < count; k++) {
                drawn[k] = sample[random.nextInt(count)];
            }
            medians[i] = middle(drawn);
        }
        Arrays.sort(medians);
        int tail = (int) (TAIL * RESAMPLES);
        return new Interval(middle(sample), medians[tail], medians[RESAMPLES - 1 - tail], count);
    }

    /** The median; sorts what it is given. */
    private static double middle(double[] values) {
        Arrays.sort(values);
        int count = values.length;
        return (values[(count - 1) / 2] + values[count / 2]) / 2;
    }
}
