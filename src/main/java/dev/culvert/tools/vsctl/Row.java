package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row of the local copy, as the running transaction has changed it. One that only a reference has told of so far, or that
 * a transaction is about to insert, has no stored columns.
 */
final class Row {
    private final TableSchema table;
    private final UUID uuid;
    private @Nullable Map<String, Datum> stored;
    private @Nullable Change change;

    /**
     * A row without contents.
     *
     * @param table its table
     * @param uuid its name; for a row to be inserted, one that stands for the name that the server will give
     */
    Row(TableSchema table, UUID uuid) {
        this.table = table;
        this.uuid = uuid;
    }

    TableSchema table() {
        return table;
    }

    UUID uuid() {
        return uuid;
    }

    /** What the running transaction does to the row, or null for nothing. */
    @Nullable
    Change change() {
        return change;
    }

    /** The same, made when there is nothing yet. */
    Change changing() {
        Change current = change;
        if (current == null) {
            current = new Change();
            change = current;
        }
        return current;
    }

    /** Forgets what the transaction did. */
    void revert() {
        change = null;
    }

    /** Whether the server has the row. */
    boolean isStored() {
        return stored != null;
    }

    /** Whether the row is there for the running transaction: stored and not deleted, or inserted by it. */
    boolean exists() {
        return change == null ? stored != null : !change.isDeletion() && (stored != null || change.isInsertion());
    }

    /** Takes what the server has of the row, replacing all columns. */
    void store(Map<String, Datum> columns) {
        stored = new HashMap<>(columns);
    }

    /** Takes what the server has of some columns. */
    void update(Map<String, Datum> columns) {
        Objects.requireNonNull(stored, "only a stored row is updated").putAll(columns);
    }

    /** The server has the row no longer. */
    void unstore() {
        stored = null;
    }

    /** What the server has in a column; the default where it was not asked for. */
    Datum stored(ColumnSchema column) {
        Datum datum = stored == null ? null : stored.get(column.name());
        return datum == null ? column.type().defaultDatum() : datum;
    }

    /** What the column holds after what the transaction has written so far. */
    Datum get(ColumnSchema column) {
        Datum written = change == null ? null : change.written(column);
        return written == null ? stored(column) : written;
    }

    /** The same by the column's name, which the schema has for certain. */
    Datum get(String column) {
        return get(Objects.requireNonNull(table.column(column), column));
    }

    /** The text in the column, or null when it is empty. */
    @Nullable
    String text(String column) {
        Datum datum = get(column);
        return datum.isEmpty() ? null : string(datum.key(0));
    }

    /** The row's name: the text in the column {@code name}. */
    String name() {
        return Objects.requireNonNullElse(text("name"), "");
    }

    /** The integer in the column, or null when it is empty. */
    @Nullable
    Long integer(String column) {
        Datum datum = get(column);
        return datum.isEmpty() ? null : integer(datum.key(0));
    }

    /** The truth in the column. */
    boolean flag(String column) {
        Datum datum = get(column);
        return !datum.isEmpty() && datum.key(0) instanceof Atom.OfBoolean(boolean value) && value;
    }

    /** The rows that the column (a set of references, or a map whose values are) names. */
    List<UUID> references(String column) {
        return references(get(column));
    }

    /** The UUIDs among the datum's elements, or a map's values. */
    static List<UUID> references(Datum datum) {
        List<UUID> uuids = new ArrayList<>(datum.size());
        for (int i = 0; i < datum.size(); i++) {
            Atom atom = datum.hasValues() ? datum.value(i) : datum.key(i);
            if (atom instanceof Atom.OfUuid(UUID named)) {
                uuids.add(named);
            }
        }
        return uuids;
    }

    /** The string in an atom of a column that holds strings. */
    static String string(Atom atom) {
        return ((Atom.OfString) atom).value();
    }

    /** The integer in an atom of a column that holds integers. */
    static long integer(Atom atom) {
        return ((Atom.OfInteger) atom).value();
    }
}
