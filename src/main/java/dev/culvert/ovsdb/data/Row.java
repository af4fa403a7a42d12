package dev.culvert.ovsdb.data;

import java.util.Arrays;
import java.util.UUID;

/**
 * One row's values. Immutable: a change makes another row that shares what did not change, so that whoever holds a row has a
 * picture of it for as long as he likes.
 */
public final class Row {
    private final Datum[] values;

    private Row(Datum[] values) {
        this.values = values;
    }

    /**
     * A row with the default in every column.
     *
     * @param table its table
     * @param uuid its name
     * @return the row
     */
    public static Row create(TableSchema table, UUID uuid) {
        Datum[] values = new Datum[table.columns().size()];
        for (ColumnSchema column : table.columns()) {
            values[column.index()] = column.type().defaultDatum();
        }
        values[TableSchema.UUID] = Datum.of(Atom.of(uuid));
        return new Row(values);
    }

    /**
     * The row's name.
     *
     * @return its UUID
     */
    public UUID uuid() {
        return ((Atom.OfUuid) values[TableSchema.UUID].key(0)).value();
    }

    /**
     * A column's value.
     *
     * @param column a column of the row's table
     * @return the value
     */
    public Datum get(ColumnSchema column) {
        return values[column.index()];
    }

    /**
     * The row with another value in a column.
     *
     * @param column a column of the row's table
     * @param value the value
     * @return the changed row; this one if nothing changes
     */
    public Row with(ColumnSchema column, Datum value) {
        if (values[column.index()].equals(value)) {
            return this;
        }
        Datum[] changed = values.clone();
        changed[column.index()] = value;
        return new Row(changed);
    }

    /**
     * The row with another version.
     *
     * @param version a UUID that no version had before
     * @return the changed row
     */
    public Row withVersion(UUID version) {
        Datum[] changed = values.clone();
        changed[TableSchema.VERSION] = Datum.of(Atom.of(version));
        return new Row(changed);
    }

    /**
     * Whether the values are the same, whatever the version.
     *
     * @param other a row of the same table
     * @return true if no column but {@code _version} differs
     */
    public boolean sameValues(Row other) {
        return Arrays.equals(
                values,
                TableSchema.VERSION + 1,
                values.length,
                other.values,
                TableSchema.VERSION + 1,
                other.values.length);
    }
}
