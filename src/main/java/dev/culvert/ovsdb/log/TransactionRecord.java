package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import dev.culvert.ovsdb.engine.Commit;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.RowChange;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.engine.Transaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A transaction as a log record (ovsdb(5)): for each table and row the changed columns, or null for a deleted row. Changed sets and
 * maps are written as differences, announced by {@code _is_diff}, as ovsdb-server has done since version 2.15.
 */
final class TransactionRecord {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private TransactionRecord() {}

    /** The record of a commit, or null if nothing of it is kept because it only touched ephemeral columns. */
    static @Nullable ObjectNode of(Commit commit, long nowMillis) {
        ObjectNode tables = NODES.objectNode();
        for (RowChange change : commit.changes()) {
            JsonNode row = row(change);
            if (row != null) {
                tables.withObjectProperty(change.table().name())
                        .set(change.uuid().toString(), row);
            }
        }
        if (tables.isEmpty()) {
            return null;
        }
        annotate(tables, commit.comment(), nowMillis);
        return tables;
    }

    /** The record of all rows, as a compacted log has it. */
    static @Nullable ObjectNode of(Map<TableSchema, List<Row>> snapshot, String comment, long nowMillis) {
        ObjectNode tables = NODES.objectNode();
        snapshot.forEach((table, rows) -> {
            ObjectNode rowsJson = tables.putObject(table.name());
            rows.forEach(row -> rowsJson.set(row.uuid().toString(), inserted(table, row)));
        });
        if (tables.isEmpty()) {
            return null;
        }
        annotate(tables, comment, nowMillis);
        return tables;
    }

    private static void annotate(ObjectNode record, String comment, long nowMillis) {
        if (!comment.isEmpty()) {
            record.put("_comment", comment);
        }
        record.put("_date", nowMillis);
        record.put("_is_diff", true);
    }

    private static @Nullable JsonNode row(RowChange change) {
        Row after = change.after();
        if (after == null) {
            return NODES.nullNode();
        }
        Row before = change.before();
        if (before == null) {
            return inserted(change.table(), after);
        }
        ObjectNode columns = NODES.objectNode();
        for (ColumnSchema column : change.table().columns()) {
            if (isKept(column) && change.changes(column)) {
                columns.set(column.name(), changed(column, before.get(column), after.get(column)));
            }
        }
        return columns.isEmpty() ? null : columns;
    }

    private static JsonNode changed(ColumnSchema column, Datum before, Datum after) {
        // A reader takes what stands where a default was as the whole value.
        boolean whole = column.type().max() == 1 || before.equals(column.type().defaultDatum());
        return (whole ? after : Datums.diff(before, after)).toJson(column.type());
    }

    private static ObjectNode inserted(TableSchema table, Row row) {
        ObjectNode columns = NODES.objectNode();
        for (ColumnSchema column : table.columns()) {
            Datum value = row.get(column);
            if (isKept(column) && !value.equals(column.type().defaultDatum())) {
                columns.set(column.name(), value.toJson(column.type()));
            }
        }
        return columns;
    }

    private static boolean isKept(ColumnSchema column) {
        return column.index() > TableSchema.VERSION && !column.ephemeral();
    }

    /**
     * Does to a database what a record says.
     *
     * @throws OvsdbException if it cannot be done; then nothing is
     */
    static void replay(Database database, ObjectNode record) throws OvsdbException {
        boolean differences = record.path("_is_diff").booleanValue(false);
        Transaction transaction = new Transaction(database);
        for (Map.Entry<String, JsonNode> member : record.properties()) {
            if (member.getKey().startsWith("_")) {
                continue;
            }
            Table table = database.table(member.getKey());
            if (table == null) {
                throw new OvsdbException(
                        OvsdbError.about(record, "unknown table", "No table named " + member.getKey() + "."));
            }
            if (!member.getValue().isObject()) {
                throw OvsdbException.syntax(member.getValue(), "object expected");
            }
            for (Map.Entry<String, JsonNode> row : member.getValue().properties()) {
                replayRow(transaction, table, row.getKey(), row.getValue(), differences);
            }
        }
        transaction.commit(_ -> {});
    }

    private static void replayRow(Transaction transaction, Table table, String name, JsonNode json, boolean differences)
            throws OvsdbException {
        UUID uuid = Uuids.parse(name);
        if (uuid == null) {
            throw OvsdbException.syntax(null, "\"" + name + "\" is not a valid UUID");
        }
        Row row = transaction.row(table, uuid);
        if (json.isNull()) {
            if (row == null) {
                throw OvsdbException.syntax(null, "transaction deletes row " + uuid + " that does not exist");
            }
            transaction.delete(table, uuid);
        } else if (row != null) {
            transaction.replace(table, with(table.schema(), row, json, differences));
        } else {
            transaction.insert(table, with(table.schema(), Row.create(table.schema(), uuid), json, false));
        }
    }

    private static Row with(TableSchema table, Row row, JsonNode json, boolean differences) throws OvsdbException {
        if (!json.isObject()) {
            throw OvsdbException.syntax(json, "row must be JSON object");
        }
        Row changed = row;
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            ColumnSchema column = table.column(member.getKey());
            if (column == null) {
                throw new OvsdbException(OvsdbError.about(
                        json, "unknown column", "No column " + member.getKey() + " in table " + table + "."));
            }
            Datum before = changed.get(column);
            boolean difference = differences
                    && column.type().max() > 1
                    && !before.equals(column.type().defaultDatum());
            ColumnType type = difference ? column.type().withBounds(0, ColumnType.UNLIMITED) : column.type();
            Datum value = Datum.parse(type, member.getValue(), null);
            changed = changed.with(column, difference ? Datums.applyDiff(before, value) : value);
        }
        return changed;
    }
}
