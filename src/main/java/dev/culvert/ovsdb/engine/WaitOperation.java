package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.MemberParser;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The operation "wait" of RFC 7047 section 5.2.6. */
final class WaitOperation {
    private WaitOperation() {}

    static void execute(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        JsonNode timeoutJson = members.optional("timeout", Kind.INTEGER);
        JsonNode where = members.required("where", Kind.ARRAY);
        JsonNode columnsJson = members.optional("columns", Kind.ARRAY);
        JsonNode until = members.required("until", Kind.STRING);
        JsonNode rowsJson = members.required("rows", Kind.ARRAY);
        Table table = execution.table(members);
        members.check();
        TableSchema schema = RowOperations.known(table).schema();
        Condition condition = Condition.parse(schema, where, execution);
        List<ColumnSchema> columns = schema.columns(columnsJson);
        long timeout = timeout(timeoutJson);
        String word = until.stringValue();
        if (!word.equals("==") && !word.equals("!=")) {
            throw OvsdbException.syntax(until, "\"until\" must be \"==\" or \"!=\"");
        }
        Set<List<Datum>> expected = expected(execution, schema, columns, rowsJson);
        Set<List<Datum>> actual = new HashSet<>();
        for (Row row : condition.select(execution.transaction(), RowOperations.known(table))) {
            actual.add(Table.indexValues(columns, row));
        }
        if (actual.equals(expected) == word.equals("==")) {
            return;
        }
        if (timeoutJson == null || execution.elapsedMillis() < timeout) {
            execution.block(timeout);
        } else if (execution.elapsedMillis() > 0) {
            throw new OvsdbException("timed out", "\"wait\" timed out after " + execution.elapsedMillis() + " ms");
        } else {
            throw new OvsdbException("timed out", "\"where\" clause test failed");
        }
    }

    private static long timeout(@Nullable JsonNode json) throws OvsdbException {
        if (json == null) {
            return Execution.FOREVER;
        }
        if (Json.integer(json) < 0) {
            throw OvsdbException.syntax(json, "timeout must be nonnegative");
        }
        return Json.integer(json);
    }

    private static Set<List<Datum>> expected(
            Execution execution, TableSchema schema, List<ColumnSchema> columns, JsonNode rowsJson)
            throws OvsdbException {
        Set<List<Datum>> expected = new HashSet<>();
        for (JsonNode rowJson : rowsJson) {
            Map<ColumnSchema, Datum> values = RowOperations.values(schema, rowJson, execution);
            expected.add(columns.stream()
                    .map(column -> values.getOrDefault(column, column.type().defaultDatum()))
                    .toList());
        }
        return expected;
    }
}
