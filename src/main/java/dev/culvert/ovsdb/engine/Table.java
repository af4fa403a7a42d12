package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The committed rows of one table, with what is needed to check the next transaction without looking at all of them. */
public final class Table {
    private final TableSchema schema;
    private final Map<UUID, Row> rows = new LinkedHashMap<>();

    /** How many strong references other rows hold to a row; rows without any are absent. */
    private final Map<UUID, Integer> strongReferences = new HashMap<>();

    /** For each index of the schema, which row has which values. */
    private final List<Map<List<Datum>, UUID>> indexes = new ArrayList<>();

    Table(TableSchema schema) {
        this.schema = schema;
        schema.indexes().forEach(_ -> indexes.add(new HashMap<>()));
    }

    /**
     * What the table may hold.
     *
     * @return the schema
     */
    public TableSchema schema() {
        return schema;
    }

    /**
     * All rows, in the order of their insertion.
     *
     * @return a view of the live table
     */
    public Collection<Row> rows() {
        return Collections.unmodifiableCollection(rows.values());
    }

    /**
     * Finds a row.
     *
     * @param uuid its name
     * @return the row, or null if there is none of that name
     */
    public @Nullable Row row(UUID uuid) {
        return rows.get(uuid);
    }

    /** How many strong references other rows hold to a row. */
    int strongReferences(UUID uuid) {
        return strongReferences.getOrDefault(uuid, 0);
    }

    /** Counts strong references that a commit added, or took away. */
    void addStrongReferences(UUID uuid, int more) {
        strongReferences.merge(uuid, more, (a, b) -> a + b == 0 ? null : a + b);
    }

    /** The row that has given values in an index, or null. */
    @Nullable
    UUID indexed(int index, List<Datum> values) {
        return indexes.get(index).get(values);
    }

    /** A row's values in an index. */
    static List<Datum> indexValues(List<ColumnSchema> index, Row row) {
        return index.stream().map(row::get).toList();
    }

    /** Takes a row out of the indexes; all that a commit changes must leave before any enters. */
    void unindex(Row row) {
        for (int i = 0; i < indexes.size(); i++) {
            indexes.get(i).remove(indexValues(schema.indexes().get(i), row));
        }
    }

    /** Puts a row in the table, in place of one of the same name if there is one. */
    void put(Row row) {
        rows.put(row.uuid(), row);
        for (int i = 0; i < indexes.size(); i++) {
            indexes.get(i).put(indexValues(schema.indexes().get(i), row), row.uuid());
        }
    }

    /** Deletes a row that has left the indexes. */
    void remove(UUID uuid) {
        rows.remove(uuid);
    }
}
