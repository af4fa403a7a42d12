package dev.culvert.bench;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.trial.Probe;
import dev.culvert.lab.Encapsulation;
import java.nio.file.Path;
import java.util.List;

/**
 * What is asked of a bench.
 *
 * @param encapsulations which tunnels, in this order
 * @param arms the switches that are compared
 * @param probes what is measured, in this order
 * @param underlays the cables between the boxes
 * @param tunnels how many tunnels one box has, in a study of its own; empty for no such study
 * @param stations how many MAC addresses are learned, in a study of its own; empty for no such study
 * @param seconds for how long each trial is
 * @param rounds how often the headline's probes are repeated
 * @param moreRounds how often everything else is
 * @param out the folder for the figures
 * @param prefix put before the names of all namespaces
 */
record BenchOptions(
        List<Encapsulation> encapsulations,
        List<ArmKind> arms,
        List<Probe> probes,
        List<Underlay> underlays,
        List<Integer> tunnels,
        List<Integer> stations,
        int seconds,
        int rounds,
        int moreRounds,
        Path out,
        String prefix) {
    /** What depends on the number of tunnels, if anything. */
    private static final List<Probe> TUNNEL_PROBES = List.of(Probe.TCP, Probe.RTT, Probe.UDP, Probe.STATIONS);

    /** What depends on the number of addresses, if anything. */
    private static final List<Probe> STATION_PROBES = List.of(Probe.TCP, Probe.RTT, Probe.FRAMES);

    /** Copies the lists. */
    BenchOptions {
        encapsulations = List.copyOf(encapsulations);
        arms = List.copyOf(arms);
        probes = List.copyOf(probes);
        underlays = List.copyOf(underlays);
        tunnels = List.copyOf(tunnels);
        stations = List.copyOf(stations);
    }

    /**
     * The arms that take part where Culvert has this encapsulation, those that are compared next to each other.
     *
     * @param encapsulation Culvert's
     * @return in the order of their turns
     */
    List<ArmKind> arms(Encapsulation encapsulation) {
        return arms.stream().filter(arm -> arm.joins(encapsulation)).sorted().toList();
    }

    /** The arms whose growth is studied. */
    List<ArmKind> growing() {
        return arms.stream().filter(ArmKind::scales).sorted().toList();
    }

    /**
     * What is measured on this cable: without offloads it is what segmentation and checksums cost, and no more.
     *
     * @param underlay the cable
     * @return in order
     */
    List<Probe> probes(Underlay underlay) {
        return probes.stream()
                .filter(probe ->
                        underlay == Underlay.VETH || probe.headline() || probe == Probe.TCP8 || probe == Probe.UDP1400)
                .toList();
    }

    /** What is measured with many tunnels, of what is measured at all. */
    List<Probe> tunnelProbes() {
        return TUNNEL_PROBES.stream().filter(probes::contains).toList();
    }

    /** What is measured with many stations. */
    List<Probe> stationProbes() {
        return STATION_PROBES.stream()
                .filter(probe -> probe == Probe.FRAMES || probes.contains(probe))
                .toList();
    }

    /**
     * How often a probe is repeated.
     *
     * @param probe it
     * @param underlay the cable
     * @return rounds
     */
    int rounds(Probe probe, Underlay underlay) {
        return probe.headline() && underlay == Underlay.VETH ? rounds : moreRounds;
    }

    /**
     * How often a probe is repeated where growth is studied: aims are set there for TCP and round trips.
     *
     * @param probe it
     * @return rounds
     */
    int growthRounds(Probe probe) {
        return probe == Probe.TCP || probe == Probe.RTT ? rounds : moreRounds;
    }
}
