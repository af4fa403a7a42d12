package dev.culvert.bench;

import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.SwitchKind;
import java.nio.file.Path;
import java.util.List;

/**
 * What is asked of a bench.
 *
 * @param encapsulations which tunnels, in this order
 * @param against the switches that Culvert is compared with
 * @param seconds how long each throughput is measured
 * @param rounds how often every arm is measured
 * @param out the folder for the figures
 */
record BenchOptions(List<Encapsulation> encapsulations, List<SwitchKind> against, int seconds, int rounds, Path out) {
    /** Copies the lists. */
    BenchOptions {
        encapsulations = List.copyOf(encapsulations);
        against = List.copyOf(against);
    }
}
