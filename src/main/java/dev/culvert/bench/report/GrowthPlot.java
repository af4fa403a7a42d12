package dev.culvert.bench.report;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.observe.view.Markup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** One figure as it grows with a number, a line for each arm. */
final class GrowthPlot {
    private static final double WIDTH = 480;
    private static final double HEIGHT = 250;
    private static final double LEFT = 48;
    private static final double RIGHT = 318;
    private static final double TOP = 10;
    private static final double BOTTOM = 218;
    private static final double LABEL = 14;
    private static final double FAR_APART = 60;

    private final Ledger ledger;
    private final Metric metric;
    private final Map<ArmKind, List<Subject>> lines = new EnumMap<>(ArmKind.class);

    /**
     * @param ledger what was measured
     * @param metric which figure
     * @param subjects whose, of all sizes; those that do not have it are left out
     */
    GrowthPlot(Ledger ledger, Metric metric, List<Subject> subjects) {
        this.ledger = ledger;
        this.metric = metric;
        for (Subject subject : subjects) {
            if (!Double.isNaN(ledger.median(subject, metric))) {
                lines.computeIfAbsent(subject.arm(), _ -> new ArrayList<>()).add(subject);
            }
        }
        lines.values().forEach(line -> line.sort(Comparator.comparingInt(Subject::size)));
    }

    /** Draws it. */
    Markup draw() {
        Markup svg = new Markup()
                .open(
                        "svg",
                        "viewBox",
                        "0 0 " + Math.round(WIDTH) + " " + Math.round(HEIGHT),
                        "role",
                        "img",
                        "aria-label",
                        metric.title());
        Axis across = Axis.logarithmic(least(Subject::size), most(Subject::size), LEFT, RIGHT);
        Axis up = up();
        for (double tick : up.ticks()) {
            double y = up.place(tick);
            svg.leaf("line", "class", "grid", "x1", LEFT, "x2", RIGHT, "y1", y, "y2", y);
            svg.element("text", Numbers.brief(tick), "class", "tick end", "x", LEFT - 7, "y", y + 4);
        }
        lines.values().stream()
                .flatMap(List::stream)
                .mapToInt(Subject::size)
                .distinct()
                .forEach(at -> svg.element(
                        "text", Numbers.brief(at), "class", "tick middle", "x", across.place(at), "y", BOTTOM + 18));
        double above = Double.NEGATIVE_INFINITY;
        List<Map.Entry<ArmKind, List<Subject>>> sorted = lines.entrySet().stream()
                .sorted(Comparator.comparingDouble(
                        line -> up.place(value(line.getValue().getLast()))))
                .toList();
        for (Map.Entry<ArmKind, List<Subject>> line : sorted) {
            above = Math.max(above + LABEL, up.place(value(line.getValue().getLast())));
            draw(svg, line.getKey(), line.getValue(), across, up, above);
        }
        return svg.close();
    }

    private void draw(Markup svg, ArmKind arm, List<Subject> line, Axis across, Axis up, double label) {
        svg.open("g", "class", ArmPlot.colour(arm));
        StringBuilder points = new StringBuilder();
        for (Subject subject : line) {
            points.append(points.isEmpty() ? "" : " ")
                    .append(Math.round(across.place(subject.size())))
                    .append(',')
                    .append(Math.round(up.place(value(subject))));
        }
        svg.leaf("polyline", "class", "line", "points", points);
        for (Subject subject : line) {
            svg.open(
                    "circle",
                    "class",
                    "mark",
                    "cx",
                    across.place(subject.size()),
                    "cy",
                    up.place(value(subject)),
                    "r",
                    4.0);
            svg.element(
                    "title",
                    arm.title() + ", " + subject.size() + ": " + metric.text(value(subject)) + " " + metric.unit());
            svg.close();
        }
        String text = arm.title() + " " + metric.text(value(line.getLast()));
        svg.element("text", text, "class", "name", "x", RIGHT + 9, "y", label + 4);
        svg.close();
    }

    private Axis up() {
        double least = least(this::value);
        double most = most(this::value);
        return least > 0 && most / least > FAR_APART
                ? Axis.logarithmic(least, most, BOTTOM, TOP)
                : Axis.linear(most, BOTTOM, TOP);
    }

    private double value(Subject subject) {
        return ledger.median(subject, metric);
    }

    private double least(ToDoubleFunction<Subject> of) {
        return lines.values().stream()
                .flatMap(List::stream)
                .mapToDouble(of)
                .min()
                .orElse(1);
    }

    private double most(ToDoubleFunction<Subject> of) {
        return lines.values().stream()
                .flatMap(List::stream)
                .mapToDouble(of)
                .max()
                .orElse(1);
    }
}
