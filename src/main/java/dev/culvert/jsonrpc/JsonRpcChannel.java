package dev.culvert.jsonrpc;

import dev.culvert.stream.Stream;
import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * JSON-RPC messages over a stream, sent and received by the caller's own thread: for command-line tools and for
 * servers that do one thing at a time. One thread may send while another receives.
 */
public final class JsonRpcChannel implements Closeable {
    private final Stream stream;
    private final JsonReader reader;

    /** Speaks over {@code stream}, which from now on belongs to the channel. */
    public JsonRpcChannel(Stream stream, JsonLimits limits) {
        this.stream = stream;
        this.reader = new JsonReader(stream.in(), limits);
    }

    /** The peer's name for logs. */
    public String peer() {
        return stream.peer();
    }

    /** Sends a message and returns when the kernel has it. */
    public void send(JsonRpcMessage message) throws IOException {
        stream.out().write(JsonText.bytes(message.toJson()));
    }

    /**
     * Waits for a message.
     *
     * @return null once the peer has closed its end
     * @throws JsonException if what came is no message; the channel is of no use then
     * @throws IOException if the stream fails
     */
    public @Nullable JsonRpcMessage receive() throws IOException {
        JsonNode json = reader.next();
        return json == null ? null : JsonRpcMessage.from(json);
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
