package dev.culvert.tools.vsctl;

/**
 * How tables are printed; ovs-vsctl(8), "Table Formatting Options".
 *
 * @param format the layout
 * @param cells the look of a value in any layout but JSON
 * @param headings whether columns are named
 * @param pretty whether JSON is spread over lines
 * @param maxColumnWidth the greatest width of a column in bytes, in the layout of a table only; 0 for no limit
 */
record TableStyle(Format format, Cells cells, boolean headings, boolean pretty, int maxColumnWidth) {
    /** The layouts. */
    enum Format {
        TABLE,
        LIST,
        HTML,
        CSV,
        JSON
    }

    /** The looks of a value. */
    enum Cells {
        STRING,
        BARE,
        JSON
    }

    /** What holds when no option says otherwise. */
    static final TableStyle DEFAULT = new TableStyle(Format.LIST, Cells.STRING, true, false, 0);

    /** This style in the layout of the name; {@link Fatal} when there is none. */
    TableStyle withFormat(String name) {
        Format chosen = switch (name) {
            case "table" -> Format.TABLE;
            case "list" -> Format.LIST;
            case "html" -> Format.HTML;
            case "csv" -> Format.CSV;
            case "json" -> Format.JSON;
            default -> throw new Fatal("unknown output format \"" + name + "\"");
        };
        return new TableStyle(chosen, cells, headings, pretty, maxColumnWidth);
    }

    /** This style with values in the look of the name; {@link Fatal} when there is none. */
    TableStyle withCells(String name) {
        Cells chosen = switch (name) {
            case "string" -> Cells.STRING;
            case "bare" -> Cells.BARE;
            case "json" -> Cells.JSON;
            default -> throw new Fatal("unknown data format \"" + name + "\"");
        };
        return new TableStyle(format, chosen, headings, pretty, maxColumnWidth);
    }

    /** This style without headings. */
    TableStyle withoutHeadings() {
        return new TableStyle(format, cells, false, pretty, maxColumnWidth);
    }

    /** This style with JSON spread over lines. */
    TableStyle prettily() {
        return new TableStyle(format, cells, headings, true, maxColumnWidth);
    }

    /** This style with the width limited. */
    TableStyle withMaxColumnWidth(int bytes) {
        return new TableStyle(format, cells, headings, pretty, bytes);
    }

    /** A list of bare values without headings. */
    TableStyle barely() {
        return new TableStyle(Format.LIST, Cells.BARE, false, pretty, maxColumnWidth);
    }
}
