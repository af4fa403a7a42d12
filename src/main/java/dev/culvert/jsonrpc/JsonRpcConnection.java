package dev.culvert.jsonrpc;

import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * A JSON-RPC connection with threads of its own: a reader that hands messages to a {@link JsonRpcHandler}, a writer
 * behind a bounded queue, so that sending never blocks, and, if asked for, a prober. Both peers may call each other.
 * {@code echo} is answered by itself (RFC 7047, section 4.1.11).
 *
 * <p>All methods may be called from any thread.
 */
public final class JsonRpcConnection implements Closeable {
    private static final Logger LOG = System.getLogger("jsonrpc");

    private static final String PROBE_ID = "echo";

    /** How long a peer that says nothing more may take to read what it asked for before. */
    private static final Duration PARTING = Duration.ofSeconds(1);

    private final Stream stream;
    private final JsonRpcOptions options;
    private final JsonRpcHandler handler;
    private final SendQueue queue;
    private final AtomicLong nextId = new AtomicLong();
    private final Map<Long, Call> calls = new ConcurrentHashMap<>();
    private final AtomicReference<String> reason = new AtomicReference<>();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private final AtomicReference<@Nullable Thread> prober = new AtomicReference<>();
    private volatile long lastReceivedNanos = System.nanoTime();

    private record Call(String method, CompletableFuture<JsonNode> answer) {}

    private JsonRpcConnection(Stream stream, JsonRpcOptions options, JsonRpcHandler handler) {
        this.stream = stream;
        this.options = options;
        this.handler = handler;
        this.queue = new SendQueue(options.maxBacklogBytes());
    }

    /** Begins to speak over {@code stream}, which from now on belongs to the connection. */
    public static JsonRpcConnection start(Stream stream, JsonRpcOptions options, JsonRpcHandler handler) {
        JsonRpcConnection connection = new JsonRpcConnection(stream, options, handler);
        Thread.ofVirtual().start(connection::read);
        Thread.ofVirtual().start(connection::write);
        connection.setProbeInterval(options.probeInterval());
        return connection;
    }

    /** Asks the peer after so much silence from now on, and closes the connection after as much again; zero for never. */
    public void setProbeInterval(Duration interval) {
        Thread fresh = interval.isPositive() ? Thread.ofVirtual().unstarted(() -> probe(interval)) : null;
        Thread former = prober.getAndSet(fresh);
        if (former != null) {
            former.interrupt();
        }
        if (fresh != null) {
            fresh.start();
        }
    }

    /** The peer's name for logs. */
    public String peer() {
        return stream.peer();
    }

    /** Bytes that wait because the peer does not read them. */
    public long backlogBytes() {
        return queue.backlog();
    }

    /** Completes with the reason when the connection is over and its handler knows. */
    public CompletableFuture<String> closed() {
        return closed.copy();
    }

    /**
     * Calls the peer.
     *
     * @return the result; fails with {@link JsonRpcException} if the peer answers with an error and with
     *     {@link IOException} if the connection ends before it answers. It is completed by the reader: what depends on
     *     it must not block
     */
    public CompletableFuture<JsonNode> call(String method, ArrayNode params) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        if (calls.size() >= options.maxCalls()) {
            answer.completeExceptionally(new IOException(peer() + ": too many calls without an answer"));
            return answer;
        }
        long id = nextId.getAndIncrement();
        calls.put(id, new Call(method, answer));
        send(new JsonRpcMessage.Request(method, params, JsonNodeFactory.instance.numberNode(id)));
        // Not before: had the connection ended in between, nobody would complete this one.
        String over = reason.get();
        if (over != null) {
            failCall(id, over);
        }
        return answer;
    }

    /** Tells the peer something. */
    public void sendNotification(String method, ArrayNode params) {
        send(new JsonRpcMessage.Notification(method, params));
    }

    /** Answers a request of the peer's. */
    public void reply(JsonRpcMessage.Request request, JsonNode result) {
        send(new JsonRpcMessage.Reply(result, request.id()));
    }

    /** Answers a request of the peer's with an error. */
    public void fail(JsonRpcMessage.Request request, JsonNode error) {
        send(new JsonRpcMessage.Failure(error, request.id()));
    }

    /** Queues any message. Nothing happens if the connection is over; it is over afterwards if the peer reads nothing. */
    public void send(JsonRpcMessage message) {
        send(JsonText.bytes(message.toJson()));
    }

    /** Queues a message that is text already, as {@link #send(JsonRpcMessage)} does; the array must not change any more. */
    public void send(byte[] message) {
        if (queue.offer(message) == SendQueue.Offer.FULL) {
            close("peer does not read, more than " + options.maxBacklogBytes() + " bytes wait for it");
        }
    }

    /** Ends the connection; what still waits to be sent is dropped. */
    @Override
    public void close() {
        close("connection closed");
    }

    /**
     * Ends the connection.
     *
     * @param why what the handler is told, unless it is over for another reason already
     */
    public void close(String why) {
        if (!reason.compareAndSet(null, why)) {
            return;
        }
        queue.close();
        try {
            stream.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "{0}: {1}", peer(), e.getMessage());
        }
    }

    private void read() {
        try (JsonReader reader = new JsonReader(stream.in(), options.limits())) {
            read(reader);
        } catch (IOException e) {
            close("connection dropped (" + StreamException.reasonOf(e) + ")");
        } catch (OutOfMemoryError e) {
            LOG.log(Level.ERROR, "{0}: no memory for a message", peer());
            close("connection dropped (Cannot allocate memory)");
        } catch (RuntimeException | StackOverflowError e) {
            LOG.log(Level.ERROR, peer() + ": failed to handle a message", e);
            close("connection dropped (internal error)");
        } finally {
            finish();
        }
    }

    private void read(JsonReader reader) throws IOException {
        try {
            for (JsonNode json = reader.next(); json != null; json = reader.next()) {
                lastReceivedNanos = System.nanoTime();
                dispatch(JsonRpcMessage.from(json));
            }
            part();
            close("connection closed by peer");
        } catch (JsonException e) {
            if (reason.get() == null) {
                LOG.log(Level.WARNING, "{0}: received bad JSON-RPC message: {1}", peer(), e.getMessage());
            }
            part();
            close("connection dropped (Protocol error)");
        }
    }

    /** Lets a peer have its answers that has closed its own direction only: so do scripts that pipe requests into a socket. */
    private void part() {
        if (reason.get() == null) {
            handler.settle();
            queue.awaitEmpty(PARTING);
        }
    }

    private void dispatch(JsonRpcMessage message) {
        switch (message) {
            case JsonRpcMessage.Request request -> {
                if (request.method().equals("echo")) {
                    reply(request, request.params());
                } else {
                    handler.request(this, request);
                }
            }
            case JsonRpcMessage.Notification notification -> handler.notification(this, notification);
            case JsonRpcMessage.Response response -> answered(response);
        }
    }

    private void answered(JsonRpcMessage.Response response) {
        JsonNode id = response.id();
        Call call = id.isIntegralNumber() && id.canConvertToLong() ? calls.remove(id.longValue()) : null;
        if (call == null) {
            if (!(id.isString() && id.stringValue().equals(PROBE_ID))) {
                LOG.log(Level.DEBUG, "{0}: received an answer that nothing waits for", peer());
            }
            return;
        }
        switch (response) {
            case JsonRpcMessage.Reply reply -> call.answer().complete(reply.result());
            case JsonRpcMessage.Failure failure ->
                call.answer().completeExceptionally(new JsonRpcException(call.method(), failure.error()));
        }
    }

    private void write() {
        try {
            queue.drainTo(stream.out());
        } catch (IOException e) {
            close("connection dropped (" + StreamException.reasonOf(e) + ")");
        }
    }

    private void probe(Duration interval) {
        long intervalNanos = interval.toNanos();
        boolean asked = false;
        long heardNanos = lastReceivedNanos;
        long waitNanos = intervalNanos;
        while (reason.get() == null) {
            if (waitForEnd(waitNanos)) {
                return;
            }
            if (lastReceivedNanos != heardNanos) {
                asked = false;
                heardNanos = lastReceivedNanos;
                waitNanos = Math.max(1, intervalNanos - (System.nanoTime() - heardNanos));
            } else if (!asked) {
                asked = true;
                waitNanos = intervalNanos;
                send(new JsonRpcMessage.Request(
                        "echo", JsonNodeFactory.instance.arrayNode(), JsonNodeFactory.instance.stringNode(PROBE_ID)));
            } else {
                String seconds = String.format(Locale.ROOT, "%d", interval.toSeconds());
                close("no response to inactivity probe after " + seconds + " seconds, disconnecting");
            }
        }
    }

    /** Sleeps, but not beyond the connection's end; true if that came. */
    private boolean waitForEnd(long nanos) {
        try {
            closed.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (java.util.concurrent.TimeoutException e) {
            return false;
        } catch (InterruptedException | java.util.concurrent.ExecutionException e) {
            return true;
        }
    }

    private void finish() {
        close("connection closed");
        String why = reason.get();
        String text = why == null ? "connection closed" : why;
        calls.keySet().forEach(id -> failCall(id, text));
        try {
            handler.closed(this, text);
        } finally {
            closed.complete(text);
        }
    }

    private void failCall(long id, String why) {
        Call call = calls.remove(id);
        if (call != null) {
            call.answer().completeExceptionally(new IOException(peer() + ": " + why));
        }
    }
}
