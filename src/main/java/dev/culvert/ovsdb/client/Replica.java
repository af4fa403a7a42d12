package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The client's copy of a database. It is changed, and may be read, only by tasks of the client's executor; rows that were read
 * from it may go anywhere. Between two tasks it always shows the state after some committed transaction.
 */
public final class Replica {
    private @Nullable DatabaseSchema schema;
    private final Map<String, Map<UUID, Row>> tables = new HashMap<>();
    private boolean current;

    Replica() {}

    /**
     * Whether the client is connected and the copy is as new as the connection lets it be. After a lost connection the copy
     * stays readable as it was.
     *
     * @return true from the first complete copy until the connection is lost, and again after the next
     */
    public boolean isCurrent() {
        return current;
    }

    /**
     * The server's schema.
     *
     * @return the schema, or null before the first complete copy
     */
    public @Nullable DatabaseSchema schema() {
        return schema;
    }

    /**
     * All rows of a table.
     *
     * @param table its name
     * @return the rows, in a list of its own
     */
    public List<ReplicaRow> rows(String table) {
        TableSchema tableSchema = schema == null ? null : schema.table(table);
        if (tableSchema == null) {
            return List.of();
        }
        Collection<Row> rows = tables.getOrDefault(table, Map.of()).values();
        return rows.stream().map(row -> new ReplicaRow(tableSchema, row)).toList();
    }

    /**
     * Finds a row.
     *
     * @param table its table's name
     * @param uuid its name
     * @return the row, or null if there is none of that name
     */
    public @Nullable ReplicaRow row(String table, UUID uuid) {
        TableSchema tableSchema = schema == null ? null : schema.table(table);
        Row row = tables.getOrDefault(table, Map.of()).get(uuid);
        return tableSchema == null || row == null ? null : new ReplicaRow(tableSchema, row);
    }

    /** The rows that a column refers to, those that the copy has. */
    private List<ReplicaRow> rows(String table, List<UUID> uuids) {
        return uuids.stream()
                .map(uuid -> row(table, uuid))
                .<ReplicaRow>mapMulti((row, out) -> {
                    if (row != null) {
                        out.accept(row);
                    }
                })
                .toList();
    }

    /**
     * The rows that a row refers to.
     *
     * @param from the referring row
     * @param column the column with the references
     * @param table the table that they lead to
     * @return those that the copy has
     */
    public List<ReplicaRow> follow(ReplicaRow from, String column, String table) {
        return rows(table, from.references(column));
    }

    void setCurrent(boolean now) {
        current = now;
    }

    void setSchema(DatabaseSchema now) {
        schema = now;
    }

    /** The rows of a table by name, to be changed. */
    Map<UUID, Row> mutableRows(String table) {
        return tables.computeIfAbsent(table, _ -> new LinkedHashMap<>());
    }

    /** Takes all rows out. */
    Map<String, Map<UUID, Row>> clear() {
        Map<String, Map<UUID, Row>> all = new HashMap<>(tables);
        tables.clear();
        return all;
    }
}
