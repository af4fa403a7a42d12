package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.Uuids;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * One attempt to carry out all commands in one transaction. When another client was faster, or a {@code wait-until} has not
 * come true, it is to be made again with what the database has become.
 */
final class Attempt {
    /** What became of an attempt. */
    enum Outcome {
        /** The database is as the commands want it. */
        COMMITTED,
        /** It was so already, so nothing was sent. */
        UNCHANGED,
        /** Again, when the database has changed. */
        AGAIN
    }

    private static final String ROOT = "Open_vSwitch";

    private final Replica replica;
    private final Transaction transaction;
    private final Symbols symbols = new Symbols();
    private final Log log;
    private final Row root;
    private final List<Context> contexts = new ArrayList<>();
    private final List<Row> expectedInterfaces = new ArrayList<>();
    private final Map<UUID, UUID> insertedUuids = new HashMap<>();
    private @Nullable Bridges bridges;
    private boolean verifiesPorts;
    private long nextConfiguration;

    /**
     * An attempt.
     *
     * @param replica the local copy
     * @param comment what the server's log will say of the transaction
     * @param settings how to commit
     * @param log for warnings
     */
    Attempt(Replica replica, String comment, Settings settings, Log log) {
        this.replica = replica;
        this.log = log;
        this.transaction = new Transaction(replica, comment);
        if (settings.dryRun()) {
            transaction.dryRun();
        }
        Row first = replica.firstRow(ROOT);
        this.root = first == null ? transaction.insert(ROOT) : first;
        if (settings.waitForSwitch()) {
            transaction.count(root);
        }
    }

    Replica replica() {
        return replica;
    }

    Transaction transaction() {
        return transaction;
    }

    Symbols symbols() {
        return symbols;
    }

    Log log() {
        return log;
    }

    Row root() {
        return root;
    }

    /** The bridges, read when somebody asks for them. */
    Bridges bridges() {
        Bridges current = bridges;
        if (current == null) {
            current = new Bridges(this);
            bridges = current;
        }
        return current;
    }

    void forgetBridges() {
        bridges = null;
    }

    /** Whether it is to be made sure now, and for the first time, that ports are still as they are here. */
    boolean beginsToVerifyPorts() {
        boolean first = !verifiesPorts;
        verifiesPorts = true;
        return first;
    }

    void expectInterface(Row row) {
        expectedInterfaces.add(row);
    }

    /** The server's name of a row that was inserted, or null if there is no such row. */
    @Nullable
    UUID insertedUuid(UUID here) {
        return insertedUuids.get(here);
    }

    /** The value of {@code next_cfg} after the commit; {@code cur_cfg} will follow it. */
    long nextConfiguration() {
        return nextConfiguration;
    }

    /** The commands with their output, when all have run. */
    List<Context> contexts() {
        return contexts;
    }

    /**
     * Runs the commands and commits.
     *
     * @throws Fatal when a command cannot be carried out, or the server refuses
     * @throws Disconnected when the connection ends
     */
    Outcome run(List<Command> commands, Session session) throws Disconnected {
        try {
            if (!runAll(commands)) {
                return Outcome.AGAIN;
            }
            symbols.check(log);
            Operations operations = new Operations(transaction, replica);
            if (!operations.isChanging()) {
                return Outcome.UNCHANGED;
            }
            transaction.revert();
            String complaint = Utf8.complaint(operations.toJson());
            if (complaint != null) {
                // The stock tool sends such bytes, and the server says this; JSON of ours has no way to say them.
                return settle(refused(complaint), operations);
            }
            return settle(session.transact(operations.toJson()), operations);
        } finally {
            transaction.revert();
        }
    }

    private boolean runAll(List<Command> commands) {
        for (int i = 0; i < commands.size(); i++) {
            Command command = commands.get(i);
            Context context = new Context(this, command, i == commands.size() - 1);
            command.syntax().run().run(context);
            contexts.add(context);
            if (context.mustWait()) {
                return false;
            }
        }
        return true;
    }

    private Outcome settle(JsonRpcMessage.Response response, Operations operations) {
        return switch (response) {
            case JsonRpcMessage.Failure(JsonNode error, var _) -> {
                if (error.isString() && error.stringValue().equals("canceled")) {
                    yield Outcome.AGAIN;
                }
                throw refusal(error);
            }
            case JsonRpcMessage.Reply(JsonNode result, var _) -> settle(result, operations);
        };
    }

    private Outcome settle(JsonNode results, Operations operations) {
        if (!(results instanceof ArrayNode)) {
            throw refusal(results);
        }
        JsonNode wrong = null;
        boolean again = false;
        for (JsonNode result : results) {
            String error = result.path("error").asString("");
            switch (error) {
                case "" -> again |= result.isNull();
                case "timed out", "unknown database" -> again = true;
                case "aborted" -> {
                    // What a dry run asks for.
                }
                default -> {
                    log.warn(Log.REPLICA, "transaction error: " + Json.text(result));
                    wrong = wrong == null ? result : wrong;
                }
            }
        }
        if (wrong != null) {
            throw refusal(wrong);
        }
        if (again) {
            return Outcome.AGAIN;
        }
        readResults(results, operations);
        return Outcome.COMMITTED;
    }

    private static ArrayNode refused(String complaint) {
        return JsonNodeFactory.instance
                .arrayNode()
                .add(OvsdbError.of(OvsdbError.CONSTRAINT_VIOLATION, complaint).toJson());
    }

    private static Fatal refusal(JsonNode error) {
        return new Fatal("transaction error: " + Json.text(error));
    }

    private void readResults(JsonNode results, Operations operations) {
        operations.insertions().forEach((here, index) -> {
            UUID uuid = Uuids.parse(results.path(index).path("uuid").path(1).asString(""));
            if (uuid != null) {
                insertedUuids.put(here, uuid);
            }
        });
        if (operations.countedAt() >= 0) {
            JsonNode row = results.path(operations.countedAt()).path("rows").path(0);
            nextConfiguration = row.path("next_cfg").asLong(0);
        }
    }

    /** Completes the commands' output with what is known only after the commit. */
    void finish() {
        for (Context context : contexts) {
            context.command().syntax().finish().run(context);
        }
    }

    /** Whether the switch has taken the configuration over, going by the local copy. */
    boolean isConfigured() {
        for (Row row : replica.rows(ROOT)) {
            if (Objects.requireNonNullElse(row.integer("cur_cfg"), 0L) >= nextConfiguration) {
                return true;
            }
        }
        return false;
    }

    /** The new interfaces that the switch could not set up: what to say of each. */
    List<String> interfaceErrors() {
        List<String> errors = new ArrayList<>();
        for (Row expected : expectedInterfaces) {
            UUID uuid = insertedUuid(expected.uuid());
            Row row = uuid == null ? null : replica.row("Interface", uuid);
            if (row == null) {
                continue;
            }
            Long port = row.integer("ofport");
            if (port == null || port == -1) {
                String error = row.text("error");
                errors.add("Error detected while setting up '" + row.name() + "'"
                        + (error == null || error.isEmpty() ? "" : ": " + error)
                        + ".  See ovs-vswitchd log for details.");
            }
        }
        return errors;
    }
}
