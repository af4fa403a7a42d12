package dev.culvert.bench.report;

import java.util.ArrayList;
import java.util.List;

/** Where values are on a plot. Its ends are round numbers. */
final class Axis {
    private static final double TICKS = 5;

    private final double low;
    private final double high;
    private final double step;
    private final boolean logarithmic;
    private final double from;
    private final double to;

    private Axis(double low, double high, double step, boolean logarithmic, double from, double to) {
        this.low = low;
        this.high = high;
        this.step = step;
        this.logarithmic = logarithmic;
        this.from = from;
        this.to = to;
    }

    /**
     * An axis from zero on.
     *
     * @param most the greatest value
     * @param from where zero is
     * @param to where the axis ends
     * @return the axis
     */
    static Axis linear(double most, double from, double to) {
        double step = niceStep(most <= 0 ? 1 : most / TICKS);
        return new Axis(0, Math.max(step, Math.ceil(most / step - 1e-9) * step), step, false, from, to);
    }

    /**
     * An axis of ratios.
     *
     * @param least the least value, above zero
     * @param most the greatest value
     * @param from where the axis begins
     * @param to where it ends
     * @return the axis
     */
    static Axis logarithmic(double least, double most, double from, double to) {
        double low = below(least);
        double high = above(most);
        return new Axis(low, high > low ? high : low * 10, 0, true, from, to);
    }

    /** Whether equal distances are equal ratios. */
    boolean logarithmic() {
        return logarithmic;
    }

    /** Where a value is; what lies beyond an end is at that end. */
    double place(double value) {
        double share = logarithmic
                ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
                : (value - low) / (high - low);
        return from + Math.clamp(share, 0.0, 1.0) * (to - from);
    }

    /** The values to mark. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        if (!logarithmic) {
            for (int i = 0; low + i * step <= high * (1 + 1e-9); i++) {
                ticks.add(low + i * step);
            }
            return ticks;
        }
        boolean few = high / low <= 100;
        for (double decade = Math.pow(10, Math.floor(Math.log10(low) + 1e-9)); decade <= high * 1.001; decade *= 10) {
            for (double times : few ? List.of(1.0, 2.0, 5.0) : List.of(1.0)) {
                double tick = decade * times;
                if (tick >= low * 0.999 && tick <= high * 1.001) {
                    ticks.add(tick);
                }
            }
        }
        return ticks;
    }

    private static double niceStep(double rough) {
        double decade = Math.pow(10, Math.floor(Math.log10(rough)));
        for (double times : List.of(1.0, 2.0, 2.5, 5.0)) {
            if (decade * times >= rough * (1 - 1e-9)) {
                return decade * times;
            }
        }
        return decade * 10;
    }

    /** The greatest of 1, 2 and 5 times a power of ten that is not above a value. */
    private static double below(double value) {
        double decade = Math.pow(10, Math.floor(Math.log10(value)));
        double times = value / decade;
        return decade * (times >= 5 ? 5 : times >= 2 ? 2 : 1);
    }

    private static double above(double value) {
        double low = below(value);
        if (low >= value * (1 - 1e-9)) {
            return low;
        }
        double decade = Math.pow(10, Math.floor(Math.log10(value)));
        double times = Math.round(low / decade);
        return decade * (times >= 5 ? 10 : times >= 2 ? 5 : 2);
    }
}
