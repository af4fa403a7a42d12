package dev.culvert.unixctl;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonRpcChannel;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The daemon's end of the control socket: JSON-RPC on a Unix socket, a virtual thread for each connection, one command
 * after the other on each.
 */
public final class UnixctlServer implements Closeable {
    private static final Logger LOG = System.getLogger("unixctl");

    /** More than any operator opens; without a bound, who may open the socket could use up all descriptors. */
    private static final int MAX_CONNECTIONS = 100;

    private static final Duration PAUSE_AFTER_FAILURE = Duration.ofMillis(100);

    private static final Duration GRACE = Duration.ofSeconds(1);

    private final UnixctlCommands commands;
    private final StreamListener listener;
    private final Path path;
    private final Set<Stream> connections = ConcurrentHashMap.newKeySet();
    private final AtomicInteger answering = new AtomicInteger();

    private UnixctlServer(Path path, StreamListener listener, UnixctlCommands commands) {
        this.path = path;
        this.listener = listener;
        this.commands = commands;
    }

    /**
     * Opens the socket and serves it until it is closed.
     *
     * @throws StreamException if it cannot be opened
     */
    public static UnixctlServer start(Path path, UnixctlCommands commands) throws StreamException {
        StreamListener listener = Streams.listen(new StreamAddress.PassiveUnix(path, "punix:" + path));
        UnixctlServer server = new UnixctlServer(path, listener, commands);
        Thread.ofVirtual().start(server::accept);
        return server;
    }

    /** The socket's default name, {@code <run directory>/<program>.<pid>.ctl}. */
    public static Path defaultPath(Path runDirectory, String program) {
        return runDirectory.resolve(program + "." + ProcessHandle.current().pid() + ".ctl");
    }

    /** Where the socket is. */
    public Path path() {
        return path;
    }

    private void accept() {
        while (true) {
            try {
                Stream stream = listener.accept();
                if (connections.size() >= MAX_CONNECTIONS) {
                    LOG.log(Level.WARNING, "{0}: too many connections, closing one", path);
                    stream.close();
                } else {
                    connections.add(stream);
                    Thread.ofVirtual().start(() -> serve(stream));
                }
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "{0}: accept failed: {1}", path, e.getMessage());
                // What failed once for want of descriptors would fail again at once.
                pause(PAUSE_AFTER_FAILURE);
            }
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void serve(Stream stream) {
        try {
            converse(stream, commands, answering);
        } finally {
            connections.remove(stream);
        }
    }

    /** Answers whoever is at the other end until he has nothing more to say, or nothing that makes sense. */
    static void converse(Stream stream, UnixctlCommands commands, AtomicInteger answering) {
        try (JsonRpcChannel channel = new JsonRpcChannel(stream, JsonLimits.SMALL)) {
            JsonRpcMessage message = channel.receive();
            while (message instanceof JsonRpcMessage.Request request) {
                answering.incrementAndGet();
                try {
                    channel.send(answer(commands, request));
                } finally {
                    answering.decrementAndGet();
                }
                message = channel.receive();
            }
            if (message != null) {
                LOG.log(Level.WARNING, "{0}: received a message that is no request", stream.peer());
            }
        } catch (JsonException e) {
            LOG.log(Level.WARNING, "{0}: received bad JSON-RPC message: {1}", stream.peer(), e.getMessage());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", stream.peer(), e.getMessage());
        }
    }

    private static JsonRpcMessage answer(UnixctlCommands commands, JsonRpcMessage.Request request) {
        LOG.log(Level.DEBUG, "received request {0}, id={1}", request.method(), request.id());
        JsonNodeFactory nodes = JsonNodeFactory.instance;
        try {
            String text = commands.execute(request.method(), request.params()).get();
            return new JsonRpcMessage.Reply(nodes.stringNode(withLineEnd(text)), request.id());
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            String text = cause == null ? "unknown error" : String.valueOf(cause.getMessage());
            return new JsonRpcMessage.Failure(nodes.stringNode(withLineEnd(text)), request.id());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new JsonRpcMessage.Failure(nodes.stringNode("interrupted\n"), request.id());
        }
    }

    private static String withLineEnd(String text) {
        return text.isEmpty() || text.endsWith("\n") ? text : text + "\n";
    }

    /**
     * Closes and removes the socket, and ends the connections; but first it gives answers a moment to leave, that to
     * the command which ended the daemon above all.
     */
    @Override
    public void close() throws IOException {
        listener.close();
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (answering.get() > 0
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            pause(Duration.ofMillis(5));
        }
        for (Stream stream : connections) {
            stream.close();
        }
    }
}
