package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcConnection;
import dev.culvert.jsonrpc.JsonRpcHandler;
import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.data.MemberParser;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * One client. Its messages arrive in the thread of its connection, which waits while too many of them are not handled yet: so a
 * client that asks faster than the server answers slows down nobody but itself. Everything else is done by the server's thread.
 */
final class ServerSession implements JsonRpcHandler {
    private static final Logger LOG = System.getLogger("ovsdb_jsonrpc_server");

    /** Messages of one client that may wait for the server's thread. */
    private static final int MAX_QUEUED = 16;

    /** How long the server's thread may take for the last messages of a client. */
    private static final Duration LONGEST_PARTING = Duration.ofSeconds(10);

    private final ServerCore core;
    private final Semaphore permits = new Semaphore(MAX_QUEUED);
    private final Map<JsonNode, Monitor> monitors = new LinkedHashMap<>();
    private final Map<JsonNode, PendingTransaction> pending = new LinkedHashMap<>();
    private final Set<String> locks = new LinkedHashSet<>();
    private final Set<String> stolen = new HashSet<>();
    private final long bornNanos = System.nanoTime();
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    private volatile @Nullable JsonRpcConnection connection;
    private boolean changeAware;
    private boolean over;

    ServerSession(ServerCore core) {
        this.core = core;
    }

    /** Tells the session its connection. */
    void attach(JsonRpcConnection fresh) {
        connection = fresh;
        var _ = fresh.closed().thenAccept(closed::complete);
    }

    /** Completes with the reason when the connection is over. */
    CompletableFuture<String> closed() {
        return closed;
    }

    /** How long the client has been there. */
    Duration age() {
        return Duration.ofNanos(System.nanoTime() - bornNanos);
    }

    /** Asks the client after so much silence from now on; zero for never. */
    void setProbeInterval(Duration interval) {
        JsonRpcConnection current = connection;
        if (current != null) {
            current.setProbeInterval(interval);
        }
    }

    @Override
    public void request(JsonRpcConnection from, JsonRpcMessage.Request request) {
        connection = from;
        enqueue(() -> Requests.handle(core, this, request));
    }

    @Override
    public void notification(JsonRpcConnection from, JsonRpcMessage.Notification notification) {
        connection = from;
        if (notification.method().equals("cancel") && notification.params().size() == 1) {
            JsonNode id = notification.params().get(0);
            enqueue(() -> Requests.cancel(this, id));
        }
    }

    @Override
    public void settle() {
        try {
            if (permits.tryAcquire(MAX_QUEUED, LONGEST_PARTING.toMillis(), TimeUnit.MILLISECONDS)) {
                permits.release(MAX_QUEUED);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void enqueue(Runnable work) {
        permits.acquireUninterruptibly();
        boolean taken = core.execute(() -> {
            try {
                if (!over) {
                    work.run();
                }
            } catch (OutOfMemoryError e) {
                // What needs much memory comes before a transaction takes effect, so that nothing is half done.
                LOG.log(Level.ERROR, "no memory for a client\'s request, closing its connection");
                close("connection dropped (Cannot allocate memory)");
            } finally {
                permits.release();
            }
        });
        if (!taken) {
            permits.release();
        }
    }

    @Override
    public void closed(JsonRpcConnection from, String reason) {
        core.execute(this::end);
    }

    private void end() {
        if (over) {
            return;
        }
        over = true;
        monitors.values().forEach(monitor -> monitor.database().remove(monitor));
        monitors.clear();
        pending.values().forEach(core::drop);
        pending.clear();
        Set.copyOf(locks).forEach(this::releaseLock);
        core.remove(this);
    }

    /** Ends the connection. */
    void close(String reason) {
        JsonRpcConnection current = connection;
        if (current != null) {
            current.close(reason);
        }
    }

    /** Bytes that the client has not read yet. */
    long backlogBytes() {
        JsonRpcConnection current = connection;
        return current == null ? 0 : current.backlogBytes();
    }

    void send(JsonRpcMessage message) {
        JsonRpcConnection current = connection;
        if (current != null) {
            current.send(message);
        }
    }

    /** Sends a message that is text already, and that others may be sent too. */
    void send(byte[] message) {
        JsonRpcConnection current = connection;
        if (current != null) {
            current.send(message);
        }
    }

    void notify(String method, ArrayNode params) {
        send(new JsonRpcMessage.Notification(method, params));
    }

    ServerCore core() {
        return core;
    }

    Map<JsonNode, Monitor> monitors() {
        return monitors;
    }

    Map<JsonNode, PendingTransaction> pending() {
        return pending;
    }

    void completed(PendingTransaction transaction) {
        pending.remove(transaction.request().id(), transaction);
    }

    Set<String> locks() {
        return locks;
    }

    boolean holdsLock(String lock) {
        return core.locks().holds(this, lock);
    }

    /** Remembers that the client took a lock from whoever had it: if it does not hold it now, somebody did the same to it. */
    void hasTaken(String lock) {
        stolen.add(lock);
    }

    /** Whether the client took that lock, at some time, from whoever had it. */
    boolean hasStolen(String lock) {
        return stolen.contains(lock);
    }

    /** Lets go of a lock and tells who has it now. */
    void releaseLock(String lock) {
        locks.remove(lock);
        stolen.remove(lock);
        ServerSession heir = core.locks().unlock(this, lock);
        if (heir != null) {
            heir.notify("locked", Requests.params(lock));
        }
    }

    /** Whether the client watches _Server for changes of databases, and need not be disconnected to notice them. */
    boolean isChangeAware() {
        return changeAware;
    }

    void setChangeAware(boolean aware) {
        changeAware = aware;
    }

    /** Whether a string may name a lock. */
    static boolean isLockName(JsonNode json) {
        return json.isString() && MemberParser.isId(json.stringValue());
    }
}
