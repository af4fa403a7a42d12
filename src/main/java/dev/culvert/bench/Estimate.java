package dev.culvert.bench;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.trial.Probe;
import dev.culvert.lab.Encapsulation;
import java.time.Duration;
import java.util.List;

/** How long a bench will take, before it begins. */
final class Estimate {
    private static final double START = 12;
    private static final double CONNECT = 8;
    private static final double BESIDE = 1.4;
    private static final double FIRST = 2.4;

    /** After new stations, switches have to forget them. */
    private static final double FORGET = 8;

    private static final double PER_TUNNEL = 0.002;
    private static final double PER_STATION = 0.0002;

    private final BenchOptions options;

    Estimate(BenchOptions options) {
        this.options = options;
    }

    /** The whole time. */
    Duration whole() {
        double seconds = 0;
        for (Underlay underlay : options.underlays()) {
            seconds += options.arms().size() * START;
            for (Encapsulation encapsulation : options.encapsulations()) {
                int arms = options.arms(encapsulation).size();
                seconds += arms * CONNECT;
                for (Probe probe : options.probes(underlay)) {
                    seconds += arms * (FIRST + options.rounds(probe, underlay) * trial(probe));
                }
            }
        }
        seconds += growth(options.tunnels(), options.tunnelProbes(), PER_TUNNEL);
        seconds += growth(options.stations(), options.stationProbes(), PER_STATION);
        return Duration.ofSeconds(Math.round(seconds));
    }

    private double growth(List<Integer> sizes, List<Probe> probes, double each) {
        double seconds = 0;
        for (ArmKind _ : options.growing()) {
            for (int size : sizes) {
                seconds += START + CONNECT + size * each;
                for (Probe probe : probes) {
                    seconds += FIRST + options.growthRounds(probe) * trial(probe);
                }
            }
        }
        return seconds;
    }

    private double trial(Probe probe) {
        return options.seconds() + BESIDE + (probe == Probe.STATIONS ? FORGET : 0);
    }

    /**
     * A duration as people say it.
     *
     * @param duration any
     * @return {@code 3 h 20 min} or {@code 4 min}
     */
    static String text(Duration duration) {
        long minutes = Math.max(1, Math.round(duration.toSeconds() / 60.0));
        return minutes < 60 ? minutes + " min" : minutes / 60 + " h " + minutes % 60 + " min";
    }
}
