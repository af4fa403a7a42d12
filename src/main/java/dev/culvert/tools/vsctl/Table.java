package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Datum;
import java.util.ArrayList;
import java.util.List;

/**
 * The result of {@code list} and {@code find}.
 *
 * @param headings the columns' names
 * @param rows the rows, each with a cell for every column
 */
record Table(List<String> headings, List<List<Cell>> rows) {
    /**
     * A value.
     *
     * @param datum the value
     * @param type what its column may hold
     */
    record Cell(Datum datum, ColumnType type) {
        /** The value in the style's look. */
        String text(TableStyle style) {
            return switch (style.cells()) {
                case STRING -> datum.toText(type);
                case BARE -> Values.bare(datum);
                case JSON -> Values.json(datum, type);
            };
        }
    }

    /** A table without rows. */
    static Table of(List<String> headings) {
        return new Table(headings, new ArrayList<>());
    }
}
