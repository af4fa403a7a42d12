package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonRpcChannel;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.stream.Stream;
import dev.culvert.stream.Streams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** A client that sends what it is told and shows all that comes back. */
final class RawClient implements AutoCloseable {
    private static final int PATIENCE_SECONDS = 10;

    private final JsonRpcChannel channel;
    private int nextId;

    RawClient(Path socket) throws IOException {
        this(Streams.connect(GenuineServer.address(socket), Duration.ofSeconds(5)));
    }

    RawClient(Stream stream) {
        channel = new JsonRpcChannel(stream, JsonLimits.DEFAULT);
    }

    /** Sends a request and does not wait. */
    JsonNode send(String method, String params) throws Exception {
        JsonNode id = JsonNodeFactory.instance.numberNode(nextId++);
        channel.send(new JsonRpcMessage.Request(method, (ArrayNode) Json.parse(params), id));
        return id;
    }

    /** Sends a notification. */
    void tell(String method, String params) throws Exception {
        channel.send(new JsonRpcMessage.Notification(method, (ArrayNode) Json.parse(params)));
    }

    /** The next message. */
    JsonRpcMessage receive() throws IOException {
        while (true) {
            JsonRpcMessage message = channel.receive();
            if (message == null) {
                throw new IOException("connection closed");
            }
            if (message instanceof JsonRpcMessage.Request(String method, ArrayNode params, JsonNode id)
                    && method.equals("echo")) {
                channel.send(new JsonRpcMessage.Reply(params, id));
            } else {
                return message;
            }
        }
    }

    /** Sends a request and returns all messages up to its answer. */
    List<JsonRpcMessage> exchange(String method, String params) throws Exception {
        CompletableFuture<Void> watchdog = CompletableFuture.runAsync(
                this::close, CompletableFuture.delayedExecutor(PATIENCE_SECONDS, TimeUnit.SECONDS));
        try {
            return answer(send(method, params));
        } catch (IOException e) {
            throw new IOException("no answer to " + method + " " + params, e);
        } finally {
            watchdog.cancel(false);
        }
    }

    private List<JsonRpcMessage> answer(JsonNode id) throws IOException {
        List<JsonRpcMessage> messages = new ArrayList<>();
        while (true) {
            JsonRpcMessage message = receive();
            messages.add(message);
            if (message instanceof JsonRpcMessage.Response response
                    && Json.text(response.id()).equals(Json.text(id))) {
                return messages;
            }
        }
    }

    /** Sends a request and returns its result. */
    JsonNode call(String method, String params) throws Exception {
        return switch (exchange(method, params).getLast()) {
            case JsonRpcMessage.Reply reply -> reply.result();
            case JsonRpcMessage.Failure failure -> failure.error();
            default -> throw new IOException("no answer");
        };
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
