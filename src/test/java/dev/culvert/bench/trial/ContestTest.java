package dev.culvert.bench.trial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.lab.Console;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ContestTest {
    private final Ledger ledger = new Ledger();
    private final List<String> turns = new ArrayList<>();

    /** Writes down its turns and fails where it is told to. */
    private final class Written implements Gauge {
        private final String name;
        private final Probe broken;

        Written(String name, Probe broken) {
            this.name = name;
            this.broken = broken;
        }

        @Override
        public Conditions settle() {
            return new Conditions(0.05, 0);
        }

        @Override
        public Map<Metric, Double> take(Probe probe, int seconds) throws LabException {
            turns.add(name + " " + probe + " " + seconds);
            if (probe == broken) {
                throw new LabException("broken");
            }
            return Map.of(probe.metrics().getFirst(), 1.0);
        }

        @Override
        public void tidy(Probe probe) {
            turns.add(name + " tidied " + probe);
        }
    }

    private void run(List<Probe> probes, int rounds, Contestant... contestants) throws InterruptedException {
        try (Console console = new Console(new PrintStream(OutputStream.nullOutputStream()), false, false)) {
            new Contest(List.of(contestants), _ -> rounds, 4, ledger, console).run(probes);
        }
    }

    private Contestant contestant(ArmKind arm, Probe broken) {
        Subject subject = Subject.of(arm, Encapsulation.VXLAN, Underlay.VETH);
        return new Contestant(subject, new Written(arm.title(), broken));
    }

    @Test
    void takesTurnsForwardsAndBackwards() throws Exception {
        run(List.of(Probe.TCP), 2, contestant(ArmKind.BARE, Probe.SETUP), contestant(ArmKind.KERNEL, Probe.SETUP));
        assertThat(turns)
                .filteredOn(turn -> turn.endsWith("TCP 4"))
                .containsExactly("bare veth TCP 4", "kernel TCP 4", "kernel TCP 4", "bare veth TCP 4");
        assertThat(turns)
                .filteredOn(turn -> turn.endsWith("TCP 3"))
                .as("warm-ups")
                .hasSize(2);
        assertThat(ledger.trials()).hasSize(4).allMatch(trial -> trial.value(Metric.TCP) == 1);
        assertThat(ledger.failures()).isEmpty();
    }

    /** Each time it is tried twice; after two rounds it is left alone. */
    @Test
    void goesOnWithoutOneThatFails() throws Exception {
        run(List.of(Probe.RTT), 4, contestant(ArmKind.BARE, Probe.RTT), contestant(ArmKind.KERNEL, Probe.SETUP));
        assertThat(turns).filteredOn("bare veth RTT 4"::equals).hasSize(4);
        assertThat(turns).filteredOn("kernel RTT 4"::equals).hasSize(4);
        assertThat(ledger.failures())
                .hasSize(4)
                .allMatch(failure -> failure.why().equals("broken"));
        assertThat(ledger.trials()).hasSize(4);
    }

    @Test
    void leavesOutWhoCannotTakePart() throws Exception {
        run(List.of(Probe.STATIONS), 1, contestant(ArmKind.WIREGUARD, Probe.SETUP));
        assertThat(turns).containsExactly("wireguard-go TCP 3");
    }
}
