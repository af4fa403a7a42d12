package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Collects the operations of one transaction (RFC 7047 section 5.2). Changes of one row become one operation. Used by one thread;
 * {@link OvsdbClient#commit} sends it.
 *
 * <p>Tables and columns that the server's schema does not have throw {@link IllegalArgumentException}: see {@link #has}.
 */
public final class TransactionBuilder {
    private final DatabaseSchema schema;
    private final List<ObjectNode> operations = new ArrayList<>();
    private final Map<UUID, Integer> inserts = new LinkedHashMap<>();
    private final Map<UUID, ObjectNode> updates = new LinkedHashMap<>();

    /**
     * An empty transaction.
     *
     * @param schema the server's schema
     */
    public TransactionBuilder(DatabaseSchema schema) {
        this.schema = schema;
    }

    /**
     * Whether nothing would be done.
     *
     * @return true if there is no operation
     */
    public boolean isEmpty() {
        return operations.isEmpty();
    }

    /**
     * Whether the server knows a column.
     *
     * @param table the table's name
     * @param column the column's name
     * @return true if the schema has it
     */
    public boolean has(String table, String column) {
        TableSchema found = schema.table(table);
        return found != null && found.column(column) != null;
    }

    /**
     * Inserts a row.
     *
     * @param table its table's name
     * @param values the values that differ from their defaults, by column
     * @return a name for the row, to be used in values of this transaction and to be looked up in its result
     */
    public UUID insert(String table, Map<String, Datum> values) {
        UUID placeholder = UUID.randomUUID();
        ObjectNode operation = operation("insert", table);
        inserts.put(placeholder, operations.size() - 1);
        operation.put("uuid-name", symbol(placeholder));
        ObjectNode row = operation.putObject("row");
        values.forEach((column, value) -> row.set(column, json(table, column, value)));
        updates.put(placeholder, row);
        return placeholder;
    }

    /**
     * Sets a column, whatever it holds now.
     *
     * @param table the table's name
     * @param row the row's name, also one that {@link #insert} gave
     * @param column the column's name
     * @param value its new value
     * @return this
     */
    public TransactionBuilder set(String table, UUID row, String column, Datum value) {
        ObjectNode values = updates.get(row);
        if (values == null) {
            ObjectNode operation = operation("update", table);
            where(operation, row);
            values = operation.putObject("row");
            updates.put(row, values);
        }
        values.set(column, json(table, column, value));
        return this;
    }

    /**
     * Sets a column, unless the copy says that it holds that value already.
     *
     * @param row the row as the copy has it; the column must be part of the {@link Selection}
     * @param column the column's name
     * @param value its new value
     * @return this
     */
    public TransactionBuilder set(ReplicaRow row, String column, Datum value) {
        if (updates.containsKey(row.uuid()) || !row.get(column).equals(value)) {
            set(row.table().name(), row.uuid(), column, value);
        }
        return this;
    }

    /**
     * Adds elements to a set, pairs to a map, or calculates.
     *
     * @param table the table's name
     * @param row the row's name
     * @param column the column's name
     * @param mutator for example {@code "insert"} or {@code "+="}
     * @param argument with what
     * @return this
     */
    public TransactionBuilder mutate(String table, UUID row, String column, String mutator, Datum argument) {
        JsonNode json = json(table, column, argument);
        ObjectNode operation = operation("mutate", table);
        where(operation, row);
        operation.putArray("mutations").addArray().add(column).add(mutator).add(json);
        return this;
    }

    /**
     * Deletes a row. Rows that are not of the root set vanish by themselves with their last reference.
     *
     * @param table the table's name
     * @param row the row's name
     * @return this
     */
    public TransactionBuilder delete(String table, UUID row) {
        where(operation("delete", table), row);
        return this;
    }

    /**
     * Makes the transaction fail with "timed out" if a column no longer holds what the copy says.
     *
     * @param row the row as the copy has it
     * @param column the column's name
     * @return this
     */
    public TransactionBuilder verify(ReplicaRow row, String column) {
        String table = row.table().name();
        ObjectNode operation = operation("wait", table);
        operation.put("timeout", 0);
        where(operation, row.uuid());
        operation.putArray("columns").add(column);
        operation.put("until", "==");
        operation.putArray("rows").addObject().set(column, json(table, column, row.get(column)));
        return this;
    }

    /**
     * Makes the transaction fail with "not owner" if the client does not hold a lock.
     *
     * @param lock the lock's name
     * @return this
     */
    public TransactionBuilder assertLock(String lock) {
        bare("assert").put("lock", lock);
        return this;
    }

    /**
     * Leaves a line in the database's log.
     *
     * @param text the comment
     * @return this
     */
    public TransactionBuilder comment(String text) {
        bare("comment").put("comment", text);
        return this;
    }

    /**
     * Asks for the transaction to be on the server's disk before it is answered.
     *
     * @return this
     */
    public TransactionBuilder durable() {
        bare("commit").put("durable", true);
        return this;
    }

    private ObjectNode bare(String name) {
        ObjectNode operation = JsonNodeFactory.instance.objectNode();
        operation.put("op", name);
        operations.add(operation);
        return operation;
    }

    private ObjectNode operation(String name, String table) {
        if (schema.table(table) == null) {
            throw new IllegalArgumentException("no table " + table);
        }
        return bare(name).put("table", table);
    }

    private void where(ObjectNode operation, UUID row) {
        operation.putArray("where").addArray().add("_uuid").add("==").add(reference(row));
    }

    private JsonNode json(String table, String column, Datum value) {
        TableSchema tableSchema = schema.table(table);
        ColumnSchema columnSchema = tableSchema == null ? null : tableSchema.column(column);
        if (columnSchema == null) {
            throw new IllegalArgumentException("no column " + column + " in table " + table);
        }
        return value.toJson(columnSchema.type(), this::atom);
    }

    /** A named UUID stands for every row that this transaction inserts. */
    private JsonNode atom(Atom atom) {
        return atom instanceof Atom.OfUuid(UUID row) ? reference(row) : atom.toJson();
    }

    private JsonNode reference(UUID row) {
        return inserts.containsKey(row)
                ? JsonNodeFactory.instance.arrayNode().add("named-uuid").add(symbol(row))
                : Atom.of(row).toJson();
    }

    private static String symbol(UUID placeholder) {
        return "row" + placeholder.toString().replace('-', '_');
    }

    /** The parameters of a "transact" request. */
    ArrayNode params() {
        ArrayNode params = JsonNodeFactory.instance.arrayNode();
        params.add(schema.name());
        operations.forEach(params::add);
        return params;
    }

    int size() {
        return operations.size();
    }

    /** The places of the operations that insert rows, by the rows' names. */
    Map<UUID, Integer> inserts() {
        return inserts;
    }
}
