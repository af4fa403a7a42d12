package dev.culvert.ovsdb.client;

import dev.culvert.jsonrpc.JsonRpcConnection;
import dev.culvert.jsonrpc.JsonRpcHandler;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Uuids;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.StringNode;

/**
 * One connection to a server: asks for the schema, then for the rows in the newest way that the server knows
 * (monitor_cond_since, monitor_cond, monitor), and passes on what follows. Whatever arrives is handled by tasks of the executor.
 */
final class Session implements JsonRpcHandler {
    private static final Logger LOG = System.getLogger("ovsdb_cs");

    /** The ways to ask for rows, best first. */
    private enum Way {
        MONITOR_COND_SINCE("monitor_cond_since"),
        MONITOR_COND("monitor_cond"),
        MONITOR("monitor");

        final String method;

        Way(String method) {
            this.method = method;
        }
    }

    private final ClientState state;
    private final Executor executor;
    private volatile @Nullable JsonRpcConnection connection;
    private volatile boolean live;

    /** Whether rows are being sent; updates that overtake the first answer wait in {@link #early}. */
    private boolean begun;

    private final List<JsonRpcMessage.Notification> early = new ArrayList<>();

    /** Locks that were asked for, and whether a notification, which is newer than the answer, has spoken of them. */
    private final Map<String, Boolean> lockNews = new HashMap<>();

    Session(ClientState state, Executor executor) {
        this.state = state;
        this.executor = executor;
    }

    /** Whether a complete copy was made. */
    boolean wasCurrent() {
        return live;
    }

    void begin(JsonRpcConnection fresh) {
        connection = fresh;
        ArrayNode params = JsonNodeFactory.instance.arrayNode().add(state.database());
        call("get_schema", params, this::gotSchema, this::give);
    }

    void close(String reason) {
        JsonRpcConnection current = connection;
        if (current != null) {
            current.close(reason);
        }
    }

    CompletableFuture<JsonNode> call(String method, ArrayNode params) {
        JsonRpcConnection current = connection;
        return current == null
                ? CompletableFuture.failedFuture(new IOException("not connected"))
                : current.call(method, params);
    }

    @FunctionalInterface
    private interface Answered {
        void with(JsonNode result) throws OvsdbException;
    }

    @FunctionalInterface
    private interface Failed {
        void with(Throwable failure);
    }

    private void call(String method, ArrayNode params, Answered answered, Failed failed) {
        CompletableFuture<JsonNode> answer = call(method, params);
        var _ = answer.whenComplete((result, failure) -> executor.execute(() -> {
            if (failure != null) {
                failed.with(failure);
            } else {
                attempt(() -> answered.with(result));
            }
        }));
    }

    @FunctionalInterface
    private interface Attempt {
        void run() throws OvsdbException;
    }

    /** Does something that the server's data may make fail; then they are fetched anew over another connection. */
    private void attempt(Attempt work) {
        try {
            work.run();
        } catch (OvsdbException e) {
            state.setLastTransaction(Atom.ZERO_UUID);
            give(e);
        }
    }

    private void give(Throwable failure) {
        JsonRpcConnection current = connection;
        String peer = current == null ? "" : current.peer();
        LOG.log(Level.WARNING, "{0}: {1}", peer, failure.getMessage());
        close(String.valueOf(failure.getMessage()));
    }

    private void gotSchema(JsonNode json) throws OvsdbException {
        DatabaseSchema fresh = DatabaseSchema.parse(json);
        DatabaseSchema known = state.replica().schema();
        boolean same = known != null && known.toJson().equals(fresh.toJson());
        if (!same) {
            state.setLastTransaction(Atom.ZERO_UUID);
        }
        monitor(same && known != null ? known : fresh, Way.MONITOR_COND_SINCE);
    }

    private void monitor(DatabaseSchema schema, Way way) {
        ArrayNode params = JsonNodeFactory.instance.arrayNode();
        params.add(state.database());
        params.addArray().add("monid").add(state.database());
        params.add(state.monitorRequests(schema));
        if (way == Way.MONITOR_COND_SINCE) {
            params.add(state.lastTransaction().toString());
        }
        call(way.method, params, result -> gotRows(schema, way, result), failure -> {
            switch (way) {
                case MONITOR_COND_SINCE -> monitor(schema, Way.MONITOR_COND);
                case MONITOR_COND -> monitor(schema, Way.MONITOR);
                case MONITOR -> give(failure);
            }
        });
    }

    private void gotRows(DatabaseSchema schema, Way way, JsonNode result) throws OvsdbException {
        if (way == Way.MONITOR_COND_SINCE) {
            UUID id = Uuids.parse(result.path(1).stringValue(""));
            boolean found = result.path(0).booleanValue(false);
            state.setLastTransaction(id == null ? Atom.ZERO_UUID : id);
            state.begin(schema, found, result.path(2), false);
        } else {
            state.setLastTransaction(Atom.ZERO_UUID);
            state.begin(schema, false, result, way == Way.MONITOR);
        }
        begun = true;
        live = true;
        for (JsonRpcMessage.Notification notification : early) {
            update(notification);
        }
        early.clear();
        state.wantedLocks().forEach(this::lock);
    }

    /** Asks for a lock, once; a task of the executor. */
    void lock(String name) {
        if (!begun || lockNews.containsKey(name)) {
            return;
        }
        lockNews.put(name, false);
        call(
                "lock",
                JsonNodeFactory.instance.arrayNode().add(name),
                result -> {
                    if (lockNews.getOrDefault(name, false)) {
                        return; // news that are younger have come already
                    }
                    if (result.path("locked").booleanValue(false)) {
                        state.setLock(name, true);
                    } else {
                        state.contended(name);
                    }
                },
                failure -> LOG.log(Level.WARNING, "lock {0}: {1}", name, failure.getMessage()));
    }

    @Override
    public void request(JsonRpcConnection from, JsonRpcMessage.Request request) {
        from.fail(request, StringNode.valueOf("unknown method"));
    }

    @Override
    public void notification(JsonRpcConnection from, JsonRpcMessage.Notification notification) {
        executor.execute(() -> attempt(() -> {
            switch (notification.method()) {
                case "locked", "stolen" -> {
                    String name = notification.params().path(0).stringValue("");
                    lockNews.computeIfPresent(name, (_, _) -> true);
                    if (notification.method().equals("locked")) {
                        state.setLock(name, true);
                    } else {
                        state.contended(name);
                    }
                }
                case "update", "update2", "update3" -> {
                    if (begun) {
                        update(notification);
                    } else {
                        early.add(notification);
                    }
                }
                // The database was converted: everything has to be asked for again.
                case "monitor_canceled" -> close("monitor canceled");
                default -> LOG.log(Level.DEBUG, "unknown notification {0}", notification.method());
            }
        }));
    }

    private void update(JsonRpcMessage.Notification notification) throws OvsdbException {
        ArrayNode params = notification.params();
        if (notification.method().equals("update3")) {
            UUID id = Uuids.parse(params.path(1).stringValue(""));
            state.setLastTransaction(id == null ? Atom.ZERO_UUID : id);
            state.update(params.path(2), false);
        } else {
            state.update(params.path(1), notification.method().equals("update"));
        }
    }

    @Override
    public void closed(JsonRpcConnection from, String reason) {
        executor.execute(() -> state.disconnected(reason));
    }
}
