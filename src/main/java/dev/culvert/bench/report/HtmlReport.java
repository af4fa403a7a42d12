package dev.culvert.bench.report;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.arm.Upkeep;
import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.observe.view.Markup;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** A page that needs nothing but itself: plots, and behind them tables with every median and every ratio. */
final class HtmlReport {
    private final Scene scene;
    private final Ledger ledger;
    private final List<Upkeep> upkeep;
    private final HtmlTables tables;

    HtmlReport(Scene scene, Ledger ledger, List<Upkeep> upkeep) {
        this.scene = scene;
        this.ledger = ledger;
        this.upkeep = upkeep;
        tables = new HtmlTables(ledger);
    }

    /**
     * The page.
     *
     * @return HTML that is XML as well
     * @throws IOException if the style sheet is not where it was built
     */
    String text() throws IOException {
        Markup page = new Markup().page("Culvert bench", style()).open("main");
        head(page);
        aims(page);
        for (Underlay underlay : Underlay.values()) {
            underlay(page, underlay);
        }
        growth(
                page,
                Study.TUNNELS,
                "More tunnels",
                "How figures change with the number of tunnels that one box has (VXLAN). One of them carries packets.");
        growth(
                page,
                Study.STATIONS,
                "More stations",
                "How figures change with the number of MAC addresses that the switches have learned (VXLAN).");
        upkeep(page);
        notes(page);
        page.close().close().close();
        return page + "\n";
    }

    private void head(Markup page) {
        page.element("h1", "Culvert bench");
        page.element(
                "p",
                "The same lab, one switch after another: two guests, a switch in front of each, and a tunnel between the"
                        + " switches. Trials of neighbours are compared, so noise that both felt does not count."
                        + " Absolute figures are those of veth cables on one machine.",
                "class",
                "soft");
        page.open("dl", "class", "scene");
        fact(page, "measured", scene.when());
        fact(page, "on", scene.processors() + " × " + scene.processor());
        fact(page, "kernel", scene.kernel());
        fact(page, "JVM", scene.java());
        fact(
                page,
                "trials",
                scene.rounds() + " rounds of " + scene.seconds() + " s; " + scene.moreRounds()
                        + " where not a headline");
        page.close();
    }

    private static void fact(Markup page, String name, String value) {
        page.open("div").element("dt", name).element("dd", value).close();
    }

    private void aims(Markup page) {
        List<Aim> aims = Aims.all();
        List<Aim> measured =
                aims.stream().filter(aim -> aim.measured(ledger).present()).toList();
        if (measured.isEmpty()) {
            return;
        }
        page.element("h2", "What is to be reached");
        page.element(
                "p",
                "How many times better than need be, on a logarithmic axis: what lies to the right of the dashed line is"
                        + " reached. The bar is the interval of 95 % in which the median lies. At the right, what was"
                        + " measured and what was to be.",
                "class",
                "soft");
        wide(page, "card wide", "Plot of what is to be reached", new AimPlot(ledger, measured).draw());
        wide(page, "card wide", "Table of what is to be reached", tables.aims(measured));
        if (measured.size() < aims.size()) {
            page.element(
                    "p", (aims.size() - measured.size()) + " more were not measured in this run.", "class", "soft");
        }
    }

    private void underlay(Markup page, Underlay underlay) {
        List<Subject> subjects = ledger.subjects().stream()
                .filter(subject -> subject.underlay() == underlay && subject.study() == Study.SWITCHES)
                .toList();
        List<Metric> metrics = HtmlTables.present(ledger, subjects);
        if (metrics.isEmpty()) {
            return;
        }
        page.element("h2", "Side by side, " + underlay.title() + " underlay");
        page.element(
                "p",
                underlay == Underlay.VETH
                        ? "Medians; the thin line is the middle half of the trials. Where arms are far apart the axis is"
                                + " logarithmic and there are dots instead of bars. Super-frames cross this cable whole."
                        : "The same over a cable without offloads, where everything is cut and summed before it leaves.",
                "class",
                "soft");
        page.open("div", "class", "cards");
        for (Metric metric : metrics) {
            card(page, metric, new ArmPlot(ledger, metric, subjects).draw());
        }
        page.close();
        more(page, "Ratios of neighbours, with their intervals", underlay.title(), tables.ratios(underlay));
        more(page, "Medians and spread", underlay.title(), tables.medians(subjects));
    }

    private void growth(Markup page, Study study, String title, String what) {
        List<Subject> subjects = ledger.subjects().stream()
                .filter(subject -> subject.study() == study)
                .sorted(Comparator.comparing(Subject::arm).thenComparingInt(Subject::size))
                .toList();
        if (subjects.isEmpty()) {
            return;
        }
        page.element("h2", title).element("p", what, "class", "soft");
        page.open("div", "class", "cards");
        for (Metric metric : HtmlTables.present(ledger, subjects)) {
            card(page, metric, new GrowthPlot(ledger, metric, subjects).draw());
        }
        page.close();
        more(page, "Medians and spread", title, tables.medians(subjects));
    }

    private static void more(Markup page, String summary, String of, Markup table) {
        page.open("details").element("summary", summary);
        wide(page, "scroll", summary + ", " + of, table);
        page.close();
    }

    /** What may be wider than a window, so that it has to be scrolled, by keyboard too. */
    private static void wide(Markup page, String kind, String label, Markup content) {
        page.open("div", "class", kind, "role", "region", "aria-label", label, "tabindex", 0);
        page.add(content).close();
    }

    private static void card(Markup page, Metric metric, Markup plot) {
        page.open("section", "class", "card").open("h3").text(metric.title() + " ");
        String better = metric.moreIsBetter() ? "more is better" : "less is better";
        page.element("span", metric.unit().isEmpty() ? better : metric.unit() + ", " + better);
        page.close().add(plot).close();
    }

    private void upkeep(Markup page) {
        List<Upkeep> processes = upkeep.stream()
                .filter(each -> !Double.isNaN(each.residentMegabytes()))
                .toList();
        if (processes.isEmpty()) {
            return;
        }
        page.element("h2", "With nothing to do");
        Markup table = new Markup().open("table").open("tr");
        for (String heading :
                List.of("one box", "ready, s", "show, s", "memory, MB", "after load, MB", "idle, % of a core")) {
            table.element("th", heading);
        }
        table.close();
        for (Upkeep each : processes) {
            table.open("tr").element("td", each.arm().title());
            table.element("td", number("%.2f", each.readySeconds()));
            table.element("td", number("%.2f", each.showSeconds()));
            table.element("td", number("%.0f", each.residentMegabytes()));
            table.element("td", number("%.0f", each.residentAfterMegabytes()));
            table.element("td", number("%.1f", each.idlePercent())).close();
        }
        wide(page, "card wide", "With nothing to do", table.close());
    }

    private void notes(Markup page) {
        page.element("h2", "How it was measured");
        double load = Figures.median(ledger.trials().stream()
                .map(trial -> trial.conditions().otherLoad())
                .toList());
        double steal = Figures.median(ledger.trials().stream()
                .map(trial -> trial.conditions().steal())
                .toList());
        page.element(
                "p",
                String.format(
                        Locale.ROOT,
                        "All arms are up at the same time and take turns, forwards and then backwards (A B B A …), so that"
                                + " what is compared was measured within seconds. A ratio is the median of the ratios of"
                                + " neighbouring trials, its interval the 95 %% of a percentile bootstrap. TCP is Reno"
                                + " everywhere. Just before its trials, %.0f %% of the machine was busy with other things and"
                                + " %.0f %% was taken by the hypervisor, in the median. docs/performance.md says what each"
                                + " figure is.",
                        load * 100,
                        steal * 100));
        if (!ledger.failures().isEmpty()) {
            page.element("p", "What did not work:").open("ul");
            for (Ledger.Failure failure : ledger.failures()) {
                Subject subject = failure.subject();
                page.element(
                        "li",
                        subject.arm().title() + ", " + subject.encapsulation().label() + ", " + failure.what() + ": "
                                + failure.why());
            }
            page.close();
        }
        page.open("p", "class", "soft").text("Arms: ");
        page.text(String.join(
                "; ",
                List.of(
                        ArmKind.BARE.title() + ", guests joined by one cable and no switch",
                        ArmKind.CULVERT.title() + ", as it is",
                        ArmKind.USERSPACE.title() + ", other_config:kernel-offload=false",
                        ArmKind.KERNEL.title() + ", bridge and vxlan device (VXLAN in every comparison)",
                        ArmKind.OVS.title() + ", its userspace datapath",
                        ArmKind.WIREGUARD.title() + ", beside IPsec")));
        page.text(".").close();
    }

    private static String number(String pattern, double value) {
        return Double.isNaN(value) ? "–" : String.format(Locale.ROOT, pattern, value);
    }

    private static String style() throws IOException {
        return Markup.styleSheet(HtmlReport.class, "bench.css");
    }
}
