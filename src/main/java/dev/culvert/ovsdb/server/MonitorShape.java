package dev.culvert.ovsdb.server;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Condition;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.RowChange;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.server.MonitorTable.Select;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a monitor wants to know, and in which form. Monitors of many clients often have the same shape: what they are sent is then
 * made once. Immutable.
 */
final class MonitorShape {
    /** The forms of updates. */
    enum Form {
        /** {@code update}: whole values, old ones too (RFC 7047 section 4.1.6). */
        V1("update"),
        /** {@code update2}: differences (ovsdb-server(7) section 4.1.14). */
        V2("update2"),
        /** {@code update3}: the same, with the transaction's name (ovsdb-server(7) section 4.1.16). */
        V3("update3");

        final String notification;

        Form(String notification) {
            this.notification = notification;
        }
    }

    private final Form form;
    private final Map<String, MonitorTable> tables;
    private final String key;

    private MonitorShape(Form form, Map<String, MonitorTable> tables) {
        this.form = form;
        this.tables = tables;
        this.key = (form == Form.V1 ? "1 " : "2 ")
                + tables.values().stream().map(MonitorTable::key).sorted().collect(Collectors.joining(" "));
    }

    /** Parses {@code <monitor-requests>} or {@code <monitor-cond-requests>}. */
    static MonitorShape parse(Database database, Form form, JsonNode json) throws OvsdbException {
        if (!json.isObject()) {
            throw OvsdbException.syntax(json, "monitor-requests must be object");
        }
        Map<String, MonitorTable> tables = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            Table table = database.table(member.getKey());
            if (table == null) {
                throw OvsdbException.syntax(null, "no table named " + member.getKey());
            }
            tables.put(member.getKey(), MonitorTable.parse(table.schema(), member.getValue(), form != Form.V1));
        }
        return new MonitorShape(form, tables);
    }

    Form form() {
        return form;
    }

    /** Equal for shapes whose updates are equal. */
    String key() {
        return key;
    }

    @Nullable
    MonitorTable table(String name) {
        return tables.get(name);
    }

    /** The same with other conditions for some tables, which must be monitored. */
    MonitorShape with(Map<String, JsonNode> wheres) throws OvsdbException {
        Map<String, MonitorTable> changed = new LinkedHashMap<>(tables);
        for (Map.Entry<String, JsonNode> where : wheres.entrySet()) {
            MonitorTable table = changed.get(where.getKey());
            if (table != null) {
                changed.put(where.getKey(), table.with(where.getValue()));
            }
        }
        return new MonitorShape(form, changed);
    }

    /** All rows that are wanted at first. */
    ObjectNode initial(Database database) {
        ObjectNode updates = JsonNodeFactory.instance.objectNode();
        for (MonitorTable table : tables.values()) {
            Table rows = database.table(table.table().name());
            if (rows != null && table.select().contains(Select.INITIAL)) {
                for (Row row : rows.rows()) {
                    if (table.condition().matchesAny(row)) {
                        add(updates, table, row, row(table, Select.INITIAL, null, row));
                    }
                }
            }
        }
        return updates;
    }

    /** What changes mean to the monitor; null if nothing. */
    @Nullable
    ObjectNode updates(List<RowChange> changes) {
        ObjectNode updates = JsonNodeFactory.instance.objectNode();
        for (RowChange change : changes) {
            MonitorTable table = tables.get(change.table().name());
            if (table != null) {
                addChange(updates, table, table.condition(), change.before(), change.after());
            }
        }
        return updates.isEmpty() ? null : updates;
    }

    /** What another shape's conditions, in place of this one's, mean to the monitor; null if nothing. */
    @Nullable
    ObjectNode transition(MonitorShape to, Database database) {
        ObjectNode updates = JsonNodeFactory.instance.objectNode();
        for (MonitorTable table : to.tables.values()) {
            MonitorTable from = tables.get(table.table().name());
            Table rows = database.table(table.table().name());
            if (from != null && rows != null && !from.where().equals(table.where())) {
                for (Row row : rows.rows()) {
                    boolean old = from.condition().matchesAny(row);
                    boolean now = table.condition().matchesAny(row);
                    if (old != now) {
                        addChange(updates, table, Condition.ALWAYS, old ? row : null, now ? row : null);
                    }
                }
            }
        }
        return updates.isEmpty() ? null : updates;
    }

    private void addChange(
            ObjectNode updates, MonitorTable table, Condition condition, @Nullable Row before, @Nullable Row after) {
        Row old = before != null && condition.matchesAny(before) ? before : null;
        Row now = after != null && condition.matchesAny(after) ? after : null;
        if (old == null && now == null) {
            return;
        }
        Select kind = old == null ? Select.INSERT : now == null ? Select.DELETE : Select.MODIFY;
        boolean unseen = kind == Select.MODIFY
                && old != null
                && now != null
                && table.columns().keySet().stream()
                        .allMatch(column -> old.get(column).equals(now.get(column)));
        if (!unseen && table.select().contains(kind)) {
            add(updates, table, now != null ? now : old, row(table, kind, old, now));
        }
    }

    private static void add(ObjectNode updates, MonitorTable table, @Nullable Row row, ObjectNode update) {
        if (row != null) {
            updates.withObjectProperty(table.table().name()).set(row.uuid().toString(), update);
        }
    }

    private ObjectNode row(MonitorTable table, Select kind, @Nullable Row old, @Nullable Row now) {
        return form == Form.V1 ? row1(table, kind, old, now) : row2(table, kind, old, now);
    }

    private static ObjectNode row1(MonitorTable table, Select kind, @Nullable Row old, @Nullable Row now) {
        ObjectNode update = JsonNodeFactory.instance.objectNode();
        ObjectNode oldJson = old == null ? null : update.putObject("old");
        ObjectNode newJson = now == null ? null : update.putObject("new");
        table.columns().forEach((column, kinds) -> {
            if (!kinds.contains(kind)) {
                return;
            }
            if (old != null
                    && oldJson != null
                    && (now == null || !old.get(column).equals(now.get(column)))) {
                oldJson.set(column.name(), json(column, old.get(column)));
            }
            if (now != null && newJson != null) {
                newJson.set(column.name(), json(column, now.get(column)));
            }
        });
        return update;
    }

    private static ObjectNode row2(MonitorTable table, Select kind, @Nullable Row old, @Nullable Row now) {
        ObjectNode update = JsonNodeFactory.instance.objectNode();
        if (now == null) {
            update.putNull("delete");
            return update;
        }
        ObjectNode values = update.putObject(
                switch (kind) {
                    case INITIAL -> "initial";
                    case INSERT -> "insert";
                    default -> "modify";
                });
        table.columns().forEach((column, kinds) -> {
            Datum before = old == null ? column.type().defaultDatum() : old.get(column);
            Datum after = now.get(column);
            if (kinds.contains(kind) && !after.equals(before)) {
                boolean difference = old != null && column.type().max() > 1;
                values.set(column.name(), json(column, difference ? Datums.diff(before, after) : after));
            }
        });
        return update;
    }

    private static JsonNode json(ColumnSchema column, Datum value) {
        return value.toJson(column.type());
    }

    /** The tables of which anything is monitored. */
    List<TableSchema> monitored() {
        return tables.values().stream().map(MonitorTable::table).toList();
    }
}
