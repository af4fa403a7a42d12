package dev.culvert.bench.report;

import dev.culvert.bench.figures.Interval;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.observe.view.Markup;
import java.util.List;

/** All aims on one axis: how many times better than need be, with the interval; to the right of 1 it is met. */
final class AimPlot {
    private static final double WIDTH = 900;
    private static final double NAMES = 330;
    private static final double END = 740;
    private static final double ROW = 26;
    private static final double HEAD = 24;
    private static final double FOOT = 22;
    private static final double CLOSEST = 0.5;
    private static final double FARTHEST = 2;

    private final Ledger ledger;
    private final List<Aim> aims;

    /**
     * @param ledger what was measured
     * @param aims those that can be told, at least one
     */
    AimPlot(Ledger ledger, List<Aim> aims) {
        this.ledger = ledger;
        this.aims = aims;
    }

    /** Draws it. */
    Markup draw() {
        double bottom = HEAD + aims.size() * ROW;
        Markup svg = new Markup()
                .open(
                        "svg",
                        "viewBox",
                        "0 0 " + Math.round(WIDTH) + " " + Math.round(bottom + FOOT),
                        "role",
                        "img",
                        "aria-label",
                        "aims and what was measured");
        Axis axis = axis();
        for (double tick : axis.ticks()) {
            double x = axis.place(tick);
            svg.leaf("line", "class", "grid", "x1", x, "x2", x, "y1", HEAD, "y2", bottom);
            svg.element("text", "×" + Numbers.brief(tick), "class", "tick middle", "x", x, "y", bottom + 15);
        }
        double one = axis.place(1);
        svg.leaf("line", "class", "bound", "x1", one, "x2", one, "y1", HEAD - 4, "y2", bottom);
        svg.element("text", "to reach", "class", "tick middle", "x", one, "y", HEAD - 9);
        double y = HEAD;
        for (Aim aim : aims) {
            row(svg, axis, aim, y + ROW / 2);
            y += ROW;
        }
        return svg.close();
    }

    private Axis axis() {
        double least = CLOSEST;
        double most = FARTHEST;
        for (Aim aim : aims) {
            Interval measured = aim.measured(ledger);
            for (double value : List.of(measured.low(), measured.high())) {
                double times = aim.times(value);
                if (times > 0 && Double.isFinite(times)) {
                    least = Math.min(least, times);
                    most = Math.max(most, times);
                }
            }
        }
        return Axis.logarithmic(least, most, NAMES, END);
    }

    private void row(Markup svg, Axis axis, Aim aim, double y) {
        Interval measured = aim.measured(ledger);
        double low = axis.place(aim.times(measured.low()));
        double high = axis.place(aim.times(measured.high()));
        svg.open("g", "class", aim.met(measured) ? "met" : "missed");
        svg.element(
                "title",
                aim.title() + ": " + aim.boundText() + ", measured " + aim.text(measured.median()) + " ("
                        + aim.text(measured.low()) + " to " + aim.text(measured.high()) + ")");
        svg.element("text", aim.title(), "class", "name end", "x", NAMES - 12, "y", y + 4);
        svg.leaf("line", "class", "whisker wide", "x1", low, "x2", high, "y1", y, "y2", y);
        svg.leaf("circle", "class", "mark", "cx", axis.place(aim.times(measured.median())), "cy", y, "r", 5.5);
        svg.element(
                "text",
                (aim.met(measured) ? "✓ " : "✗ ") + aim.text(measured.median()),
                "class",
                "value verdict",
                "x",
                END + 14,
                "y",
                y + 4);
        svg.element("text", sign(aim) + aim.text(aim.bound()), "class", "tick", "x", END + 92, "y", y + 4);
        svg.close();
    }

    private static String sign(Aim aim) {
        return aim.atLeast() ? "≥ " : "≤ ";
    }
}
