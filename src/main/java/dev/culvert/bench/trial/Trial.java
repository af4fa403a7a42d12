package dev.culvert.bench.trial;

import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.Subject;
import java.util.Map;

/**
 * One measurement.
 *
 * @param subject of whom
 * @param probe by what
 * @param round which round, from 0: trials of one round and one probe are neighbours
 * @param conditions what else went on just before
 * @param values what came out
 */
public record Trial(Subject subject, Probe probe, int round, Conditions conditions, Map<Metric, Double> values) {
    /** Copies the values. */
    public Trial {
        values = Map.copyOf(values);
    }

    /**
     * One of the values.
     *
     * @param metric which
     * @return NaN if this trial has none of it
     */
    public double value(Metric metric) {
        return values.getOrDefault(metric, Double.NaN);
    }
}
