package dev.culvert.bench.report;

import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.figures.Interval;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.observe.view.Markup;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The page's tables. */
final class HtmlTables {
    private final Ledger ledger;

    HtmlTables(Ledger ledger) {
        this.ledger = ledger;
    }

    /** The figures that at least one of these has, in order. */
    static List<Metric> present(Ledger ledger, List<Subject> subjects) {
        return Arrays.stream(Metric.values())
                .filter(metric -> subjects.stream()
                        .anyMatch(subject -> !ledger.values(subject, metric).isEmpty()))
                .toList();
    }

    /** Aims, one a row. */
    Markup aims(List<Aim> aims) {
        Markup table = new Markup().open("table").open("tr");
        for (String heading : List.of("figure", "to reach", "measured", "interval", "pairs", "verdict")) {
            table.element("th", heading);
        }
        table.close();
        for (Aim aim : aims) {
            Interval measured = aim.measured(ledger);
            table.open("tr", "class", aim.met(measured) ? "met" : "missed");
            table.element("td", aim.title());
            table.element("td", aim.boundText());
            table.element("td", aim.text(measured.median()));
            table.element("td", aim.text(measured.low()) + " to " + aim.text(measured.high()));
            table.element("td", Integer.toString(measured.count()));
            table.element("td", aim.verdict(measured), "class", "verdict").close();
        }
        return table.close();
    }

    /** Every ratio of Culvert's arms to the others on one cable. */
    Markup ratios(Underlay underlay) {
        List<Comparison> comparisons = Comparison.of(ledger).stream()
                .filter(each -> each.ours().underlay() == underlay)
                .toList();
        List<Metric> metrics = Arrays.stream(Metric.values())
                .filter(metric -> comparisons.stream()
                        .anyMatch(each ->
                                ledger.ratio(each.ours(), each.theirs(), metric).present()))
                .filter(metric -> !metric.unit().equals("%"))
                .toList();
        Markup table = new Markup().open("table").open("tr");
        table.element("th", "encapsulation").element("th", "arms", "class", "word");
        metrics.forEach(metric -> table.element("th", metric.title()));
        table.close();
        for (Comparison each : comparisons) {
            table.open("tr").element("td", each.ours().encapsulation().label());
            table.element(
                    "td",
                    each.ours().arm().title() + " / " + each.theirs().arm().title(),
                    "class",
                    "word");
            for (Metric metric : metrics) {
                Interval ratio = ledger.ratio(each.ours(), each.theirs(), metric);
                table.open("td");
                if (ratio.present()) {
                    table.text(String.format(Locale.ROOT, "%.2f ", ratio.median()));
                    table.element("small", String.format(Locale.ROOT, "%.2f–%.2f", ratio.low(), ratio.high()));
                } else {
                    table.text("–");
                }
                table.close();
            }
            table.close();
        }
        return table.close();
    }

    /** Every median of these. */
    Markup medians(List<Subject> subjects) {
        List<Metric> metrics = present(ledger, subjects);
        Markup table = new Markup().open("table").open("tr");
        for (String heading : List.of("encapsulation", "arm", "tunnels", "stations")) {
            table.element("th", heading, "class", "word");
        }
        metrics.forEach(
                metric -> table.element("th", metric.title() + (metric.unit().isEmpty() ? "" : ", " + metric.unit())));
        table.close();
        for (Subject subject : subjects) {
            table.open("tr").element("td", subject.encapsulation().label());
            table.element("td", subject.arm().title(), "class", "word");
            table.element("td", Integer.toString(subject.tunnels()));
            table.element("td", Integer.toString(subject.stations()));
            for (Metric metric : metrics) {
                table.element("td", TextReport.spread(metric, ledger.values(subject, metric)));
            }
            table.close();
        }
        return table.close();
    }
}
