package dev.culvert.bench;

import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.trial.Probe;
import java.util.List;

/**
 * How much is measured when the options do not say more.
 *
 * @param probes what is measured
 * @param underlays on which cables
 * @param tunnels how many tunnels one box has
 * @param stations how many addresses are learned
 * @param seconds for how long each trial is
 * @param rounds how often the headline's probes are repeated
 * @param moreRounds how often everything else is
 */
record Preset(
        List<Probe> probes,
        List<Underlay> underlays,
        List<Integer> tunnels,
        List<Integer> stations,
        int seconds,
        int rounds,
        int moreRounds) {
    private static final List<Probe> HEADLINE =
            Probe.CHOICE.stream().filter(Probe::headline).toList();

    /** A first look, in minutes: too few rounds to decide anything. */
    static final Preset QUICK = new Preset(HEADLINE, List.of(Underlay.VETH), List.of(), List.of(), 2, 3, 2);

    /** What aims are set for, often enough to decide. */
    static final Preset USUAL = new Preset(HEADLINE, List.of(Underlay.VETH), List.of(), List.of(), 4, 12, 4);

    /** Everything. */
    static final Preset ALL = new Preset(
            Probe.CHOICE,
            List.of(Underlay.VETH, Underlay.WIRE),
            List.of(1, 100, 10_000),
            List.of(1, 1_000, 100_000),
            4,
            12,
            4);
}
