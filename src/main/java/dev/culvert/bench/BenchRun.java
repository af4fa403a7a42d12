package dev.culvert.bench;

import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.SwitchKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures all arms in one run. In each round every arm has its turn, and the order is reversed from round to round
 * (A B, B A, A B, …), so that a machine that gets slower or faster meanwhile treats all alike.
 */
final class BenchRun {
    private final BenchOptions options;
    private final Console console;
    private final List<Trial> trials = new ArrayList<>();
    private final List<Upkeep> upkeep = new ArrayList<>();

    BenchRun(BenchOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    /**
     * Does all of it.
     *
     * @return the report
     * @throws LabException if an arm cannot be set up or measured
     * @throws InterruptedException if this thread is interrupted
     */
    BenchReport run() throws LabException, InterruptedException {
        console.heading("Culvert bench: the same lab, one switch after another");
        List<SwitchKind> kinds = new ArrayList<>(List.of(SwitchKind.CULVERT));
        kinds.addAll(options.against());
        int guestMtu = kinds.stream().mapToInt(SwitchKind::guestMtu).min().orElseThrow();
        List<Arm> arms = new ArrayList<>();
        try {
            for (SwitchKind kind : kinds) {
                start(kind, guestMtu, arms);
            }
            for (Encapsulation encapsulation : options.encapsulations()) {
                compare(encapsulation, arms);
            }
            for (int i = 0; i < arms.size(); i++) {
                upkeep.set(i, upkeep.get(i).after(arms.get(i).residentMegabytes()));
            }
        } finally {
            arms.reversed().forEach(Arm::close);
        }
        return new BenchReport(options, guestMtu, trials, upkeep);
    }

    private void start(SwitchKind kind, int guestMtu, List<Arm> arms) throws LabException, InterruptedException {
        console.begin("starting " + kind.title());
        Arm arm = Arm.open(kind, "bench-", console);
        arms.add(arm);
        Upkeep figures = arm.start(guestMtu);
        upkeep.add(figures);
        console.done(
                kind.title(),
                Double.isNaN(figures.readySeconds())
                        ? "always there"
                        : String.format(Locale.ROOT, "ready after %.2f s", figures.readySeconds()));
    }

    private void compare(Encapsulation encapsulation, List<Arm> arms) throws LabException, InterruptedException {
        console.heading(encapsulation.label());
        List<Arm> able =
                arms.stream().filter(arm -> arm.kind().supports(encapsulation)).toList();
        for (Arm arm : able) {
            console.begin("warming up " + arm.kind().title());
            arm.connect(encapsulation);
        }
        for (int round = 0; round < options.rounds(); round++) {
            for (Arm arm : round % 2 == 0 ? able : able.reversed()) {
                console.begin("round " + (round + 1) + ", " + arm.kind().title());
                Trial trial = arm.measure(encapsulation, round, options.seconds());
                trials.add(trial);
                console.done(
                        arm.kind().title(),
                        String.format(
                                Locale.ROOT,
                                "TCP %.2f Gb/s, UDP %,.0f packets/s, RTT %.0f µs",
                                trial.tcpGigabits(),
                                trial.udpRate(),
                                trial.rttMedianMicros()));
            }
        }
        for (Arm arm : able) {
            arm.disconnect();
        }
    }
}
