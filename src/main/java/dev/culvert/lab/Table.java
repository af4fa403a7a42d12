package dev.culvert.lab;

import java.util.ArrayList;
import java.util.List;

/** Text in columns: words to the left, figures to the right. */
public final class Table {
    private static final String GAP = "  ";

    private final List<List<String>> rows = new ArrayList<>();
    private final boolean unicode;
    private final int headerRows;
    private final int wordColumns;

    /**
     * @param unicode whether the rule below the headings may be drawn with a box character
     * @param wordColumns how many columns, from the left, have words in them; the others have figures
     * @param headings rows of headings, all of the same length
     */
    public Table(boolean unicode, int wordColumns, List<List<String>> headings) {
        this.unicode = unicode;
        this.wordColumns = wordColumns;
        this.headerRows = headings.size();
        headings.forEach(row -> rows.add(List.copyOf(row)));
    }

    /**
     * Adds a row.
     *
     * @param cells as many as there are headings
     */
    public void add(String... cells) {
        if (cells.length != rows.getFirst().size()) {
            throw new IllegalArgumentException(
                    cells.length + " cells for " + rows.getFirst().size() + " columns");
        }
        rows.add(List.of(cells));
    }

    /** The lines of the table, without trailing blanks. */
    public List<String> lines() {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], width(row.get(i)));
            }
        }
        List<String> lines = new ArrayList<>();
        for (List<String> row : rows) {
            if (lines.size() == headerRows) {
                lines.add(rule(widths));
            }
            lines.add(line(row, widths));
        }
        return lines;
    }

    private String rule(int[] widths) {
        List<String> parts = new ArrayList<>();
        for (int width : widths) {
            parts.add((unicode ? "─" : "-").repeat(width));
        }
        return String.join(GAP, parts);
    }

    private String line(List<String> row, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String padding = " ".repeat(widths[i] - width(row.get(i)));
            line.append(i == 0 ? "" : GAP);
            line.append(i < wordColumns ? row.get(i) + padding : padding + row.get(i));
        }
        return line.toString().stripTrailing();
    }

    /** Columns on a terminal; the texts here have no wide or combining characters. */
    private static int width(String text) {
        return text.codePointCount(0, text.length());
    }
}
