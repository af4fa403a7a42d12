package dev.culvert.bench.report;

import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Upkeep;
import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.figures.Interval;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.bench.trial.Trial;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** All figures for programs: every trial, medians with their quartiles, ratios and aims. */
final class JsonReport {
    private final Scene scene;
    private final Ledger ledger;
    private final List<Upkeep> upkeep;

    JsonReport(Scene scene, Ledger ledger, List<Upkeep> upkeep) {
        this.scene = scene;
        this.ledger = ledger;
        this.upkeep = upkeep;
    }

    /** The text, indented. Figures that there are not are left out or null. */
    String text() {
        Map<String, Object> all = new LinkedHashMap<>();
        all.put("scene", scene);
        all.put("upkeep", upkeep.stream().map(JsonReport::upkeep).toList());
        all.put("trials", ledger.trials().stream().map(JsonReport::trial).toList());
        all.put("medians", medians());
        all.put("ratios", ratios());
        all.put("aims", Aims.all().stream().map(this::aim).toList());
        all.put("failures", ledger.failures().stream().map(JsonReport::failure).toList());
        return JsonMapper.builder()
                        .enable(SerializationFeature.INDENT_OUTPUT)
                        .build()
                        .writeValueAsString(all)
                + "\n";
    }

    private static Map<String, Object> upkeep(Upkeep upkeep) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("arm", upkeep.arm().title());
        put(row, "ready_seconds", upkeep.readySeconds());
        put(row, "show_seconds", upkeep.showSeconds());
        put(row, "resident_megabytes", upkeep.residentMegabytes());
        put(row, "resident_megabytes_after", upkeep.residentAfterMegabytes());
        put(row, "idle_percent", upkeep.idlePercent());
        return row;
    }

    private static Map<String, Object> trial(Trial trial) {
        Map<String, Object> row = subject(trial.subject());
        row.put("probe", name(trial.probe()));
        row.put("round", trial.round());
        row.put("other_load", trial.conditions().otherLoad());
        row.put("steal", trial.conditions().steal());
        Map<String, Object> values = new LinkedHashMap<>();
        for (Metric metric : Metric.values()) {
            put(values, name(metric), trial.value(metric));
        }
        row.put("values", values);
        return row;
    }

    private List<Map<String, Object>> medians() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Subject subject : ledger.subjects()) {
            for (Metric metric : Metric.values()) {
                List<Double> values = ledger.values(subject, metric);
                if (!values.isEmpty()) {
                    Map<String, Object> row = subject(subject);
                    row.put("figure", name(metric));
                    row.put("unit", metric.unit());
                    row.put("median", Figures.median(values));
                    row.put("quartiles", List.of(Figures.quantile(values, 0.25), Figures.quantile(values, 0.75)));
                    row.put("count", values.size());
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private List<Map<String, Object>> ratios() {
        List<Map<String, Object>> rows = new ArrayList<>();
        for (Comparison comparison : Comparison.of(ledger)) {
            for (Metric metric : Metric.values()) {
                Interval ratio = ledger.ratio(comparison.ours(), comparison.theirs(), metric);
                if (ratio.present()) {
                    Map<String, Object> row = subject(comparison.ours());
                    row.put("to", comparison.theirs().arm().title());
                    row.put("figure", name(metric));
                    interval(row, ratio);
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    private Map<String, Object> aim(Aim aim) {
        Interval measured = aim.measured(ledger);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("aim", aim.title());
        row.put(aim.atLeast() ? "at_least" : "at_most", aim.bound());
        interval(row, measured);
        row.put("met", measured.present() ? aim.met(measured) : null);
        return row;
    }

    private static Map<String, Object> failure(Ledger.Failure failure) {
        Map<String, Object> row = subject(failure.subject());
        row.put("what", failure.what());
        row.put("why", failure.why());
        return row;
    }

    private static Map<String, Object> subject(Subject subject) {
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("arm", subject.arm().title());
        row.put("encapsulation", subject.encapsulation().label());
        row.put("underlay", subject.underlay().title());
        row.put("tunnels", subject.tunnels());
        row.put("stations", subject.stations());
        return row;
    }

    private static void interval(Map<String, Object> row, Interval interval) {
        row.put("median", number(interval.median()));
        row.put("low", number(interval.low()));
        row.put("high", number(interval.high()));
        row.put("pairs", interval.count());
    }

    private static void put(Map<String, Object> row, String name, double value) {
        if (!Double.isNaN(value)) {
            row.put(name, value);
        }
    }

    /** JSON has no word for what is not a number. */
    private static @Nullable Double number(double value) {
        return Double.isNaN(value) ? null : value;
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
