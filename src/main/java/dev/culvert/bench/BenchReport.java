package dev.culvert.bench;

import dev.culvert.bench.figures.Figures;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.SwitchKind;
import dev.culvert.lab.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The bench's figures: medians of each arm, and ratios of Culvert's to the others', pair by pair. */
final class BenchReport {
    /** Beyond this share of the machine, what else runs on it has a say in the figures. */
    private static final double NOISY = 0.1;

    private final BenchOptions options;
    private final int guestMtu;
    private final List<Trial> trials;
    private final List<Upkeep> upkeep;

    BenchReport(BenchOptions options, int guestMtu, List<Trial> trials, List<Upkeep> upkeep) {
        this.options = options;
        this.guestMtu = guestMtu;
        this.trials = List.copyOf(trials);
        this.upkeep = List.copyOf(upkeep);
    }

    /** The tables for people. */
    List<String> lines(boolean unicode) {
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(throughput(unicode).lines());
        lines.add("");
        lines.addAll(ratios(unicode).lines());
        lines.add("");
        lines.addAll(cost(unicode).lines());
        lines.add("");
        lines.add("Medians of " + options.rounds() + " rounds; a ratio is the median of each round's own. Guests' MTU "
                + guestMtu + ", TCP Reno, one connection,");
        lines.add("datagrams of 64 bytes; veth cables, so no figure is that of a real network card.");
        lines.add("More is better for TCP and UDP, less for everything else.");
        double load = Figures.median(values(trials, Trial::otherLoad));
        if (load > NOISY) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Other programs kept this machine %.0f %% busy meanwhile, which is in the CPU times: trust the ratios.",
                    load * 100));
        }
        return lines;
    }

    private Table throughput(boolean unicode) {
        Table table = new Table(
                unicode,
                2,
                List.of(
                        List.of("", "", "TCP", "CPU", "UDP", "RTT p50", "RTT p99"),
                        List.of(
                                "encapsulation",
                                "switch",
                                "Gb/s",
                                "s/GB",
                                "packets/s",
                                micros(unicode),
                                micros(unicode))));
        for (Encapsulation encapsulation : options.encapsulations()) {
            for (SwitchKind arm : arms(encapsulation)) {
                List<Trial> own = of(encapsulation, arm);
                table.add(
                        encapsulation.label(),
                        arm.title(),
                        figure("%.2f", own, Trial::tcpGigabits),
                        figure("%.2f", own, Trial::cpuSecondsPerGigabyte),
                        figure("%,.0f", own, Trial::udpRate),
                        figure("%.0f", own, Trial::rttMedianMicros),
                        figure("%.0f", own, Trial::rttTailMicros));
            }
        }
        return table;
    }

    private Table ratios(boolean unicode) {
        Table table =
                new Table(unicode, 2, List.of(List.of("Culvert to", "", "TCP", "CPU", "UDP", "RTT p50", "RTT p99")));
        for (Encapsulation encapsulation : options.encapsulations()) {
            for (SwitchKind arm : arms(encapsulation)) {
                if (arm != SwitchKind.CULVERT) {
                    table.add(
                            arm.title(),
                            encapsulation.label(),
                            ratio(encapsulation, arm, Trial::tcpGigabits),
                            ratio(encapsulation, arm, Trial::cpuSecondsPerGigabyte),
                            ratio(encapsulation, arm, Trial::udpRate),
                            ratio(encapsulation, arm, Trial::rttMedianMicros),
                            ratio(encapsulation, arm, Trial::rttTailMicros));
                }
            }
        }
        return table;
    }

    private Table cost(boolean unicode) {
        Table table = new Table(
                unicode,
                1,
                List.of(
                        List.of("", "ready", "show", "memory", "after load", "idle"),
                        List.of("one box", "s", "s", "MB", "MB", "% of a core")));
        for (Upkeep arm : upkeep) {
            table.add(
                    arm.arm().title(),
                    format("%.2f", arm.readySeconds()),
                    format("%.2f", arm.showSeconds()),
                    format("%.0f", arm.residentMegabytes()),
                    format("%.0f", arm.residentAfterMegabytes()),
                    format("%.1f", arm.idlePercent()));
        }
        return table;
    }

    /** Writes {@code bench.json} with every trial into the output folder. */
    Path write() throws LabException {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("seconds", options.seconds());
        all.put("rounds", options.rounds());
        all.put("guest_mtu", guestMtu);
        all.put("processors", Runtime.getRuntime().availableProcessors());
        all.put("upkeep", upkeep);
        all.put("trials", trials);
        List<Map<String, Object>> ratios = new ArrayList<>();
        for (Encapsulation encapsulation : options.encapsulations()) {
            for (SwitchKind arm : arms(encapsulation)) {
                if (arm != SwitchKind.CULVERT) {
                    ratios.add(ratioRow(encapsulation, arm));
                }
            }
        }
        all.put("ratios", ratios);
        Path file = options.out().resolve("bench.json");
        JsonMapper json =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        try {
            Files.createDirectories(options.out());
            Files.writeString(file, json.writeValueAsString(all) + "\n");
            return file;
        } catch (IOException e) {
            throw new LabException("the figures cannot be written: " + e.getMessage(), e);
        }
    }

    private Map<String, Object> ratioRow(Encapsulation encapsulation, SwitchKind arm) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("encapsulation", encapsulation.label());
        row.put("culvert_to", arm.title());
        row.put("tcp", paired(encapsulation, arm, Trial::tcpGigabits));
        row.put("cpu_per_gigabyte", paired(encapsulation, arm, Trial::cpuSecondsPerGigabyte));
        row.put("udp", paired(encapsulation, arm, Trial::udpRate));
        row.put("rtt_p50", paired(encapsulation, arm, Trial::rttMedianMicros));
        row.put("rtt_p99", paired(encapsulation, arm, Trial::rttTailMicros));
        return row;
    }

    private List<SwitchKind> arms(Encapsulation encapsulation) {
        return upkeep.stream()
                .map(Upkeep::arm)
                .filter(arm -> arm.supports(encapsulation))
                .toList();
    }

    /** One arm's trials over one tunnel, by round. */
    private List<Trial> of(Encapsulation encapsulation, SwitchKind arm) {
        return trials.stream()
                .filter(trial -> trial.encapsulation() == encapsulation && trial.arm() == arm)
                .toList();
    }

    private double paired(Encapsulation encapsulation, SwitchKind arm, ToDoubleFunction<Trial> figure) {
        return Figures.pairedRatio(
                values(of(encapsulation, SwitchKind.CULVERT), figure), values(of(encapsulation, arm), figure));
    }

    private String ratio(Encapsulation encapsulation, SwitchKind arm, ToDoubleFunction<Trial> figure) {
        return format("%.2f", paired(encapsulation, arm, figure));
    }

    private static String figure(String pattern, List<Trial> own, ToDoubleFunction<Trial> figure) {
        return format(pattern, Figures.median(values(own, figure)));
    }

    private static List<Double> values(List<Trial> trials, ToDoubleFunction<Trial> figure) {
        return trials.stream().map(trial -> figure.applyAsDouble(trial)).toList();
    }

    private static String format(String pattern, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, pattern, value);
    }

    private static String micros(boolean unicode) {
        return unicode ? "µs" : "us";
    }
}
