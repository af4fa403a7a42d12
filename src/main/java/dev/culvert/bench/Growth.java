package dev.culvert.bench;

import dev.culvert.bench.arm.Arm;
import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.ManyStations;
import dev.culvert.bench.arm.ManyTunnels;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.trial.Contest;
import dev.culvert.bench.trial.Contestant;
import dev.culvert.bench.trial.Instruments;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.bench.trial.Probe;
import dev.culvert.bench.trial.Trial;
import dev.culvert.lab.Console;
import dev.culvert.lab.LabException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * How the figures of a switch grow with its tunnels and with the addresses that it knows. Each arm is there several times at
 * once, one for each size, and the sizes take turns as arms do otherwise.
 */
final class Growth {
    private final BenchOptions options;
    private final Ledger ledger;
    private final Console console;
    private final int guestMtu;

    Growth(BenchOptions options, Ledger ledger, Console console) {
        this.options = options;
        this.ledger = ledger;
        this.console = console;
        guestMtu = options.growing().stream().mapToInt(ArmKind::guestMtu).min().orElse(0);
    }

    /**
     * Measures all.
     *
     * @throws InterruptedException if this thread is interrupted
     */
    void run() throws InterruptedException {
        study(Study.TUNNELS, options.tunnels(), options.tunnelProbes());
        study(Study.STATIONS, options.stations(), options.stationProbes());
    }

    private void study(Study study, List<Integer> sizes, List<Probe> probes) throws InterruptedException {
        for (ArmKind kind : sizes.isEmpty() ? List.<ArmKind>of() : options.growing()) {
            console.heading(study.name().toLowerCase(Locale.ROOT) + ", " + kind.title());
            study(kind, subjects(kind, study, sizes), probes);
        }
    }

    /** One subject for each size. The smallest, by which the others are divided, is in the middle: their neighbour. */
    static List<Subject> subjects(ArmKind kind, Study study, List<Integer> sizes) {
        List<Subject> subjects = new ArrayList<>(sizes.stream()
                .sorted()
                .map(size -> Subject.grown(kind, study, size))
                .toList());
        if (subjects.size() > 2) {
            subjects.add(1, subjects.removeFirst());
        }
        return subjects;
    }

    private void study(ArmKind kind, List<Subject> subjects, List<Probe> probes) throws InterruptedException {
        List<Arm> arms = new ArrayList<>();
        List<Contestant> contestants = new ArrayList<>();
        try {
            for (Subject subject : subjects) {
                try {
                    contestants.add(set(subject, arms));
                } catch (LabException e) {
                    ledger.add(new Ledger.Failure(subject, "setting up", String.valueOf(e.getMessage())));
                    console.failed(kind.title(), String.valueOf(e.getMessage()));
                }
            }
            new Contest(contestants, options::growthRounds, options.seconds(), ledger, console).run(probes);
        } finally {
            arms.reversed().forEach(Arm::close);
        }
    }

    private Contestant set(Subject subject, List<Arm> arms) throws LabException, InterruptedException {
        ArmKind kind = subject.arm();
        console.begin(kind.title() + ", " + subject.size());
        Arm arm = Arm.open(kind, subject.underlay(), options.prefix() + subject.size() + "-", console);
        arms.add(arm);
        arm.start();
        arm.connect(kind.own(subject.encapsulation()), guestMtu);
        Conditions conditions = Conditions.settle();
        ManyTunnels tunnels = new ManyTunnels(arm, subject.encapsulation());
        tunnels.quietGuests();
        Map<Metric, Double> values = new EnumMap<>(Metric.class);
        if (subject.tunnels() > 1) {
            values.put(Metric.CONFIGURED, tunnels.add(subject.tunnels()));
        }
        if (subject.stations() > 1) {
            values.put(Metric.LEARNED, (double) new ManyStations(arm).teach(subject.stations()));
        }
        arm.calmDown();
        double memory = arm.residentMegabytes();
        if (!Double.isNaN(memory)) {
            values.put(Metric.MEMORY, memory);
        }
        ledger.add(new Trial(subject, Probe.SETUP, 0, conditions, values));
        console.done(
                kind.title(),
                String.format(
                        Locale.ROOT,
                        "%d tunnels, %d stations: %s s, %s addresses, %s MB",
                        subject.tunnels(),
                        subject.stations(),
                        Metric.CONFIGURED.text(values.getOrDefault(Metric.CONFIGURED, Double.NaN)),
                        Metric.LEARNED.text(values.getOrDefault(Metric.LEARNED, Double.NaN)),
                        Metric.MEMORY.text(memory)));
        return new Contestant(subject, new Instruments(arm, guestMtu, subject.stations()));
    }
}
