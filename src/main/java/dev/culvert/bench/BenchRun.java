package dev.culvert.bench;

import dev.culvert.bench.arm.Arm;
import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.arm.Upkeep;
import dev.culvert.bench.trial.Contest;
import dev.culvert.bench.trial.Contestant;
import dev.culvert.bench.trial.Instruments;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures all arms in one run: side by side over each encapsulation and on each cable, and each by itself as it grows. */
final class BenchRun {
    private final BenchOptions options;
    private final Console console;
    private final Ledger ledger = new Ledger();
    private final List<Upkeep> upkeep = new ArrayList<>();

    BenchRun(BenchOptions options, Console console) {
        this.options = options;
        this.console = console;
    }

    /** What arms cost when they have nothing to do. */
    List<Upkeep> upkeep() {
        return List.copyOf(upkeep);
    }

    /**
     * Does all of it. What does not work is in the ledger, and the rest is measured all the same.
     *
     * @return the figures
     * @throws LabException if an arm cannot be set up at all
     * @throws InterruptedException if this thread is interrupted
     */
    Ledger run() throws LabException, InterruptedException {
        for (Underlay underlay : options.underlays()) {
            sideBySide(underlay);
        }
        new Growth(options, ledger, console).run();
        return ledger;
    }

    private void sideBySide(Underlay underlay) throws LabException, InterruptedException {
        List<Arm> arms = new ArrayList<>();
        try {
            console.heading("the underlay is " + underlay.title());
            for (ArmKind kind : options.arms().stream().sorted().toList()) {
                if (options.encapsulations().stream().anyMatch(kind::joins)) {
                    start(kind, underlay, arms);
                }
            }
            for (Encapsulation encapsulation : options.encapsulations()) {
                compare(encapsulation, underlay, arms);
            }
            if (underlay == options.underlays().getFirst()) {
                for (int i = 0; i < arms.size(); i++) {
                    upkeep.set(i, upkeep.get(i).after(arms.get(i).residentMegabytes()));
                }
            }
        } finally {
            arms.reversed().forEach(Arm::close);
        }
    }

    private void start(ArmKind kind, Underlay underlay, List<Arm> arms) throws LabException, InterruptedException {
        console.begin("starting " + kind.title());
        Arm arm = Arm.open(kind, underlay, options.prefix(), console);
        arms.add(arm);
        arm.start();
        if (underlay == options.underlays().getFirst()) {
            Upkeep figures = Upkeep.of(arm);
            upkeep.add(figures);
            console.done(
                    kind.title(),
                    Double.isNaN(figures.readySeconds())
                            ? "always there"
                            : String.format(Locale.ROOT, "ready after %.2f s", figures.readySeconds()));
        }
    }

    private void compare(Encapsulation encapsulation, Underlay underlay, List<Arm> arms) throws InterruptedException {
        console.heading(encapsulation.label() + ", " + underlay.title());
        List<ArmKind> kinds = options.arms(encapsulation);
        int guestMtu = kinds.stream().mapToInt(ArmKind::guestMtu).min().orElse(1500);
        List<Arm> connected = new ArrayList<>();
        List<Contestant> contestants = new ArrayList<>();
        for (Arm arm : arms) {
            if (!kinds.contains(arm.kind())) {
                continue;
            }
            Subject subject = Subject.of(arm.kind(), encapsulation, underlay);
            try {
                console.begin("connecting " + arm.kind().title());
                connected.add(arm);
                arm.connect(arm.kind().own(encapsulation), guestMtu);
                contestants.add(new Contestant(subject, new Instruments(arm, guestMtu, 1)));
            } catch (LabException e) {
                ledger.add(new Ledger.Failure(subject, "connecting", String.valueOf(e.getMessage())));
                console.failed(arm.kind().title(), String.valueOf(e.getMessage()));
            }
        }
        new Contest(contestants, probe -> options.rounds(probe, underlay), options.seconds(), ledger, console)
                .run(options.probes(underlay));
        for (Arm arm : connected) {
            try {
                arm.disconnect();
            } catch (LabException e) {
                console.failed(arm.kind().title(), String.valueOf(e.getMessage()));
            }
        }
    }
}
