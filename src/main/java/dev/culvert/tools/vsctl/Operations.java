package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Writes a {@link Transaction} as the operations of RFC 7047 section 5.2, in the order in which ovs-vsctl sends them. */
final class Operations {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String NEXT_CFG = "next_cfg";

    private final Transaction transaction;
    private final Replica replica;
    private final Set<UUID> placeholders = new HashSet<>();
    private final ArrayNode operations = NODES.arrayNode();
    private final Map<UUID, Integer> insertions = new HashMap<>();
    private boolean changing;
    private int countedAt = -1;

    /** Writes the operations; {@link #toJson} has them. */
    Operations(Transaction transaction, Replica replica) {
        this.transaction = transaction;
        this.replica = replica;
        for (Row row : transaction.rows()) {
            Change change = row.change();
            if (change != null && change.isInsertion() && !change.keepsUuid()) {
                placeholders.add(row.uuid());
            }
        }
        transaction.rows().forEach(this::addVerification);
        replica.schema().tables().forEach(this::addSingletonVerification);
        transaction.rows().forEach(this::addChange);
        addCount();
        operations.addObject().put("op", "comment").put("comment", Utf8.readable(transaction.comment()));
        if (transaction.isDryRun()) {
            operations.addObject().put("op", "abort");
        }
    }

    /** Whether the database would be other than before; if not, there is no need to send anything. */
    boolean isChanging() {
        return changing;
    }

    /** The array of operations. */
    ArrayNode toJson() {
        return operations;
    }

    /** By the name of an inserted row here: the place of its operation, and of the reply to it. */
    Map<UUID, Integer> insertions() {
        return insertions;
    }

    /** The place of the operation whose reply says the new {@code next_cfg}; -1 without one. */
    int countedAt() {
        return countedAt;
    }

    private void addVerification(Row row) {
        Change change = row.change();
        if (change == null || change.verified().isEmpty()) {
            return;
        }
        ObjectNode operation = operation("wait", row.table());
        operation.put("timeout", 0);
        operation.set("where", whereUuid(row));
        operation.put("until", "==");
        ArrayNode columns = operation.putArray("columns");
        ObjectNode contents = operation.putArray("rows").addObject();
        for (ColumnSchema column : change.verified()) {
            columns.add(column.name());
            contents.set(column.name(), row.stored(column).toJson(column.type()));
        }
    }

    /** If the only row of a table is about to be made, somebody else must not have made it meanwhile. */
    private void addSingletonVerification(TableSchema table) {
        if (table.maxRows() != 1 || !table.isRoot()) {
            return;
        }
        boolean stored = false;
        int after = 0;
        for (Row row : replica.rows(table.name())) {
            stored |= row.isStored();
            after++;
        }
        if (!stored && after == 1) {
            ObjectNode operation = operation("wait", table);
            operation.putArray("where");
            operation.put("timeout", 0);
            operation.put("until", "==");
            operation.putArray("rows");
        }
    }

    private void addChange(Row row) {
        Change change = row.change();
        if (change == null) {
            return;
        }
        if (change.isDeletion()) {
            // A row of any other table goes by itself when the last reference to it has gone.
            if (row.table().isRoot() && row.isStored()) {
                operation("delete", row.table()).set("where", whereUuid(row));
                changing = true;
            }
            return;
        }
        if (change.isInsertion()) {
            addInsertion(row, change);
        } else {
            addUpdate(row, change);
        }
        addMutations(row, change);
    }

    private void addInsertion(Row row, Change change) {
        insertions.put(row.uuid(), operations.size());
        ObjectNode operation = operation("insert", row.table());
        if (change.keepsUuid()) {
            operation.put("uuid", row.uuid().toString());
        } else {
            operation.put("uuid-name", placeholderName(row.uuid()));
        }
        ObjectNode contents = operation.putObject("row");
        change.written().forEach((column, datum) -> {
            if (!datum.equals(column.type().defaultDatum())) {
                contents.set(column.name(), withNames(datum.toJson(column.type())));
            }
        });
        changing = true;
    }

    private void addUpdate(Row row, Change change) {
        if (change.written().isEmpty()) {
            return;
        }
        ObjectNode operation = operation("update", row.table());
        operation.set("where", whereUuid(row));
        ObjectNode contents = operation.putObject("row");
        change.written().forEach((column, datum) -> {
            contents.set(column.name(), withNames(datum.toJson(column.type())));
            changing |= !datum.equals(row.stored(column));
        });
    }

    private void addMutations(Row row, Change change) {
        ArrayNode mutations = NODES.arrayNode();
        change.elements().forEach((column, elements) -> addMutations(row, column, elements, mutations));
        if (!mutations.isEmpty()) {
            ObjectNode operation = operation("mutate", row.table());
            operation.set("where", whereUuid(row));
            operation.set("mutations", mutations);
            changing = true;
        }
    }

    private void addMutations(
            Row row, ColumnSchema column, BucketMap<Atom, Change.Element> elements, ArrayNode mutations) {
        ArrayNode removed = NODES.arrayNode();
        ArrayNode inserted = NODES.arrayNode();
        Datum before = row.get(column);
        for (BucketMap.Entry<Atom, Change.Element> entry : elements) {
            Atom key = entry.key();
            Change.Element element = entry.value();
            boolean present = before.contains(key);
            JsonNode keyJson = withNames(key.toJson());
            if (element.removal()) {
                if (present) {
                    removed.add(keyJson);
                }
            } else if (column.type().isMap()) {
                Atom value = element.element().value(0);
                if (present && !value.equals(before.get(key))) {
                    // A pair goes in only where its key is not.
                    removed.add(keyJson);
                    inserted.addArray().add(keyJson).add(withNames(value.toJson()));
                } else if (!present) {
                    inserted.addArray().add(keyJson).add(withNames(value.toJson()));
                }
            } else {
                inserted.add(keyJson);
            }
        }
        if (!removed.isEmpty()) {
            addMutation(column, "delete", "set", removed, mutations);
        }
        if (!inserted.isEmpty()) {
            addMutation(column, "insert", column.type().isMap() ? "map" : "set", inserted, mutations);
        }
    }

    private static void addMutation(
            ColumnSchema column, String mutator, String kind, ArrayNode elements, ArrayNode mutations) {
        ArrayNode mutation = mutations.addArray().add(column.name()).add(mutator);
        mutation.addArray().add(kind).add(elements);
    }

    private void addCount() {
        Row counted = transaction.counted();
        if (!changing || counted == null) {
            return;
        }
        ObjectNode increment = operation("mutate", counted.table());
        increment.set("where", whereUuid(counted));
        increment.putArray("mutations").addArray().add(NEXT_CFG).add("+=").add(1);
        countedAt = operations.size();
        ObjectNode select = operation("select", counted.table());
        select.set("where", whereUuid(counted));
        select.putArray("columns").add(NEXT_CFG);
    }

    private ObjectNode operation(String op, TableSchema table) {
        return operations.addObject().put("op", op).put("table", table.name());
    }

    private JsonNode whereUuid(Row row) {
        ArrayNode where = NODES.arrayNode();
        where.addArray()
                .add("_uuid")
                .add("==")
                .add(withNames(Atom.of(row.uuid()).toJson()));
        return where;
    }

    /** The value with the names of rows that do not exist yet in place of the UUIDs that stand for them. */
    private JsonNode withNames(JsonNode value) {
        if (!(value instanceof ArrayNode array)) {
            return value;
        }
        if (array.size() == 2
                && array.get(1).isString()
                && array.get(0).isString()
                && array.get(0).stringValue().equals("uuid")) {
            UUID uuid = Uuids.parse(array.get(1).stringValue());
            return uuid != null && placeholders.contains(uuid)
                    ? NODES.arrayNode().add("named-uuid").add(placeholderName(uuid))
                    : value;
        }
        ArrayNode copy = NODES.arrayNode(array.size());
        array.forEach(element -> copy.add(withNames(element)));
        return copy;
    }

    private static String placeholderName(UUID uuid) {
        return "row" + uuid.toString().replace('-', '_');
    }
}
