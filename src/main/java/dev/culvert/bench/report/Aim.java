package dev.culvert.bench.report;

import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.figures.Bootstrap;
import dev.culvert.bench.figures.Interval;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A figure that is to be reached.
 *
 * @param title what it is about
 * @param metric which figure
 * @param ours whose
 * @param theirs by whose it is divided; null for the figure itself
 * @param bound the ratio or the figure that is to be reached
 * @param atLeast whether that is the least; otherwise it is the most
 */
record Aim(
        String title, Metric metric, Subject ours, @Nullable Subject theirs, double bound, boolean atLeast) {
    /** What was measured of it. */
    Interval measured(Ledger ledger) {
        return theirs == null ? Bootstrap.median(ledger.values(ours, metric)) : ledger.ratio(ours, theirs, metric);
    }

    /** Whether a measured value reaches it. */
    boolean met(Interval measured) {
        return measured.present() && (atLeast ? measured.median() >= bound : measured.median() <= bound);
    }

    /**
     * How a measured value stands to it.
     *
     * @param measured the value
     * @return {@code met}, {@code not met}, or the same with {@code just} where the interval has the bound in it
     */
    String verdict(Interval measured) {
        String verdict = met(measured) ? "met" : "not met";
        return measured.contains(bound) && measured.low() < measured.high() ? verdict + ", within noise" : verdict;
    }

    /** How many times better a value is than it need be: 1 just reaches it. */
    double times(double value) {
        return atLeast ? value / bound : bound / value;
    }

    /** The bound in words. */
    String boundText() {
        return (atLeast ? "at least " : "at most ") + text(bound);
    }

    /** A measured value in words. */
    String text(double value) {
        String number = String.format(Locale.ROOT, theirs != null || value < 20 ? "%.2f" : "%.0f", value);
        return theirs == null ? number + " " + metric.unit() : number;
    }
}
