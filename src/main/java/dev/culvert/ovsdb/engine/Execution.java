package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.MemberParser;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import dev.culvert.ovsdb.data.NamedUuids;
import dev.culvert.ovsdb.data.OvsdbException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** One attempt to carry out the operations of a "transact" request (RFC 7047 sections 4.1.3 and 5.2). */
public final class Execution implements NamedUuids {
    /** A timeout that never comes. */
    public static final long FOREVER = Long.MAX_VALUE;

    /** What came of it. */
    public sealed interface Outcome {
        /**
         * It can be answered.
         *
         * @param results the answer, an element an operation, and one more if the commit failed
         * @param commit what was committed, or null if nothing changed
         */
        record Done(ArrayNode results, @Nullable Commit commit) implements Outcome {}

        /**
         * A "wait" is not satisfied; nothing has changed, and it is to be tried again when the database changes.
         *
         * @param timeoutMillis how long after the request's arrival it has failed, or {@link #FOREVER}
         */
        record Blocked(long timeoutMillis) implements Outcome {}
    }

    @FunctionalInterface
    private interface Operation {
        void execute(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException;
    }

    private static final Map<String, Operation> OPERATIONS = Map.ofEntries(
            Map.entry("insert", RowOperations::insert),
            Map.entry("select", RowOperations::select),
            Map.entry("update", RowOperations::update),
            Map.entry("mutate", RowOperations::mutate),
            Map.entry("delete", RowOperations::delete),
            Map.entry("wait", WaitOperation::execute),
            Map.entry("commit", Execution::commit),
            Map.entry("abort", Execution::abort),
            Map.entry("comment", Execution::comment),
            Map.entry("assert", Execution::assertLock));

    /** Operations that a database whose name begins with an underscore allows. */
    private static final Set<String> READING = Set.of("select", "wait", "commit", "abort", "comment", "assert");

    private final Database database;
    private final Transaction transaction;
    private final LockOwner locks;
    private final long elapsedMillis;
    private final Map<String, UUID> names = new HashMap<>();
    private final Set<String> inserted = new HashSet<>();
    private long timeoutMillis = FOREVER;
    private boolean blocked;

    private Execution(Database database, LockOwner locks, long elapsedMillis) {
        this.database = database;
        this.transaction = new Transaction(database);
        this.locks = locks;
        this.elapsedMillis = elapsedMillis;
    }

    /**
     * Carries out operations and commits them.
     *
     * @param database the database
     * @param params the request's parameters: the database's name, then the operations
     * @param locks which locks the client holds
     * @param elapsedMillis how long ago the request arrived, in milliseconds
     * @param log where the commit is kept
     * @return the answer, or that the request has to wait
     */
    public static Outcome run(Database database, ArrayNode params, LockOwner locks, long elapsedMillis, CommitLog log) {
        return new Execution(database, locks, elapsedMillis).run(params, log);
    }

    private Outcome run(ArrayNode params, CommitLog log) {
        int count = Math.max(0, params.size() - 1);
        ArrayNode results = JsonNodeFactory.instance.arrayNode(count);
        boolean failed = false;
        for (int i = 1; i <= count; i++) {
            if (failed) {
                results.addNull();
                continue;
            }
            try {
                results.add(execute(params.get(i), i, count));
            } catch (OvsdbException e) {
                results.add(e.error().toJson());
                failed = true;
            }
            if (blocked && !failed) {
                return new Outcome.Blocked(timeoutMillis);
            }
        }
        if (failed) {
            return new Outcome.Done(results, null);
        }
        try {
            return new Outcome.Done(results, transaction.commit(log));
        } catch (OvsdbException e) {
            results.add(e.error().toJson());
            return new Outcome.Done(results, null);
        }
    }

    private ObjectNode execute(JsonNode json, int number, int count) throws OvsdbException {
        MemberParser members = new MemberParser(json, "ovsdb operation " + number + " of " + count);
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        JsonNode name = members.required("op", Kind.ID);
        if (!name.isString()) {
            members.finish();
        }
        Operation operation = OPERATIONS.get(name.stringValue());
        if (operation == null) {
            members.complain("No operation \"" + name.stringValue() + "\"");
            members.finish();
            throw new AssertionError("a complaint is thrown");
        }
        try {
            operation.execute(this, members, result);
        } catch (OvsdbException e) {
            // What is wrong with the operation's form comes before what is wrong with its meaning.
            members.finish();
            throw e;
        }
        members.finish();
        if (database.schema().name().startsWith("_") && !READING.contains(name.stringValue())) {
            throw new OvsdbException(
                    "not allowed",
                    name.stringValue() + " operation not allowed on table in reserved database "
                            + database.schema().name());
        }
        return result;
    }

    Transaction transaction() {
        return transaction;
    }

    long elapsedMillis() {
        return elapsedMillis;
    }

    /** Notes that a "wait" is not satisfied yet, and how long after the request's arrival it fails. */
    void block(long timeout) {
        blocked = true;
        timeoutMillis = timeout;
    }

    /** The table that an operation is about; complains if there is none of that name. */
    @Nullable
    Table table(MemberParser members) {
        JsonNode name = members.required("table", Kind.ID);
        if (!name.isString()) {
            return null;
        }
        Table table = database.table(name.stringValue());
        if (table == null) {
            members.complain("No table named " + name.stringValue() + ".");
        }
        return table;
    }

    @Override
    public UUID resolve(String name) {
        return names.computeIfAbsent(name, _ -> UUID.randomUUID());
    }

    /** Names a row that is being inserted; false if an earlier one has that name. */
    boolean name(String name, @Nullable UUID uuid) {
        if (uuid != null) {
            names.put(name, uuid);
        }
        return inserted.add(name);
    }

    private static void commit(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        JsonNode durable = members.required("durable", Kind.BOOLEAN);
        members.check();
        if (durable.booleanValue()) {
            execution.transaction.requestDurability();
        }
    }

    private static void abort(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        throw new OvsdbException("aborted", "aborted by request");
    }

    private static void comment(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        JsonNode comment = members.required("comment", Kind.STRING);
        members.check();
        execution.transaction.comment(comment.stringValue());
    }

    private static void assertLock(Execution execution, MemberParser members, ObjectNode result) throws OvsdbException {
        JsonNode lock = members.required("lock", Kind.ID);
        members.check();
        if (!execution.locks.holds(lock.stringValue())) {
            throw new OvsdbException("not owner", "Asserted lock " + lock.stringValue() + " not held.");
        }
    }
}
