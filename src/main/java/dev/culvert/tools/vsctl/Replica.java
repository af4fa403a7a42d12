package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Constraint;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** The local copy of what was asked for of the database. Rows are walked in the order in which ovs-vsctl has them. */
final class Replica {
    private final DatabaseSchema schema;
    private final Map<String, BucketMap<UUID, Row>> tables = new HashMap<>();
    private int generation;

    Replica(DatabaseSchema schema) {
        this.schema = schema;
    }

    DatabaseSchema schema() {
        return schema;
    }

    /** Grows with every change of the copy. */
    int generation() {
        return generation;
    }

    /** Forgets everything, for a new connection. */
    void clear() {
        tables.clear();
    }

    /** The table's rows that exist for the running transaction. */
    List<Row> rows(String table) {
        List<Row> rows = new ArrayList<>();
        for (BucketMap.Entry<UUID, Row> entry : table(table)) {
            if (entry.value().exists()) {
                rows.add(entry.value());
            }
        }
        return rows;
    }

    /** The table's first row, or null. */
    @Nullable
    Row firstRow(String table) {
        List<Row> rows = rows(table);
        return rows.isEmpty() ? null : rows.getFirst();
    }

    /** The row of the UUID, though it be deleted by the running transaction, or null. */
    @Nullable
    Row row(String table, UUID uuid) {
        Row row = table(table).get(uuid);
        return row != null && (row.isStored() || row.exists()) ? row : null;
    }

    /** The rows that a column refers to, without those that are not there. */
    List<Row> rows(Row from, String column) {
        List<Row> rows = new ArrayList<>();
        ColumnSchema schemaOfColumn = from.table().column(column);
        String table = schemaOfColumn == null ? null : referredTable(schemaOfColumn.type());
        if (table != null) {
            for (UUID uuid : from.references(column)) {
                Row row = row(table, uuid);
                if (row != null) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    /** The row that the running transaction inserts. */
    void add(Row row) {
        table(row.table().name()).put(row.uuid(), row);
    }

    /** A row that the transaction did not come to insert. */
    void remove(Row row) {
        table(row.table().name()).remove(row.uuid());
    }

    /** The table that elements, or a map's values, of the type refer to; null for none. */
    static @Nullable String referredTable(ColumnType type) {
        Constraint.Reference reference = type.key().reference();
        if (reference == null && type.value() != null) {
            reference = type.value().reference();
        }
        return reference == null ? null : reference.table();
    }

    private BucketMap<UUID, Row> table(String name) {
        return tables.computeIfAbsent(name, _ -> BucketMap.byUuid());
    }

    /**
     * Takes in a {@code <table-updates>} (RFC 7047 section 4.1.6) or a {@code <table-updates2>} (ovsdb-server(7) section
     * 4.1.14). What does not fit the schema is passed over.
     *
     * @param updates by table, then by row
     */
    void apply(JsonNode updates) {
        // Tables and rows are taken in the order of the genuine tool's hash tables: it decides the order within a
        // bucket.
        for (BucketMap.Entry<String, JsonNode> tableUpdate : members(updates)) {
            TableSchema table = schema.table(tableUpdate.key());
            if (table == null) {
                continue;
            }
            for (BucketMap.Entry<String, JsonNode> rowUpdate : members(tableUpdate.value())) {
                UUID uuid = Uuids.parse(rowUpdate.key());
                if (uuid != null) {
                    apply(table, uuid, rowUpdate.value());
                    generation++;
                }
            }
        }
    }

    private static BucketMap<String, JsonNode> members(JsonNode object) {
        BucketMap<String, JsonNode> members = BucketMap.byString();
        object.properties().forEach(member -> members.put(member.getKey(), member.getValue()));
        return members;
    }

    private void apply(TableSchema table, UUID uuid, JsonNode update) {
        Row row = rowOrPlaceholder(table, uuid);
        if (update.has("modify")) {
            if (row.isStored()) {
                row.update(changed(row, update.get("modify")));
            }
        } else if (update.has("delete") || (update.has("old") && !update.has("new"))) {
            row.unstore();
            table(table.name()).remove(uuid);
            return;
        } else {
            JsonNode contents =
                    update.has("new") ? update.get("new") : update.path(update.has("initial") ? "initial" : "insert");
            Map<String, Datum> columns = columns(table, contents);
            if (row.isStored()) {
                row.update(columns);
            } else {
                row.store(columns);
            }
        }
        addReferredRows(row);
    }

    private static Map<String, Datum> columns(TableSchema table, JsonNode contents) {
        Map<String, Datum> columns = new HashMap<>();
        contents.properties().forEach(member -> {
            ColumnSchema column = table.column(member.getKey());
            Datum datum = column == null ? null : parse(column.type(), member.getValue());
            if (column != null && datum != null) {
                columns.put(column.name(), datum);
            }
        });
        return columns;
    }

    /** The columns after a "modify": of a set or map the difference is given, of anything else the new value. */
    private static Map<String, Datum> changed(Row row, JsonNode difference) {
        Map<String, Datum> columns = new HashMap<>();
        difference.properties().forEach(member -> {
            ColumnSchema column = row.table().column(member.getKey());
            if (column == null) {
                return;
            }
            Datum datum = parse(column.type().withBounds(0, ColumnType.UNLIMITED), member.getValue());
            if (datum != null) {
                boolean whole = column.type().max() == 1;
                columns.put(column.name(), whole ? datum : Datums.applyDiff(row.stored(column), datum));
            }
        });
        return columns;
    }

    private static @Nullable Datum parse(ColumnType type, JsonNode json) {
        try {
            return Datum.parse(type, json, null);
        } catch (OvsdbException e) {
            return null; // a server with another schema: the column keeps its default
        }
    }

    /** The genuine tool makes place for a row when it meets the first reference to it, which decides its order later. */
    private void addReferredRows(Row row) {
        for (ColumnSchema column : row.table().columns()) {
            String table = referredTable(column.type());
            TableSchema referred = table == null ? null : schema.table(table);
            if (referred != null) {
                row.references(column.name()).forEach(uuid -> rowOrPlaceholder(referred, uuid));
            }
        }
    }

    private Row rowOrPlaceholder(TableSchema table, UUID uuid) {
        Row row = table(table.name()).get(uuid);
        if (row == null) {
            row = new Row(table, uuid);
            add(row);
        }
        return row;
    }
}
