package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction did to one row. At least one of the two rows is there, and they differ.
 *
 * @param table the row's table
 * @param uuid the row's name
 * @param before the row as it was, or null if it was inserted
 * @param after the row as it is, or null if it was deleted
 */
public record RowChange(
        TableSchema table,
        UUID uuid,
        @Nullable Row before,
        @Nullable Row after) {
    /**
     * Whether a column's value differs, which for an inserted or deleted row it always does.
     *
     * @param column a column of the table
     * @return true if it differs
     */
    public boolean changes(ColumnSchema column) {
        return before == null || after == null || !before.get(column).equals(after.get(column));
    }
}
