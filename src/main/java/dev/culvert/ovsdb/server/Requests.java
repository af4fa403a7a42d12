package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.jsonrpc.JsonRpcMessage.Request;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The requests of RFC 7047 section 4.1 and ovsdb-server(7), all but the monitors'. Run by the server's thread. */
final class Requests {
    private static final Logger LOG = System.getLogger("ovsdb_jsonrpc_server");
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Transactions, monitors, and locks that one client may have at a time, of each. */
    static final int MAX_PER_CLIENT = 1000;

    private Requests() {}

    @FunctionalInterface
    private interface Method {
        /** The answer, or null if it comes later. */
        @Nullable
        JsonNode handle(ServerCore core, ServerSession session, Request request) throws OvsdbException;
    }

    private static final Map<String, Method> METHODS = Map.ofEntries(
            Map.entry("transact", Requests::transact),
            Map.entry("convert", Requests::convert),
            Map.entry("monitor", MonitorRequests::monitor),
            Map.entry("monitor_cond", MonitorRequests::monitor),
            Map.entry("monitor_cond_since", MonitorRequests::monitor),
            Map.entry("monitor_cond_change", MonitorRequests::change),
            Map.entry("monitor_cancel", MonitorRequests::cancel),
            Map.entry("get_schema", Requests::getSchema),
            Map.entry("list_dbs", Requests::listDbs),
            Map.entry("get_server_id", Requests::getServerId),
            Map.entry("lock", Requests::lock),
            Map.entry("steal", Requests::steal),
            Map.entry("unlock", Requests::unlock),
            Map.entry("set_db_change_aware", Requests::setDbChangeAware),
            Map.entry("echo", (_, _, request) -> request.params()));

    /** Answers a request, now or later. */
    static void handle(ServerCore core, ServerSession session, Request request) {
        Method method = METHODS.get(request.method());
        if (method == null) {
            session.send(new JsonRpcMessage.Failure(NODES.stringNode("unknown method"), request.id()));
            return;
        }
        try {
            JsonNode result = method.handle(core, session, request);
            if (result != null) {
                session.send(new JsonRpcMessage.Reply(result, request.id()));
            }
        } catch (OvsdbException e) {
            session.send(new JsonRpcMessage.Failure(e.error().toJson(), request.id()));
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, request.method() + " failed", e);
            OvsdbError error = OvsdbError.of("internal error", String.valueOf(e.getMessage()));
            session.send(new JsonRpcMessage.Failure(error.toJson(), request.id()));
        }
    }

    static ArrayNode params(String only) {
        return NODES.arrayNode(1).add(only);
    }

    /** The database that the first parameter names. */
    static ServedDatabase database(ServerCore core, Request request) throws OvsdbException {
        ArrayNode params = request.params();
        if (params.isEmpty() || !params.get(0).isString()) {
            throw OvsdbException.syntax(params, request.method() + " request params must begin with <db-name>");
        }
        String name = params.get(0).stringValue();
        ServedDatabase database = core.database(name);
        if (database == null) {
            throw new OvsdbException(OvsdbError.about(
                    params, "unknown database", request.method() + " request specifies unknown database " + name));
        }
        return database;
    }

    static OvsdbException exhausted(String what) {
        return new OvsdbException("resources exhausted", "more than " + MAX_PER_CLIENT + " " + what + " of one client");
    }

    private static OvsdbException syntax(Request request, String details) {
        return OvsdbException.syntax(request.params(), request.method() + ": " + details);
    }

    private static @Nullable JsonNode transact(ServerCore core, ServerSession session, Request request)
            throws OvsdbException {
        ServedDatabase database = database(core, request);
        if (session.pending().containsKey(request.id())) {
            throw syntax(request, "duplicate request ID");
        }
        if (session.pending().size() >= MAX_PER_CLIENT) {
            throw exhausted("unanswered transactions");
        }
        PendingTransaction transaction = new PendingTransaction(session, request, core.nowMillis());
        session.pending().put(request.id(), transaction);
        database.submit(transaction, core.nowMillis());
        return null;
    }

    /** Answers a transaction that its client no longer wants. */
    static void cancel(ServerSession session, JsonNode id) {
        PendingTransaction transaction = session.pending().remove(id);
        if (transaction != null) {
            transaction.session().core().drop(transaction);
            session.send(new JsonRpcMessage.Failure(NODES.stringNode("canceled"), id));
        }
    }

    private static JsonNode convert(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        ServedDatabase database = database(core, request);
        if (request.params().size() != 2) {
            throw OvsdbException.syntax(request.params(), "array expected");
        }
        DatabaseSchema schema = DatabaseSchema.parse(request.params().get(1));
        if (!schema.name().equals(database.schema().name())) {
            throw new OvsdbException(
                    "invalid parameters",
                    "new schema name (" + schema.name() + ") does not match database name ("
                            + database.schema().name() + ")");
        }
        core.convert(database, schema, session);
        return NODES.objectNode();
    }

    private static JsonNode getSchema(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        return database(core, request).schema().toJson();
    }

    private static JsonNode listDbs(ServerCore core, ServerSession session, Request request) {
        ArrayNode names = NODES.arrayNode();
        core.databaseNames().forEach(names::add);
        return names;
    }

    private static JsonNode getServerId(ServerCore core, ServerSession session, Request request) {
        return NODES.stringNode(core.id().toString());
    }

    private static String lockName(Request request) throws OvsdbException {
        ArrayNode params = request.params();
        if (params.size() != 1 || !ServerSession.isLockName(params.get(0))) {
            throw OvsdbException.syntax(params, request.method() + " request params must be <id>");
        }
        return params.get(0).stringValue();
    }

    private static String newLockName(ServerSession session, Request request) throws OvsdbException {
        String name = lockName(request);
        if (session.locks().contains(name)) {
            throw OvsdbException.syntax(
                    request.params(), "must issue \"unlock\" before new \"" + request.method() + "\"");
        }
        if (session.locks().size() >= MAX_PER_CLIENT) {
            throw exhausted("locks");
        }
        session.locks().add(name);
        return name;
    }

    private static JsonNode lock(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        String name = newLockName(session, request);
        return locked(core.locks().lock(session, name));
    }

    private static JsonNode steal(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        String name = newLockName(session, request);
        ServerSession victim = core.locks().steal(session, name);
        session.hasTaken(name);
        if (victim != null) {
            victim.notify("stolen", params(name));
        }
        return locked(true);
    }

    private static ObjectNode locked(boolean locked) {
        return NODES.objectNode().put("locked", locked);
    }

    private static JsonNode unlock(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        String name = lockName(request);
        if (!session.locks().contains(name)) {
            throw syntax(request, "\"unlock\" without \"lock\" or \"steal\"");
        }
        session.releaseLock(name);
        return NODES.objectNode();
    }

    private static JsonNode setDbChangeAware(ServerCore core, ServerSession session, Request request)
            throws OvsdbException {
        ArrayNode params = request.params();
        if (params.size() != 1 || !params.get(0).isBoolean()) {
            throw syntax(request, "true or false parameter expected");
        }
        session.setChangeAware(params.get(0).booleanValue());
        return NODES.objectNode();
    }
}
