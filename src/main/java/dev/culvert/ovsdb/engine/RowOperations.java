package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.BaseType;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.MemberParser;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import dev.culvert.ovsdb.data.NamedUuids;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The operations of RFC 7047 sections 5.2.1 to 5.2.5, which read and change rows. */
final class RowOperations {
    private RowOperations() {}

    static void insert(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        Table table = execution.table(members);
        JsonNode uuidJson = members.optional("uuid", Kind.STRING);
        JsonNode name = members.optional("uuid-name", Kind.ID);
        JsonNode values = members.required("row", Kind.OBJECT);
        members.check();
        TableSchema schema = known(table).schema();
        UUID uuid = newUuid(execution, known(table), uuidJson);
        if (name != null) {
            if (!execution.name(name.stringValue(), uuid)) {
                throw new OvsdbException(OvsdbError.about(
                        name,
                        "duplicate uuid-name",
                        "This \"uuid-name\" appeared on an earlier \"insert\" operation."));
            }
            uuid = execution.resolve(name.stringValue());
        } else if (uuid == null) {
            uuid = UUID.randomUUID();
        }
        Row row = Row.create(schema, uuid);
        for (Map.Entry<ColumnSchema, Datum> value :
                values(schema, values, execution).entrySet()) {
            if (value.getKey().index() > TableSchema.VERSION) {
                row = row.with(value.getKey(), value.getValue());
            }
        }
        checkDefaults(schema, row);
        execution.transaction().insert(known(table), row);
        result.putArray("uuid").add("uuid").add(uuid.toString());
    }

    private static @Nullable UUID newUuid(Execution execution, Table table, @Nullable JsonNode json)
            throws OvsdbException {
        if (json == null) {
            return null;
        }
        UUID uuid = Uuids.parse(json.stringValue());
        if (uuid == null) {
            throw OvsdbException.syntax(json, "bad uuid");
        }
        if (!execution.transaction().isFree(table, uuid)) {
            throw new OvsdbException(OvsdbError.about(
                    json,
                    "duplicate uuid",
                    "This UUID would duplicate a UUID already present within the table or deleted within the same "
                            + "transaction."));
        }
        return uuid;
    }

    /** A default may break its column's constraints; values that were given are checked already. */
    private static void checkDefaults(TableSchema schema, Row row) throws OvsdbException {
        for (ColumnSchema column : schema.columns()) {
            Datum value = row.get(column);
            BaseType valueType = column.type().value();
            if (value.size() == 1) {
                column.type().key().check(value.key(0));
                if (valueType != null) {
                    valueType.check(value.value(0));
                }
            }
        }
    }

    /** Parses {@code <row>}. */
    static Map<ColumnSchema, Datum> values(TableSchema schema, JsonNode json, @Nullable NamedUuids names)
            throws OvsdbException {
        if (!json.isObject()) {
            throw OvsdbException.syntax(json, "row must be JSON object");
        }
        Map<ColumnSchema, Datum> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            ColumnSchema column = schema.column(member.getKey());
            if (column == null) {
                throw new OvsdbException(OvsdbError.about(
                        json, "unknown column", "No column " + member.getKey() + " in table " + schema + "."));
            }
            values.put(column, Datum.parse(column.type(), member.getValue(), names));
        }
        return values;
    }

    static void select(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        Table table = execution.table(members);
        JsonNode where = members.required("where", Kind.ARRAY);
        JsonNode columnsJson = members.optional("columns", Kind.ARRAY);
        JsonNode sortJson = members.optional("sort", Kind.ARRAY);
        members.check();
        TableSchema schema = known(table).schema();
        Condition condition = Condition.parse(schema, where, execution);
        List<ColumnSchema> columns = schema.columns(columnsJson);
        List<ColumnSchema> order = sortJson == null ? List.of() : schema.columns(sortJson);
        List<Row> rows = condition.select(execution.transaction(), known(table));
        if (!order.isEmpty()) {
            rows = rows.stream().sorted(by(order)).toList();
        }
        ArrayNode rowsJson = result.putArray("rows");
        Set<List<Datum>> distinct = new HashSet<>();
        for (Row row : rows) {
            if (!distinct.add(Table.indexValues(columns, row))) {
                continue;
            }
            ObjectNode rowJson = rowsJson.addObject();
            columns.forEach(column -> rowJson.set(column.name(), row.get(column).toJson(column.type())));
        }
    }

    private static Comparator<Row> by(List<ColumnSchema> columns) {
        return (a, b) -> {
            int order = 0;
            for (ColumnSchema column : columns) {
                order = order != 0 ? order : a.get(column).compareTo(b.get(column));
            }
            return order;
        };
    }

    static void update(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        Table table = execution.table(members);
        JsonNode where = members.required("where", Kind.ARRAY);
        JsonNode rowJson = members.required("row", Kind.OBJECT);
        members.check();
        TableSchema schema = known(table).schema();
        Map<ColumnSchema, Datum> values = values(schema, rowJson, execution);
        for (ColumnSchema column : values.keySet()) {
            if (!column.mutable()) {
                throw new OvsdbException(OvsdbError.about(
                        members.json(),
                        OvsdbError.CONSTRAINT_VIOLATION,
                        "Cannot update immutable column " + column.name() + " in table " + schema + "."));
            }
        }
        Condition condition = Condition.parse(schema, where, execution);
        List<Row> rows = condition.select(execution.transaction(), known(table));
        for (Row row : rows) {
            Row changed = row;
            for (Map.Entry<ColumnSchema, Datum> value : values.entrySet()) {
                changed = changed.with(value.getKey(), value.getValue());
            }
            replace(execution, known(table), row, changed);
        }
        result.put("count", rows.size());
    }

    static void mutate(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        Table table = execution.table(members);
        JsonNode where = members.required("where", Kind.ARRAY);
        JsonNode mutationsJson = members.required("mutations", Kind.ARRAY);
        members.check();
        TableSchema schema = known(table).schema();
        List<Mutation> mutations = Mutation.parse(schema, mutationsJson, execution);
        Condition condition = Condition.parse(schema, where, execution);
        List<Row> rows = condition.select(execution.transaction(), known(table));
        for (Row row : rows) {
            Row changed = row;
            for (Mutation mutation : mutations) {
                changed = mutation.apply(changed);
            }
            replace(execution, known(table), row, changed);
        }
        result.put("count", rows.size());
    }

    private static void replace(Execution execution, Table table, Row before, Row after) {
        if (before != after) {
            execution.transaction().replace(table, after);
        }
    }

    static void delete(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        JsonNode where = members.required("where", Kind.ARRAY);
        Table table = execution.table(members);
        members.check();
        Condition condition = Condition.parse(known(table).schema(), where, execution);
        List<Row> rows = condition.select(execution.transaction(), known(table));
        rows.forEach(row -> execution.transaction().delete(known(table), row.uuid()));
        result.put("count", rows.size());
    }

    /** A table that cannot be missing, because the members were checked. */
    static Table known(@Nullable Table table) {
        if (table == null) {
            throw new IllegalStateException("members not checked");
        }
        return table;
    }
}
