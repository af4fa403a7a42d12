package dev.culvert.bench.trial;

import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.figures.Bootstrap;
import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.figures.Interval;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Everything that was measured, and what did not work. */
public final class Ledger {
    /**
     * A measurement that there is not.
     *
     * @param subject of whom
     * @param what was to be done
     * @param why it did not work
     */
    public record Failure(Subject subject, String what, String why) {}

    private final List<Trial> trials = new ArrayList<>();
    private final List<Failure> failures = new ArrayList<>();

    /** Makes an empty one. */
    public Ledger() {}

    /** Adds a trial. */
    public void add(Trial trial) {
        trials.add(trial);
    }

    /** Adds a failure. */
    public void add(Failure failure) {
        failures.add(failure);
    }

    /** All trials, in the order in which they were made. */
    public List<Trial> trials() {
        return List.copyOf(trials);
    }

    /** What did not work. */
    public List<Failure> failures() {
        return List.copyOf(failures);
    }

    /** Who was measured, in the order of their first trials. */
    public Set<Subject> subjects() {
        Set<Subject> subjects = new LinkedHashSet<>();
        trials.forEach(trial -> subjects.add(trial.subject()));
        return subjects;
    }

    /**
     * One figure of one subject.
     *
     * @param subject whose
     * @param metric which
     * @return one value for each trial that has it
     */
    public List<Double> values(Subject subject, Metric metric) {
        return trials.stream()
                .filter(trial -> trial.subject().equals(subject))
                .map(trial -> trial.value(metric))
                .filter(value -> !value.isNaN())
                .toList();
    }

    /**
     * The median of one figure of one subject.
     *
     * @param subject whose
     * @param metric which
     * @return NaN if there is none
     */
    public double median(Subject subject, Metric metric) {
        return Figures.median(values(subject, metric));
    }

    /**
     * How two subjects compare: the median of the ratios of neighbours, that is of trials in the same round.
     *
     * @param ours whose figure is divided
     * @param theirs by whose
     * @param metric which figure
     * @return with the interval in which that median lies; {@link Interval#NONE} if there is no such round
     */
    public Interval ratio(Subject ours, Subject theirs, Metric metric) {
        return Bootstrap.median(Figures.ratios(byRound(ours, metric), byRound(theirs, metric)));
    }

    /** One value a round; NaN where there is none. */
    private List<Double> byRound(Subject subject, Metric metric) {
        List<Double> values = new ArrayList<>();
        for (Trial trial : trials) {
            if (!trial.subject().equals(subject) || Double.isNaN(trial.value(metric))) {
                continue;
            }
            while (values.size() <= trial.round()) {
                values.add(Double.NaN);
            }
            values.set(trial.round(), trial.value(metric));
        }
        return values;
    }
}
