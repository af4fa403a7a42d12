package dev.culvert.unixctl;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonRpcChannel;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.jsonrpc.JsonText;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Streams;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** The caller's end of a control socket. */
public final class UnixctlClient implements UnixctlCaller, Closeable {
    private final JsonRpcChannel channel;

    private UnixctlClient(JsonRpcChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects to a daemon.
     *
     * @throws StreamException with the C library's words for what went wrong
     */
    public static UnixctlClient connect(Path socket) throws StreamException {
        StreamAddress.Unix address = new StreamAddress.Unix(socket, "unix:" + socket);
        return new UnixctlClient(new JsonRpcChannel(Streams.connect(address, Duration.ZERO), JsonLimits.DEFAULT));
    }

    /**
     * Has a command carried out and waits for it.
     *
     * @return the daemon's answer
     * @throws UnixctlException if the daemon refuses, with what it says
     * @throws EOFException if it closes the connection without an answer
     * @throws IOException if the connection fails
     */
    @Override
    public String call(String command, List<String> arguments) throws IOException, UnixctlException {
        ArrayNode parameters = JsonNodeFactory.instance.arrayNode();
        arguments.forEach(parameters::add);
        JsonNode id = JsonNodeFactory.instance.numberNode(0L);
        channel.send(new JsonRpcMessage.Request(command, parameters, id));
        return switch (channel.receive()) {
            case JsonRpcMessage.Reply reply -> text(reply.result());
            case JsonRpcMessage.Failure failure -> throw new UnixctlException(text(failure.error()));
            case null -> throw new EOFException("End of file");
            default -> throw new IOException("Protocol error");
        };
    }

    private static String text(JsonNode value) {
        return value.isString() ? value.stringValue() : JsonText.of(value);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
