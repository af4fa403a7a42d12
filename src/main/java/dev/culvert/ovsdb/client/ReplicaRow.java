package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A row as the client knows it, read by the names of its columns. Immutable. A column that the server does not have, or that the
 * {@link Selection} leaves out, reads as empty; reading a column as a type that it does not have throws
 * {@link ClassCastException}.
 *
 * @param table the row's table
 * @param values its values
 */
public record ReplicaRow(TableSchema table, Row values) {
    /**
     * The row's name.
     *
     * @return its UUID
     */
    public UUID uuid() {
        return values.uuid();
    }

    /**
     * A column's value.
     *
     * @param column its name
     * @return the value, empty if there is no such column
     */
    public Datum get(String column) {
        ColumnSchema schema = table.column(column);
        return schema == null ? Datum.EMPTY : values.get(schema);
    }

    private @Nullable Atom first(String column) {
        Datum value = get(column);
        return value.isEmpty() ? null : value.key(0);
    }

    /**
     * A string.
     *
     * @param column a column of one string or none
     * @return the string, empty if there is none
     */
    public String string(String column) {
        Atom atom = first(column);
        return atom == null ? "" : ((Atom.OfString) atom).value();
    }

    /**
     * An integer.
     *
     * @param column a column of one integer or none
     * @return the integer, or nothing
     */
    public OptionalLong integer(String column) {
        Atom atom = first(column);
        return atom == null ? OptionalLong.empty() : OptionalLong.of(((Atom.OfInteger) atom).value());
    }

    /**
     * A boolean.
     *
     * @param column a column of one boolean or none
     * @param absent what to return if there is none
     * @return the boolean
     */
    public boolean bool(String column, boolean absent) {
        Atom atom = first(column);
        return atom == null ? absent : ((Atom.OfBoolean) atom).value();
    }

    /**
     * A reference.
     *
     * @param column a column of one UUID or none
     * @return the UUID, or null
     */
    public @Nullable UUID reference(String column) {
        Atom atom = first(column);
        return atom == null ? null : ((Atom.OfUuid) atom).value();
    }

    /**
     * References.
     *
     * @param column a column that is a set of UUIDs
     * @return the UUIDs
     */
    public List<UUID> references(String column) {
        return get(column).keys().stream()
                .map(atom -> ((Atom.OfUuid) atom).value())
                .toList();
    }

    /**
     * Strings.
     *
     * @param column a column that is a set of strings
     * @return the strings, sorted
     */
    public Set<String> strings(String column) {
        Set<String> strings = new LinkedHashSet<>();
        get(column).keys().forEach(atom -> strings.add(((Atom.OfString) atom).value()));
        return strings;
    }

    /**
     * Integers.
     *
     * @param column a column that is a set of integers
     * @return the integers, sorted
     */
    public List<Long> integers(String column) {
        return get(column).keys().stream()
                .map(atom -> ((Atom.OfInteger) atom).value())
                .toList();
    }

    /**
     * A map from strings to strings.
     *
     * @param column a column such as {@code options} or {@code external_ids}
     * @return the pairs, sorted by key
     */
    public Map<String, String> stringMap(String column) {
        Datum value = get(column);
        Map<String, String> map = new LinkedHashMap<>();
        for (int i = 0; i < value.size(); i++) {
            map.put(((Atom.OfString) value.key(i)).value(), ((Atom.OfString) value.value(i)).value());
        }
        return map;
    }
}
