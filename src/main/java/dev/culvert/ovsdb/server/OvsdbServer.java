package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonRpcConnection;
import dev.culvert.jsonrpc.JsonRpcOptions;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.log.DatabaseFile;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * An OVSDB server: one database in a file, served to any number of clients together with the _Server database (RFC 7047 section 4,
 * ovsdb-server(7)). All methods may be called from any thread.
 */
public final class OvsdbServer implements Closeable {
    private static final Logger LOG = System.getLogger("ovsdb_jsonrpc_server");

    /** Clients beyond this number are turned away. */
    private static final int MAX_CLIENTS = 4096;

    /** Unread bytes of one client beyond which it is closed; a single message may be longer. */
    private static final long MAX_CLIENT_BACKLOG = 16L << 20;

    /** Silence after which a client over a network is probed; a local one's death is reported by the kernel. */
    private static final Duration PROBE_INTERVAL = Duration.ofSeconds(5);

    private final DatabaseFile file;
    private final Tls tls;
    private final ServerCore core;
    private final Semaphore clients = new Semaphore(MAX_CLIENTS);
    private final Set<StreamListener> listeners = ConcurrentHashMap.newKeySet();
    private final Set<ActiveRemote> remotes = ConcurrentHashMap.newKeySet();

    private OvsdbServer(DatabaseFile file, Tls tls) {
        this.tls = tls;
        this.file = file;
        this.core = new ServerCore(file);
    }

    /**
     * Opens a database and starts a server for it, which listens nowhere yet.
     *
     * @param path the database's file, which is made if there is none
     * @param schema the schema that it should have, see {@link DatabaseFile#open}
     * @param tls what {@code ssl:} and {@code pssl:} clients are spoken to with
     * @return the server
     * @throws OvsdbException if the file cannot be opened, is in use, or is no database of that name
     */
    public static OvsdbServer open(Path path, DatabaseSchema schema, Tls tls) throws OvsdbException {
        OvsdbServer server = new OvsdbServer(DatabaseFile.open(path, schema), tls);
        server.core.start();
        return server;
    }

    /**
     * Serves clients that come to an address.
     *
     * @param address where to listen
     * @return the listener; closing it turns away new clients and keeps those that are there
     * @throws StreamException if the address cannot be listened on
     */
    public StreamListener listen(StreamAddress.Passive address) throws StreamException {
        StreamListener listener = Streams.listen(address, tls);
        listeners.add(listener);
        boolean local = address instanceof StreamAddress.PassiveUnix;
        Thread.ofVirtual().name("ovsdb listener").start(() -> accept(listener, local));
        return listener;
    }

    private void accept(StreamListener listener, boolean local) {
        while (true) {
            try {
                var _ = serve(listener.accept(), local);
            } catch (ClosedChannelException e) {
                listeners.remove(listener);
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "{0}: accept failed: {1}", listener.name(), e.getMessage());
                pause();
            }
        }
    }

    /** Out of descriptors, most likely: trying again at once would only burn a core. */
    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(100));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Begins to serve a client; null if there are too many. */
    @Nullable
    JsonRpcConnection serve(Stream stream, boolean local) throws IOException {
        if (!clients.tryAcquire()) {
            LOG.log(Level.WARNING, "{0}: more than {1} clients, turned away", stream.peer(), MAX_CLIENTS);
            stream.close();
            return null;
        }
        ServerSession session = new ServerSession(core);
        JsonRpcOptions options =
                new JsonRpcOptions(JsonLimits.DEFAULT, MAX_CLIENT_BACKLOG, 1, local ? Duration.ZERO : PROBE_INTERVAL);
        core.execute(() -> core.add(session));
        JsonRpcConnection connection = JsonRpcConnection.start(stream, options, session);
        session.attach(connection);
        var _ = connection.closed().thenRun(clients::release);
        return connection;
    }

    /**
     * Serves a client that waits to be connected to, such as a controller that a Manager row names. The connection is made again
     * whenever it is lost.
     *
     * @param address whom to connect to
     * @return ends the connection, and the attempts to make it, when closed
     */
    public Closeable connect(StreamAddress.Active address) {
        ActiveRemote remote = new ActiveRemote(this, address, tls);
        remotes.add(remote);
        remote.start();
        return () -> {
            remotes.remove(remote);
            remote.close();
        };
    }

    /**
     * The server's name, another one at every start (ovsdb-server(7) section 4.1.17).
     *
     * @return a random UUID
     */
    public UUID id() {
        return core.id();
    }

    /**
     * Compacts the database's file while the server goes on.
     *
     * @return completes when the short file is in place; fails with {@link IOException} or {@link OvsdbException} if that is not
     *     possible, and then the old file goes on
     */
    public CompletableFuture<Void> compact() {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!core.execute(() -> core.compaction().compact("compacting database online", done))) {
            done.completeExceptionally(new IOException("the server is stopped"));
        }
        return done;
    }

    /** Stops listening, disconnects all clients, and closes the file. */
    @Override
    public void close() {
        for (StreamListener listener : listeners) {
            try {
                listener.close();
            } catch (IOException e) {
                LOG.log(Level.WARNING, "{0}: {1}", listener.name(), e.getMessage());
            }
        }
        remotes.forEach(ActiveRemote::close);
        core.stop();
        try {
            file.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0}: {1}", file.path(), e.getMessage());
        }
    }
}
