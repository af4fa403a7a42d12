package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Applies {@code <table-updates>} (RFC 7047 section 4.1.6) and {@code <table-updates2>} (ovsdb-server(7) section 4.1.14) to a replica,
 * and notes what changed.
 */
final class ReplicaUpdater {
    private final Replica replica;
    private final List<ReplicaChange> changes = new ArrayList<>();

    ReplicaUpdater(Replica replica) {
        this.replica = replica;
    }

    List<ReplicaChange> changes() {
        return List.copyOf(changes);
    }

    /** Replaces everything by a complete copy; what is the same in both is no change. */
    void replace(DatabaseSchema schema, JsonNode updates, boolean withOldValues) throws OvsdbException {
        DatabaseSchema oldSchema = replica.schema();
        Map<String, Map<UUID, Row>> old = replica.clear();
        replica.setSchema(schema);
        apply(updates, withOldValues);
        changes.clear();
        for (TableSchema table : schema.tables()) {
            TableSchema oldTable = oldSchema == null ? null : oldSchema.table(table.name());
            Map<UUID, Row> gone = new HashMap<>(old.getOrDefault(table.name(), Map.of()));
            for (Row row : replica.mutableRows(table.name()).values()) {
                compare(oldTable, gone.remove(row.uuid()), table, row);
            }
            gone.values().forEach(row -> compare(oldTable, row, table, null));
        }
    }

    private void compare(@Nullable TableSchema oldTable, @Nullable Row before, TableSchema table, @Nullable Row after) {
        boolean same = oldTable == table && before != null && after != null && before.sameValues(after);
        if (!same) {
            changes.add(new ReplicaChange(
                    oldTable == null || before == null ? null : new ReplicaRow(oldTable, before),
                    after == null ? null : new ReplicaRow(table, after)));
        }
    }

    /** Applies changes. */
    void apply(JsonNode updates, boolean withOldValues) throws OvsdbException {
        DatabaseSchema schema = replica.schema();
        for (Map.Entry<String, JsonNode> entry : updates.properties()) {
            TableSchema table = schema == null ? null : schema.table(entry.getKey());
            if (table == null) {
                throw OvsdbException.syntax(null, "update of unknown table " + entry.getKey());
            }
            Map<UUID, Row> rows = replica.mutableRows(table.name());
            for (Map.Entry<String, JsonNode> row : entry.getValue().properties()) {
                UUID uuid = Uuids.parse(row.getKey());
                if (uuid == null) {
                    throw OvsdbException.syntax(null, "\"" + row.getKey() + "\" is not a valid UUID");
                }
                Row before = rows.get(uuid);
                Row after = withOldValues
                        ? row1(table, uuid, before, row.getValue())
                        : row2(table, uuid, before, row.getValue());
                store(table, rows, uuid, before, after);
            }
        }
    }

    private void store(TableSchema table, Map<UUID, Row> rows, UUID uuid, @Nullable Row before, @Nullable Row after) {
        if (after == null) {
            rows.remove(uuid);
        } else {
            rows.put(uuid, after);
        }
        if (before != after) {
            compare(table, before, table, after);
        }
    }

    /** A {@code <row-update>}: the monitored columns' new values are all there. */
    private static @Nullable Row row1(TableSchema table, UUID uuid, @Nullable Row before, JsonNode update)
            throws OvsdbException {
        JsonNode values = update.get("new");
        return values == null ? null : with(before == null ? Row.create(table, uuid) : before, table, values, false);
    }

    /** A {@code <row-update2>}: defaults are left out, and a modified set or map comes as a difference. */
    private static @Nullable Row row2(TableSchema table, UUID uuid, @Nullable Row before, JsonNode update)
            throws OvsdbException {
        if (update.has("delete")) {
            return null;
        }
        JsonNode modified = update.get("modify");
        if (modified != null) {
            if (before == null) {
                throw OvsdbException.syntax(update, "update modifies row " + uuid + " that does not exist");
            }
            return with(before, table, modified, true);
        }
        JsonNode values = update.has("insert") ? update.get("insert") : update.get("initial");
        if (values == null) {
            throw OvsdbException.syntax(update, "<row-update2> expected");
        }
        return with(Row.create(table, uuid), table, values, false);
    }

    private static Row with(Row row, TableSchema table, JsonNode values, boolean differences) throws OvsdbException {
        Row changed = row;
        for (Map.Entry<String, JsonNode> member : values.properties()) {
            ColumnSchema column = table.column(member.getKey());
            if (column == null) {
                throw OvsdbException.syntax(values, "No column " + member.getKey() + " in table " + table + ".");
            }
            if (differences && column.type().max() > 1) {
                ColumnType any = column.type().withBounds(0, ColumnType.UNLIMITED);
                Datum difference = Datum.parse(any, member.getValue(), null);
                changed = changed.with(column, Datums.applyDiff(changed.get(column), difference));
            } else {
                changed = changed.with(column, Datum.parse(column.type(), member.getValue(), null));
            }
        }
        return changed;
    }
}
