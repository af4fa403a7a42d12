package dev.culvert.bench.trial;

import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.Subject;
import dev.culvert.lab.Console;
import dev.culvert.lab.LabException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;

/**
 * Measures several by one probe after the other. In each round of a probe every contestant has its turn, and the order is
 * reversed from round to round (A B, B A, A B, …): so a machine that gets slower or faster meanwhile treats all alike, and
 * what is compared was measured within seconds. One that fails is tried once more, and left out of a probe after it failed
 * in two rounds.
 */
public final class Contest {
    private static final int WARM_UPS = 6;
    private static final int WARM_UP_SECONDS = 3;
    private static final double STILL_FASTER = 1.05;
    private static final int ATTEMPTS = 2;
    private static final int ENOUGH = 2;

    private final List<Contestant> contestants;
    private final ToIntFunction<Probe> rounds;
    private final int seconds;
    private final Ledger ledger;
    private final Console console;

    /**
     * @param contestants those who take turns, neighbours next to each other
     * @param rounds how often each probe is repeated
     * @param seconds for how long each time
     * @param ledger where the figures go
     * @param console where to say what is done
     */
    public Contest(
            List<Contestant> contestants, ToIntFunction<Probe> rounds, int seconds, Ledger ledger, Console console) {
        this.contestants = List.copyOf(contestants);
        this.rounds = rounds;
        this.seconds = seconds;
        this.ledger = ledger;
        this.console = console;
    }

    /**
     * Measures all.
     *
     * @param probes by these, in this order
     * @throws InterruptedException if this thread is interrupted
     */
    public void run(List<Probe> probes) throws InterruptedException {
        for (Contestant contestant : contestants) {
            console.begin("warming up " + name(contestant));
            warmUp(contestant);
        }
        for (Probe probe : probes) {
            measure(probe);
        }
    }

    /** Carries TCP until it goes no faster: a JVM compiles what turns out to be hot while it runs. */
    private void warmUp(Contestant contestant) throws InterruptedException {
        try {
            double best = 0;
            for (int i = 0; i < WARM_UPS; i++) {
                Map<Metric, Double> values = contestant.gauge().take(Probe.TCP, WARM_UP_SECONDS);
                double now = values.getOrDefault(Metric.TCP, 0.0);
                if (now < STILL_FASTER * best || !contestant.subject().arm().ours()) {
                    return;
                }
                best = now;
            }
        } catch (LabException e) {
            fail(contestant, "warming up", e);
        }
    }

    private void measure(Probe probe) throws InterruptedException {
        List<Contestant> able = contestants.stream()
                .filter(each -> probe != Probe.STATIONS || each.subject().arm().switches())
                .toList();
        Map<Subject, Integer> failed = new HashMap<>();
        if (probe != Probe.TCP) { // which is warm already
            for (Contestant contestant : able) {
                console.begin(name(contestant) + ", first " + label(probe));
                attempt(contestant, probe, -1, 1);
            }
        }
        for (int round = 0; round < rounds.applyAsInt(probe); round++) {
            for (Contestant contestant : round % 2 == 0 ? able : able.reversed()) {
                if (failed.getOrDefault(contestant.subject(), 0) >= ENOUGH) {
                    continue;
                }
                console.begin(label(probe) + ", round " + (round + 1) + ", " + name(contestant));
                boolean done = false;
                for (int i = 0; i < ATTEMPTS && !done; i++) {
                    done = attempt(contestant, probe, round, seconds);
                }
                failed.merge(contestant.subject(), done ? 0 : 1, Integer::sum);
            }
        }
        for (Contestant contestant : able) {
            tell(contestant, probe);
        }
    }

    /** Whether it worked; a round before the first does not count. */
    private boolean attempt(Contestant contestant, Probe probe, int round, int time) throws InterruptedException {
        try {
            Conditions conditions = contestant.gauge().settle();
            Map<Metric, Double> values = contestant.gauge().take(probe, time);
            contestant.gauge().tidy(probe);
            if (round >= 0) {
                ledger.add(new Trial(contestant.subject(), probe, round, conditions, values));
            }
            return true;
        } catch (LabException e) {
            if (round >= 0) {
                fail(contestant, label(probe) + ", round " + (round + 1), e);
            }
            return false;
        }
    }

    private void tell(Contestant contestant, Probe probe) {
        List<String> figures = new ArrayList<>();
        for (Metric metric : probe.metrics()) {
            String text = metric.text(ledger.median(contestant.subject(), metric));
            figures.add(metric.title() + " " + text + " " + metric.unit());
        }
        String line = String.join(", ", figures);
        console.done(name(contestant), console.unicode() ? line : line.replace('µ', 'u'));
    }

    private void fail(Contestant contestant, String what, LabException failure) {
        ledger.add(new Ledger.Failure(contestant.subject(), what, String.valueOf(failure.getMessage())));
        console.failed(name(contestant), what + ": " + failure.getMessage());
    }

    private static String label(Probe probe) {
        return probe.metrics().getFirst().title();
    }

    private static String name(Contestant contestant) {
        Subject subject = contestant.subject();
        String name = subject.arm().title();
        if (subject.tunnels() > 1) {
            name += ", " + subject.tunnels() + " tunnels";
        }
        return subject.stations() > 1 ? name + ", " + subject.stations() + " stations" : name;
    }
}
