package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.AtomicType;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes that the server will make all at once or not at all. They are seen at once in the rows of the local copy;
 * {@link #revert} takes them back there.
 */
final class Transaction {
    private final Replica replica;
    private final String comment;
    private final List<Row> rows = new ArrayList<>();
    private final IdentityHashMap<ColumnSchema, NameIndex> indexes = new IdentityHashMap<>();
    private @Nullable Row counted;
    private boolean dryRun;

    /**
     * A transaction that does nothing yet.
     *
     * @param replica the copy that it starts from
     * @param comment what the server's log will say of it
     */
    Transaction(Replica replica, String comment) {
        this.replica = replica;
        this.comment = comment;
    }

    String comment() {
        return comment;
    }

    /** The rows that are looked at again or changed, each once, in the order in which that began. */
    List<Row> rows() {
        return rows;
    }

    /** The server is to check everything and then change nothing. */
    void dryRun() {
        dryRun = true;
    }

    boolean isDryRun() {
        return dryRun;
    }

    /** If anything changes, the row's {@code next_cfg} is to be one more than before. */
    void count(Row row) {
        counted = row;
    }

    @Nullable
    Row counted() {
        return counted;
    }

    /** Inserts a row of default values; its UUID stands for the one that the server will choose. */
    Row insert(String table) {
        return insert(Objects.requireNonNull(replica.schema().table(table), table), UUID.randomUUID(), false);
    }

    /**
     * Inserts a row of default values.
     *
     * @param uuid its name here
     * @param asNamed whether it is to be its name in the database, too
     */
    Row insert(TableSchema table, UUID uuid, boolean asNamed) {
        Row row = new Row(table, uuid);
        changing(row).insert(asNamed);
        replica.add(row);
        return row;
    }

    /** Deletes a row; one that nothing would keep alive anyway is left to the server. */
    void delete(Row row) {
        if (!row.isStored()) {
            rows.remove(row);
            replica.remove(row);
        }
        changing(row).delete();
    }

    /** Makes the transaction fail if the column has changed since it was read. */
    void verify(Row row, String column) {
        verify(row, column(row, column));
    }

    /** Makes the transaction fail if the column has changed since it was read. */
    void verify(Row row, ColumnSchema column) {
        changing(row).verify(column);
    }

    /** Replaces a column. */
    void write(Row row, String column, Datum value) {
        write(row, column(row, column), value);
    }

    /** Replaces a column. */
    void write(Row row, ColumnSchema column, Datum value) {
        changing(row).write(column, value);
        NameIndex index = indexes.get(column);
        if (index != null) {
            index.add(row, value);
        }
    }

    /** Replaces a column, a set, by itself with one element more. */
    void include(Row row, String column, Atom element) {
        edit(row, column(row, column)).add(element);
    }

    /** Replaces a column, a set, by itself with one element less. */
    void exclude(Row row, String column, Atom element) {
        edit(row, column(row, column)).remove(element);
    }

    private SetEdit edit(Row row, ColumnSchema column) {
        return changing(row).edit(column, () -> row.get(column));
    }

    /** Puts an element into a set, or a pair into a map, whatever else is there; the local copy does not show it. */
    void put(Row row, ColumnSchema column, Datum element) {
        changing(row).change(column, new Change.Element(element, false));
    }

    /** The same by the column's name. */
    void put(Row row, String column, Datum element) {
        put(row, column(row, column), element);
    }

    /** Takes an element out of a set, or a key out of a map, whatever else is there; the local copy does not show it. */
    void take(Row row, String column, Datum key) {
        changing(row).change(column(row, column), new Change.Element(key, true));
    }

    /**
     * The rows of a table that may be meant by a name, among which all that hold it are.
     *
     * @param column the column in which the name is
     */
    List<Row> candidates(TableSchema table, ColumnSchema column, String name) {
        if (column.type().key().type() != AtomicType.STRING || name.isEmpty()) {
            return replica.rows(table.name());
        }
        return indexes.computeIfAbsent(column, _ -> new NameIndex(replica.rows(table.name()), column))
                .candidates(name);
    }

    /** Takes everything back in the local copy. */
    void revert() {
        for (Row row : rows) {
            boolean inserted = row.change() != null && row.change().isInsertion();
            row.revert();
            if (inserted) {
                replica.remove(row);
            }
        }
    }

    private Change changing(Row row) {
        if (row.change() == null) {
            rows.add(row);
        }
        return row.changing();
    }

    private static ColumnSchema column(Row row, String name) {
        return Objects.requireNonNull(row.table().column(name), name);
    }
}
