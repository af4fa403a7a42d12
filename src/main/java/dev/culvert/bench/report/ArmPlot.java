package dev.culvert.bench.report;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.lab.Encapsulation;
import dev.culvert.observe.view.Markup;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One figure of all arms: a bar from zero for each median, or a dot on a logarithmic axis where they are too far apart, and
 * a line over the middle half of the trials.
 */
final class ArmPlot {
    private static final double WIDTH = 480;
    private static final double NAMES = 128;
    private static final double END = 400;
    private static final double ROW = 21;
    private static final double GROUP = 25;
    private static final double FOOT = 22;
    private static final double FAR_APART = 60;

    private final Ledger ledger;
    private final Metric metric;
    private final Map<Encapsulation, List<Subject>> groups = new LinkedHashMap<>();

    /**
     * @param ledger what was measured
     * @param metric which figure
     * @param subjects whose; those that do not have it are left out
     */
    ArmPlot(Ledger ledger, Metric metric, List<Subject> subjects) {
        this.ledger = ledger;
        this.metric = metric;
        for (Subject subject : subjects) {
            if (!ledger.values(subject, metric).isEmpty()) {
                groups.computeIfAbsent(subject.encapsulation(), _ -> new ArrayList<>())
                        .add(subject);
            }
        }
    }

    /** Draws it. */
    Markup draw() {
        long rows = groups.values().stream().mapToLong(List::size).sum();
        double bottom = groups.size() * GROUP + rows * ROW + 4;
        Markup svg = new Markup()
                .open(
                        "svg",
                        "viewBox",
                        "0 0 " + Math.round(WIDTH) + " " + Math.round(bottom + FOOT),
                        "role",
                        "img",
                        "aria-label",
                        metric.title());
        Axis axis = axis();
        for (double tick : axis.ticks()) {
            double x = axis.place(tick);
            svg.leaf("line", "class", "grid", "x1", x, "x2", x, "y1", 6.0, "y2", bottom);
            svg.element("text", Numbers.brief(tick), "class", "tick middle", "x", x, "y", bottom + 15);
        }
        double y = 0;
        for (Map.Entry<Encapsulation, List<Subject>> group : groups.entrySet()) {
            svg.element("text", group.getKey().label(), "class", "group", "x", 0.0, "y", y + 17);
            y += GROUP;
            for (Subject subject : group.getValue()) {
                row(svg, axis, subject, y);
                y += ROW;
            }
        }
        return svg.close();
    }

    private Axis axis() {
        double least = Double.MAX_VALUE;
        double most = 0;
        for (List<Subject> group : groups.values()) {
            for (Subject subject : group) {
                List<Double> values = ledger.values(subject, metric);
                least = Math.min(least, Figures.quantile(values, 0.25));
                most = Math.max(most, Figures.quantile(values, 0.75));
            }
        }
        return least > 0 && most / least > FAR_APART && !metric.unit().equals("%")
                ? Axis.logarithmic(least, most, NAMES, END)
                : Axis.linear(most, NAMES, END);
    }

    private void row(Markup svg, Axis axis, Subject subject, double y) {
        List<Double> values = ledger.values(subject, metric);
        double median = Figures.median(values);
        double low = axis.place(Figures.quantile(values, 0.25));
        double high = axis.place(Figures.quantile(values, 0.75));
        double x = axis.place(median);
        double middle = y + ROW / 2;
        svg.open("g", "class", colour(subject.arm()));
        svg.element("title", caption(subject, values));
        svg.element("text", subject.arm().title(), "class", "name end", "x", NAMES - 8, "y", middle + 4);
        if (axis.logarithmic()) {
            svg.leaf("line", "class", "whisker wide", "x1", low, "x2", high, "y1", middle, "y2", middle);
            svg.leaf("circle", "class", "mark", "cx", x, "cy", middle, "r", 5.0);
        } else {
            svg.leaf(
                    "rect",
                    "class",
                    "mark",
                    "x",
                    NAMES,
                    "y",
                    y + 3,
                    "width",
                    Math.max(1, x - NAMES),
                    "height",
                    ROW - 6,
                    "rx",
                    2.0);
            svg.leaf("line", "class", "whisker", "x1", low, "x2", high, "y1", middle, "y2", middle);
        }
        svg.element("text", metric.text(median), "class", "value", "x", Math.max(x, high) + 8, "y", middle + 4);
        svg.close();
    }

    private String caption(Subject subject, List<Double> values) {
        return String.format(
                Locale.ROOT,
                "%s, %s: %s %s, middle half %s to %s, %d trials",
                subject.arm().title(),
                subject.encapsulation().label(),
                metric.text(Figures.median(values)),
                metric.unit(),
                metric.text(Figures.quantile(values, 0.25)),
                metric.text(Figures.quantile(values, 0.75)),
                values.size());
    }

    /** The class that gives an arm its colour. */
    static String colour(ArmKind arm) {
        return "arm " + arm.name().toLowerCase(Locale.ROOT);
    }
}
