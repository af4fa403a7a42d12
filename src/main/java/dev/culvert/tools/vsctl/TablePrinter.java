package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Uuids;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Prints tables in the layouts of ovs-vsctl(8), "Table Formatting Options". */
final class TablePrinter {
    private static final int HEADING_WIDTH = 20;
    private static final int UUID_LENGTH = 36;
    /** As much of a UUID as people read. */
    private static final int UUID_BEGINNING = 8;

    private final TableStyle style;
    private boolean first = true;

    TablePrinter(TableStyle style) {
        this.style = style;
    }

    /** Appends a table; where the layout needs it, with a blank line after the table before. */
    void print(Table table, StringBuilder out) {
        switch (style.format()) {
            case TABLE -> {
                separate(out);
                printColumns(table, out);
            }
            case LIST -> {
                separate(out);
                printList(table, out);
            }
            case CSV -> {
                separate(out);
                printCsv(table, out);
            }
            case HTML -> printHtml(table, out);
            case JSON -> printJson(table, out);
        }
    }

    private void separate(StringBuilder out) {
        if (!first) {
            out.append('\n');
        }
        first = false;
    }

    private List<List<String>> texts(Table table) {
        List<List<String>> texts = new ArrayList<>();
        table.rows()
                .forEach(row ->
                        texts.add(row.stream().map(cell -> cell.text(style)).toList()));
        return texts;
    }

    private void printColumns(Table table, StringBuilder out) {
        List<List<String>> rows = texts(table);
        int n = table.headings().size();
        int[] widths = new int[n];
        for (int x = 0; x < n; x++) {
            for (List<String> row : rows) {
                widths[x] = Math.max(widths[x], Utf8.length(row.get(x)));
            }
            if (style.maxColumnWidth() > 0) {
                widths[x] = Math.min(widths[x], style.maxColumnWidth());
            }
            if (style.headings()) {
                widths[x] = Math.max(widths[x], Utf8.length(table.headings().get(x)));
            }
        }
        if (style.headings()) {
            printLine(n, x -> Utf8.fitted(table.headings().get(x), widths[x]), out);
            printLine(n, x -> "-".repeat(widths[x]), out);
        }
        rows.forEach(row -> printLine(n, x -> Utf8.fitted(row.get(x), widths[x]), out));
    }

    private static void printLine(int columns, Function<Integer, String> cell, StringBuilder out) {
        int start = out.length();
        for (int x = 0; x < columns; x++) {
            out.append(x > 0 ? " " : "").append(cell.apply(x));
        }
        int end = out.length();
        while (end > start && out.charAt(end - 1) == ' ') {
            end--;
        }
        out.setLength(end);
        out.append('\n');
    }

    private void printList(Table table, StringBuilder out) {
        String separator = "";
        for (List<String> row : texts(table)) {
            out.append(separator);
            separator = "\n";
            for (int x = 0; x < row.size(); x++) {
                if (style.headings()) {
                    String heading = table.headings().get(x);
                    out.append(heading)
                            .repeat(' ', Math.max(0, HEADING_WIDTH - heading.length()))
                            .append(": ");
                }
                out.append(row.get(x)).append('\n');
            }
        }
    }

    private void printCsv(Table table, StringBuilder out) {
        if (style.headings()) {
            printCsvLine(table.headings(), out);
        }
        texts(table).forEach(row -> printCsvLine(row, out));
    }

    /** RFC 4180 section 2, but with lines ended by a line feed alone. */
    private static void printCsvLine(List<String> cells, StringBuilder out) {
        for (int x = 0; x < cells.size(); x++) {
            String cell = cells.get(x);
            boolean quoted = cell.indexOf('"') >= 0 || cell.indexOf(',') >= 0 || cell.indexOf('\n') >= 0;
            out.append(x > 0 ? "," : "").append(quoted ? '"' + cell.replace("\"", "\"\"") + '"' : cell);
        }
        out.append('\n');
    }

    private void printHtml(Table table, StringBuilder out) {
        out.append("<table border=1>\n");
        if (style.headings()) {
            out.append("  <tr>\n");
            table.headings().forEach(heading -> printHtmlCell("th", heading, out));
            out.append("  </tr>\n");
        }
        for (List<String> row : texts(table)) {
            out.append("  <tr>\n");
            for (int x = 0; x < row.size(); x++) {
                String text = row.get(x);
                if (table.headings().get(x).equals("_uuid")) {
                    String beginning = text.substring(0, Math.min(UUID_BEGINNING, text.length()));
                    out.append("    <td><a name=\"").append(escaped(text)).append("\">");
                    out.append(escaped(beginning)).append("</a></td>\n");
                } else {
                    printHtmlCell("td", text, out);
                }
            }
            out.append("  </tr>\n");
        }
        out.append("</table>\n");
    }

    /** Every UUID in the text becomes a link to its row, shown by its beginning. */
    private static void printHtmlCell(String element, String text, StringBuilder out) {
        out.append("    <").append(element).append('>');
        for (int i = 0; i < text.length(); ) {
            String uuid = text.substring(i, Math.min(i + UUID_LENGTH, text.length()));
            if (Uuids.parse(uuid) != null) {
                out.append("<a href=\"#").append(uuid).append("\">");
                out.append(uuid, 0, UUID_BEGINNING).append("</a>");
                i += UUID_LENGTH;
            } else {
                out.append(escaped(text.substring(i, i + 1)));
                i++;
            }
        }
        out.append("</").append(element).append(">\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }

    private void printJson(Table table, StringBuilder out) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        ArrayNode data = json.putArray("data");
        for (List<Table.Cell> row : table.rows()) {
            ArrayNode cells = data.addArray();
            row.forEach(cell -> cells.add(cell.datum().toJson(cell.type())));
        }
        ArrayNode headings = json.putArray("headings");
        table.headings().forEach(headings::add);
        out.append(JsonPrinter.print(json, style.pretty())).append('\n');
    }
}
