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
