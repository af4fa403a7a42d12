package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.JsonRpcChannel;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A conversation with a database server: the local copy is filled and kept true, transactions are sent. All of it is done by
 * the caller's thread.
 */
final class Session implements AutoCloseable {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String NO_TRANSACTION = "00000000-0000-0000-0000-000000000000";
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(8);

    private final Connector connector;
    private final Replica replica;
    private final ObjectNode requests;
    private final Deadline deadline;
    private @Nullable JsonRpcChannel channel;
    private long lastId;

    /**
     * A session without a connection.
     *
     * @param connector makes the connection
     * @param replica the copy to fill
     * @param wanted what to fill it with
     * @param deadline ends the session
     */
    Session(Connector connector, Replica replica, WantedColumns wanted, Deadline deadline) {
        this.connector = connector;
        this.replica = replica;
        this.requests = wanted.toMonitorRequests(replica.schema());
        this.deadline = deadline;
    }

    /** The local copy. */
    Replica replica() {
        return replica;
    }

    /**
     * Connects and fills the copy.
     *
     * @param patient whether to try again for ever, with pauses that grow
     * @throws Disconnected when there is no connection to be had
     * @throws Fatal when the time is over
     */
    void open(boolean patient) throws Disconnected {
        Duration pause = FIRST_PAUSE;
        while (true) {
            try {
                close();
                channel = connector.connect();
                monitor();
                return;
            } catch (Disconnected e) {
                checkTime();
                if (!patient) {
                    throw e;
                }
                deadline.pause(pause);
                checkTime();
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) < 0 ? doubled : LONGEST_PAUSE;
            }
        }
    }

    /** The newest kind of monitor that the server knows; each has its own form of what it says at first. */
    private void monitor() throws Disconnected {
        String database = replica.schema().name();
        JsonRpcMessage.Response response = request(
                "monitor_cond_since",
                NODES.arrayNode().add(database).add(database).add(requests).add(NO_TRANSACTION));
        if (isUnknownMethod(response)) {
            response = request(
                    "monitor_cond",
                    NODES.arrayNode().add(database).add(database).add(requests));
        }
        if (isUnknownMethod(response)) {
            response = request(
                    "monitor", NODES.arrayNode().add(database).add(database).add(requests));
        }
        switch (response) {
            case JsonRpcMessage.Reply(JsonNode result, var _) -> {
                replica.clear();
                replica.apply(result.isArray() ? result.path(2) : result);
            }
            // A server that has no such database is no better than none.
            case JsonRpcMessage.Failure _ -> throw new Disconnected("");
        }
    }

    private static boolean isUnknownMethod(JsonRpcMessage.Response response) {
        return response instanceof JsonRpcMessage.Failure(JsonNode error, var _)
                && (error.isString() ? error.stringValue() : error.path("error").asString("")).equals("unknown method");
    }

    /**
     * Sends operations.
     *
     * @return the reply, to each operation a result or an error
     * @throws Disconnected when the connection ends before the reply; it is not known then whether they were done
     */
    JsonRpcMessage.Response transact(ArrayNode operations) throws Disconnected {
        ArrayNode params = NODES.arrayNode().add(replica.schema().name());
        params.addAll(operations);
        return request("transact", params);
    }

    private JsonRpcMessage.Response request(String method, ArrayNode params) throws Disconnected {
        long id = ++lastId;
        send(new JsonRpcMessage.Request(method, params, NODES.numberNode(id)));
        while (true) {
            JsonRpcMessage message = receive();
            if (message instanceof JsonRpcMessage.Response response
                    && response.id().asLong(-1) == id) {
                return response;
            }
        }
    }

    /**
     * Waits until the server has said something, and takes it in.
     *
     * @throws Disconnected when the connection ends
     * @throws Fatal when the time is over
     */
    void await() throws Disconnected {
        receive();
    }

    private JsonRpcMessage receive() throws Disconnected {
        JsonRpcMessage message;
        try {
            message = channel().receive();
        } catch (IOException e) {
            throw lost(e);
        }
        checkTime();
        switch (message) {
            case null -> throw new Disconnected("End of file");
            case JsonRpcMessage.Request(String method, ArrayNode params, JsonNode id) -> {
                if (method.equals("echo")) {
                    send(new JsonRpcMessage.Reply(params, id));
                }
            }
            case JsonRpcMessage.Notification(String method, ArrayNode params) -> {
                if (method.startsWith("update")) {
                    replica.apply(params.path(params.size() - 1));
                }
            }
            case JsonRpcMessage.Response _ -> {
                // Whoever asked looks at it.
            }
        }
        return message;
    }

    private void send(JsonRpcMessage message) throws Disconnected {
        try {
            channel().send(message);
        } catch (IOException e) {
            throw lost(e);
        }
    }

    private JsonRpcChannel channel() throws Disconnected {
        JsonRpcChannel open = channel;
        if (open == null) {
            throw new Disconnected("Transport endpoint is not connected");
        }
        return open;
    }

    private Disconnected lost(IOException e) {
        checkTime();
        return new Disconnected(StreamException.reasonOf(e));
    }

    private void checkTime() {
        if (deadline.isOver()) {
            throw Fatal.exit(Fatal.TIMED_OUT);
        }
    }

    @Override
    public void close() {
        JsonRpcChannel open = channel;
        if (open != null) {
            channel = null;
            deadline.release(open);
        }
    }
}
