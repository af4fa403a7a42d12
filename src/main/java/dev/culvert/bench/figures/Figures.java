package dev.culvert.bench.figures;

import java.util.ArrayList;
import java.util.List;

/** The little arithmetic that a comparison needs; NaN stands for a figure that could not be measured. */
public final class Figures {
    private Figures() {}

    /**
     * The median, the mean of the middle two for an even count.
     *
     * @param values any order; NaN is left out
     * @return NaN if nothing is left
     */
    public static double median(List<Double> values) {
        List<Double> sorted =
                values.stream().filter(value -> !value.isNaN()).sorted().toList();
        int count = sorted.size();
        if (count == 0) {
            return Double.NaN;
        }
        return (sorted.get((count - 1) / 2) + sorted.get(count / 2)) / 2;
    }

    /**
     * A quantile, between the two nearest values where it falls between them.
     *
     * @param values any order; NaN is left out
     * @param share between 0 (the least) and 1 (the greatest)
     * @return NaN if nothing is left
     */
    public static double quantile(List<Double> values, double share) {
        List<Double> sorted =
                values.stream().filter(value -> !value.isNaN()).sorted().toList();
        if (sorted.isEmpty()) {
            return Double.NaN;
        }
        double place = share * (sorted.size() - 1);
        int below = (int) Math.floor(place);
        int above = (int) Math.ceil(place);
        return sorted.get(below) + (place - below) * (sorted.get(above) - sorted.get(below));
    }

    /**
     * A quantile of what was told in whole steps, as {@code ping} tells whole microseconds: those that were told alike are taken
     * as spread over the step around it (the median of grouped data). Otherwise a ratio of 6 to 10 could be anything from
     * 0.52 to 0.68.
     *
     * @param values ascending
     * @param share between 0 and 1
     * @param step how far apart what is told is
     * @return NaN without any
     */
    public static double grouped(List<Double> values, double share, double step) {
        if (values.isEmpty()) {
            return Double.NaN;
        }
        double rank = share * values.size();
        double value = values.get(Math.clamp((int) Math.ceil(rank) - 1, 0, values.size() - 1));
        long below = values.stream().filter(other -> other < value).count();
        long alike = values.stream().filter(other -> other == value).count();
        return value + step * ((rank - below) / alike - 0.5);
    }

    /**
     * The ratios of figures that were taken close together.
     *
     * @param ours figures, one a round
     * @param theirs the other arm's in the same rounds
     * @return one for each round; NaN where a round has not both
     */
    public static List<Double> ratios(List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            double ratio = ours.get(i) / theirs.get(i);
            ratios.add(Double.isInfinite(ratio) ? Double.NaN : ratio);
        }
        return ratios;
    }

    /**
     * The median of the ratios of figures that were taken close together, which noise that both felt does not touch.
     *
     * @param ours figures, one a round
     * @param theirs the other arm's in the same rounds
     * @return NaN if no round has both
     */
    public static double pairedRatio(List<Double> ours, List<Double> theirs) {
        return median(ratios(ours, theirs));
    }
}
