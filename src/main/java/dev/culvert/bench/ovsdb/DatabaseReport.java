package dev.culvert.bench.ovsdb;

import dev.culvert.bench.figures.Figures;
import dev.culvert.bench.ovsdb.DatabaseArm.Kind;
import dev.culvert.lab.Table;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/** The medians of both servers, and how ours compares: each ratio is the median of the rounds' own. */
final class DatabaseReport {
    private final Map<Kind, List<DatabaseFigures>> figures;

    DatabaseReport(Map<Kind, List<DatabaseFigures>> figures) {
        this.figures = figures;
    }

    List<String> lines(boolean unicode) {
        Table table = new Table(unicode, 2, List.of(List.of("", "unit", "Culvert", "ovsdb-server", "times")));
        row(table, "one client", "transactions/s", "%,.0f", DatabaseFigures::singleRate);
        row(table, DatabaseTrial.MANY + " clients", "transactions/s", "%,.0f", DatabaseFigures::manyRate);
        row(
                table,
                "one client, " + DatabaseTrial.MONITORS + " monitors",
                "transactions/s",
                "%,.0f",
                DatabaseFigures::monitoredRate);
        row(table, "start with a log of 100 MB", "s", "%.2f", DatabaseFigures::startSeconds);
        row(table, "memory of 10000 ports", "MB", "%.1f", DatabaseFigures::portsMegabytes);
        List<String> lines = new ArrayList<>(List.of(""));
        lines.addAll(table.lines());
        lines.add("");
        lines.add("Medians; clients wait for each answer. More is better for rates, less for the rest.");
        return lines;
    }

    private void row(Table table, String what, String unit, String format, ToDoubleFunction<DatabaseFigures> figure) {
        List<Double> ours = values(Kind.CULVERT, figure);
        List<Double> theirs = values(Kind.OVSDB_SERVER, figure);
        table.add(
                what,
                unit,
                text(format, Figures.median(ours)),
                text(format, Figures.median(theirs)),
                text("%.2f", Figures.pairedRatio(ours, theirs)));
    }

    private List<Double> values(Kind kind, ToDoubleFunction<DatabaseFigures> figure) {
        return figures.getOrDefault(kind, List.of()).stream()
                .map(each -> figure.applyAsDouble(each))
                .toList();
    }

    private static String text(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
