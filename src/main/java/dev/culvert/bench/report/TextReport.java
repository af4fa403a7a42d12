package dev.culvert.bench.report;

import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.arm.Upkeep;
import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.figures.Interval;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.lab.Table;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;

/** The tables for a terminal. */
final class TextReport {
    private static final List<Metric> THROUGHPUT =
            List.of(Metric.TCP, Metric.CPU, Metric.TCP_8, Metric.UDP_64, Metric.UDP_1400);
    private static final List<Metric> LATENCY = List.of(
            Metric.RTT_P50, Metric.RTT_P99, Metric.RTT_P999, Metric.LOADED_P50, Metric.LOADED_P99, Metric.LOADED_P999);
    private static final List<Metric> RATES = List.of(Metric.CONNECTIONS, Metric.NEW_STATIONS, Metric.UNANSWERED);
    private static final List<Metric> RATIOS = List.of(Metric.TCP, Metric.CPU, Metric.UDP_64, Metric.RTT_P50);
    private static final List<Metric> GROWTH = List.of(
            Metric.CONFIGURED,
            Metric.LEARNED,
            Metric.MEMORY,
            Metric.TCP,
            Metric.RTT_P50,
            Metric.UDP_64,
            Metric.NEW_STATIONS,
            Metric.FRAMES);

    private final Scene scene;
    private final Ledger ledger;
    private final List<Upkeep> upkeep;
    private final boolean unicode;
    private final List<String> lines = new ArrayList<>();

    TextReport(Scene scene, Ledger ledger, List<Upkeep> upkeep, boolean unicode) {
        this.scene = scene;
        this.ledger = ledger;
        this.upkeep = upkeep;
        this.unicode = unicode;
    }

    /** All tables, with an empty line before each. */
    List<String> lines() {
        lines.clear();
        for (Underlay underlay : Underlay.values()) {
            Predicate<Subject> here = subject -> subject.study() == Study.SWITCHES && subject.underlay() == underlay;
            for (List<Metric> group : List.of(THROUGHPUT, LATENCY, RATES)) {
                figures(underlay, here, group);
            }
        }
        ratios();
        growth(Study.TUNNELS);
        growth(Study.STATIONS);
        upkeep();
        aims();
        notes();
        return unicode
                ? List.copyOf(lines)
                : lines.stream()
                        .map(line -> line.replace('µ', 'u').replace("±", "+-"))
                        .toList();
    }

    /** A median with half the range of the middle half, as a share of it. */
    static String spread(Metric metric, List<Double> values) {
        double median = Figures.median(values);
        if (Double.isNaN(median) || values.size() < 2 || median == 0) {
            return metric.text(median);
        }
        double half = (Figures.quantile(values, 0.75) - Figures.quantile(values, 0.25)) / 2;
        return String.format(Locale.ROOT, "%s ±%.0f%%", metric.text(median), 100 * half / median);
    }

    /** A ratio with its interval. */
    static String text(Interval ratio) {
        return ratio.present()
                ? String.format(Locale.ROOT, "%.2f (%.2f-%.2f)", ratio.median(), ratio.low(), ratio.high())
                : "-";
    }

    private void figures(Underlay underlay, Predicate<Subject> here, List<Metric> wanted) {
        List<Subject> subjects = ledger.subjects().stream().filter(here).toList();
        List<Metric> metrics = present(subjects, wanted);
        if (metrics.isEmpty()) {
            return;
        }
        table(
                2,
                List.of(underlay.title(), ""),
                metrics,
                subjects,
                subject ->
                        List.of(subject.encapsulation().label(), subject.arm().title()),
                (subject, metric) -> spread(metric, ledger.values(subject, metric)));
    }

    private void ratios() {
        List<Comparison> comparisons = Comparison.of(ledger);
        List<Metric> metrics = RATIOS.stream()
                .filter(metric -> comparisons.stream()
                        .anyMatch(each -> ratio(each, metric).present()))
                .toList();
        if (metrics.isEmpty()) {
            return;
        }
        List<String> heading = new ArrayList<>(List.of("ratio", ""));
        metrics.forEach(metric -> heading.add(metric.title()));
        Table table = new Table(unicode, 2, List.of(heading));
        for (Comparison each : comparisons) {
            List<String> row = new ArrayList<>();
            Subject ours = each.ours();
            row.add(ours.encapsulation().label()
                    + (ours.underlay() == Underlay.VETH
                            ? ""
                            : ", " + ours.underlay().title()));
            row.add(ours.arm().title() + " / " + each.theirs().arm().title());
            metrics.forEach(metric -> row.add(text(ratio(each, metric))));
            table.add(row.toArray(String[]::new));
        }
        add(table);
    }

    private Interval ratio(Comparison comparison, Metric metric) {
        return ledger.ratio(comparison.ours(), comparison.theirs(), metric);
    }

    private void growth(Study study) {
        List<Subject> subjects = ledger.subjects().stream()
                .filter(subject -> subject.study() == study)
                .sorted(Comparator.comparing(Subject::arm).thenComparingInt(Subject::size))
                .toList();
        if (subjects.isEmpty()) {
            return;
        }
        table(
                1,
                List.of("growth", study.name().toLowerCase(Locale.ROOT)),
                present(subjects, GROWTH),
                subjects,
                subject -> List.of(subject.arm().title(), String.format(Locale.ROOT, "%,d", subject.size())),
                (subject, metric) -> metric.text(ledger.median(subject, metric)));
    }

    private void upkeep() {
        if (upkeep.isEmpty()) {
            return;
        }
        Table table = new Table(
                unicode,
                1,
                List.of(
                        List.of("", "ready", "show", "memory", "after load", "idle"),
                        List.of("one box", "s", "s", "MB", "MB", "% of a core")));
        for (Upkeep arm : upkeep) {
            if (Double.isNaN(arm.showSeconds())) {
                continue; // no switch at all
            }
            table.add(
                    arm.arm().title(),
                    format("%.2f", arm.readySeconds()),
                    format("%.2f", arm.showSeconds()),
                    format("%.0f", arm.residentMegabytes()),
                    format("%.0f", arm.residentAfterMegabytes()),
                    format("%.1f", arm.idlePercent()));
        }
        add(table);
    }

    private void aims() {
        Table table = new Table(unicode, 2, List.of(List.of("aim", "", "to reach", "measured", "interval")));
        boolean any = false;
        for (Aim aim : Aims.all()) {
            Interval measured = aim.measured(ledger);
            if (measured.present()) {
                any = true;
                table.add(
                        aim.title(),
                        aim.verdict(measured),
                        aim.boundText(),
                        aim.text(measured.median()),
                        aim.text(measured.low()) + " to " + aim.text(measured.high()));
            }
        }
        if (any) {
            add(table);
        }
    }

    private void notes() {
        lines.add("");
        lines.add("Medians of " + scene.rounds() + " rounds for TCP, RTT and small UDP and " + scene.moreRounds()
                + " for the rest, " + plain("±") + " half the range of their middle half.");
        lines.add("A ratio is the median of those of neighbouring trials, with the interval of 95 % in which it lies");
        lines.add("(bootstrap). TCP Reno; veth cables, so no figure is that of a real network card.");
        double load = Figures.median(ledger.trials().stream()
                .map(trial -> trial.conditions().otherLoad())
                .toList());
        if (load > Conditions.NOISY) {
            lines.add(String.format(
                    Locale.ROOT,
                    "Other programs kept this machine %.0f %% busy meanwhile, which is in the CPU times: trust the ratios.",
                    load * 100));
        }
        for (Ledger.Failure failure : ledger.failures()) {
            lines.add("Failed: " + failure.subject().arm().title() + ", "
                    + failure.subject().encapsulation().label() + ", " + failure.what() + ": " + failure.why());
        }
    }

    private List<Metric> present(List<Subject> subjects, List<Metric> wanted) {
        return wanted.stream()
                .filter(metric -> subjects.stream()
                        .anyMatch(subject -> !ledger.values(subject, metric).isEmpty()))
                .toList();
    }

    /** What a cell has in it. */
    @FunctionalInterface
    private interface Cell {
        String text(Subject subject, Metric metric);
    }

    private void table(
            int words,
            List<String> corner,
            List<Metric> metrics,
            List<Subject> subjects,
            Function<Subject, List<String>> names,
            Cell cell) {
        List<List<String>> headings =
                List.of(new ArrayList<>(corner), new ArrayList<>(List.of("", "")), new ArrayList<>(List.of("", "")));
        for (Metric metric : metrics) {
            String[] title = metric.title().split(", ", 2);
            headings.get(0).add(title[0]);
            headings.get(1).add(title.length > 1 ? title[1] : "");
            headings.get(2).add(plain(metric.unit()));
        }
        Table table = new Table(unicode, words, headings);
        for (Subject subject : subjects) {
            List<String> row = new ArrayList<>(names.apply(subject));
            metrics.forEach(metric -> row.add(plain(cell.text(subject, metric))));
            if (row.stream().skip(2).anyMatch(text -> !text.equals("-"))) {
                table.add(row.toArray(String[]::new));
            }
        }
        add(table);
    }

    private void add(Table table) {
        lines.add("");
        lines.addAll(table.lines());
    }

    /** A text as it may be printed. */
    private String plain(String text) {
        return unicode ? text : text.replace('µ', 'u').replace("±", "+-");
    }

    private static String format(String pattern, double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, pattern, value);
    }
}
