package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonText;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.MemberParser;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Condition;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * What a monitor wants to know of one table (RFC 7047 section 4.1.5, ovsdb-server(7) section 4.1.12).
 *
 * @param table the table
 * @param columns the monitored columns, each with the kinds of change that it is wanted for
 * @param select the kinds of change that any column is wanted for
 * @param where the condition as it was asked for, an array; empty for all rows
 * @param condition the condition, parsed
 */
record MonitorTable(
        TableSchema table,
        Map<ColumnSchema, Set<Select>> columns,
        Set<Select> select,
        JsonNode where,
        Condition condition) {
    /** Kinds of change. */
    enum Select {
        INITIAL,
        INSERT,
        DELETE,
        MODIFY
    }

    /**
     * Parses what a monitor request says about a table.
     *
     * @param json one {@code <monitor-request>} or an array of them
     * @param conditional whether "where" is allowed
     */
    static MonitorTable parse(TableSchema table, JsonNode json, boolean conditional) throws OvsdbException {
        Map<ColumnSchema, Set<Select>> columns = new LinkedHashMap<>();
        Set<Select> select = EnumSet.noneOf(Select.class);
        ArrayNode where = JsonNodeFactory.instance.arrayNode();
        boolean everything = false;
        JsonNode requests =
                json.isArray() ? json : JsonNodeFactory.instance.arrayNode().add(json);
        for (JsonNode request : requests) {
            MemberParser members = new MemberParser(request, "table " + table);
            JsonNode whereJson = conditional ? members.optional("where", Kind.ARRAY) : null;
            JsonNode columnsJson = members.optional("columns", Kind.ARRAY);
            JsonNode selectJson = members.optional("select", Kind.OBJECT);
            members.finish();
            Set<Select> wanted = select(table, selectJson);
            select.addAll(wanted);
            addColumns(table, columnsJson, wanted, columns);
            if (whereJson == null || whereJson.isEmpty()) {
                everything = true;
            } else {
                Condition.parse(table, whereJson, null);
                whereJson.forEach(where::add);
            }
        }
        if (everything) {
            where.removeAll();
        }
        return new MonitorTable(table, columns, select, where, Condition.parse(table, where, null));
    }

    private static Set<Select> select(TableSchema table, @Nullable JsonNode json) throws OvsdbException {
        Set<Select> select = EnumSet.allOf(Select.class);
        if (json != null) {
            MemberParser members = new MemberParser(json, "table " + table + " select");
            for (Select kind : Select.values()) {
                JsonNode wanted = members.optional(word(kind), Kind.BOOLEAN);
                if (wanted != null && !wanted.booleanValue()) {
                    select.remove(kind);
                }
            }
            members.finish();
        }
        return select;
    }

    private static String word(Select kind) {
        return switch (kind) {
            case INITIAL -> "initial";
            case INSERT -> "insert";
            case DELETE -> "delete";
            case MODIFY -> "modify";
        };
    }

    private static void addColumns(
            TableSchema table, @Nullable JsonNode json, Set<Select> select, Map<ColumnSchema, Set<Select>> columns)
            throws OvsdbException {
        if (json == null) {
            for (ColumnSchema column : table.columns()) {
                if (column.index() != TableSchema.UUID) {
                    addColumn(null, column, select, columns);
                }
            }
            return;
        }
        for (JsonNode name : json) {
            if (!name.isString()) {
                throw OvsdbException.syntax(json, "array of column names expected");
            }
            ColumnSchema column = table.column(name.stringValue());
            if (column == null) {
                throw OvsdbException.syntax(json, name.stringValue() + " is not a valid column name");
            }
            addColumn(json, column, select, columns);
        }
    }

    private static void addColumn(
            @Nullable JsonNode json, ColumnSchema column, Set<Select> select, Map<ColumnSchema, Set<Select>> columns)
            throws OvsdbException {
        if (columns.putIfAbsent(column, select) != null) {
            throw OvsdbException.syntax(json, "column " + column.name() + " mentioned more than once");
        }
    }

    /** The same with another condition. */
    MonitorTable with(JsonNode newWhere) throws OvsdbException {
        return new MonitorTable(table, columns, select, newWhere, Condition.parse(table, newWhere, null));
    }

    /** A text that is the same for two tables exactly if they are wanted in the same way. */
    String key() {
        StringBuilder key = new StringBuilder(table.name());
        columns.forEach(
                (column, kinds) -> key.append(' ').append(column.index()).append(kinds));
        return key.append(JsonText.of(where)).toString();
    }
}
