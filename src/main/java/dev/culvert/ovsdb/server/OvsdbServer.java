package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonRpcConnection;
import dev.culvert.jsonrpc.JsonRpcOptions;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.log.DatabaseFile;
import dev.culvert.stream.Directories;
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

    private final DatabaseFile file;
    private final Tls tls;
    private final ServerCore core;
    private final Semaphore clients = new Semaphore(MAX_CLIENTS);
    private final Set<Remote> remotes = ConcurrentHashMap.newKeySet();

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
     * Serves clients that come to an address, or the one that waits there to be connected to; that connection is made again
     * whenever it is lost.
     *
     * @param address where to listen, or whom to connect to
     * @param options how patient to be
     * @return the remote; closing it disconnects those who came there
     * @throws StreamException if the address cannot be listened on
     */
    public Remote serve(StreamAddress address, RemoteOptions options) throws StreamException {
        return serve(address, options, Streams::listen);
    }

    /** The same for the server's thread, which cannot wait for a name server: see {@link Streams#listenNow}. */
    Remote serveNow(StreamAddress address, RemoteOptions options) throws StreamException {
        return serve(address, options, Streams::listenNow);
    }

    private interface Listening {
        StreamListener at(StreamAddress.Passive address, Tls tls) throws StreamException;
    }

    private Remote serve(StreamAddress address, RemoteOptions options, Listening listening) throws StreamException {
        return switch (address) {
            case StreamAddress.Passive passive -> {
                PassiveRemote remote = new PassiveRemote(this, passive, listening.at(passive, tls), options);
                remotes.add(remote);
                remote.start();
                yield remote;
            }
            case StreamAddress.Active active -> {
                ActiveRemote remote = new ActiveRemote(this, active, tls, options);
                remotes.add(remote);
                remote.start();
                yield remote;
            }
        };
    }

    /**
     * Serves at an address with the patience that suits it.
     *
     * @param address where to listen, or whom to connect to
     * @return the remote
     * @throws StreamException if the address cannot be listened on
     */
    public Remote serve(StreamAddress address) throws StreamException {
        return serve(address, RemoteOptions.defaults(address));
    }

    /**
     * Serves at the addresses that the database itself names, always those that it names now, and writes back there how it stands
     * with each: {@code --remote=db:DATABASE,TABLE,COLUMN} of ovsdb-server(1).
     *
     * @param table a table of the database, such as Open_vSwitch
     * @param column its column that refers to rows with targets, such as {@code manager_options}
     * @param directories where relative sockets are
     */
    public void serveNamedIn(String table, String column, Directories directories) {
        core.execute(() -> core.follow(new DatabaseRemotes(this, core, table, column, directories)));
    }

    void forget(Remote remote) {
        remotes.remove(remote);
    }

    /** Begins to serve a client; null if there are too many. */
    @Nullable
    ServerSession serve(Stream stream, Duration probeInterval) throws IOException {
        if (!clients.tryAcquire()) {
            LOG.log(Level.WARNING, "{0}: more than {1} clients, turned away", stream.peer(), MAX_CLIENTS);
            stream.close();
            return null;
        }
        ServerSession session = new ServerSession(core);
        JsonRpcOptions options = new JsonRpcOptions(JsonLimits.DEFAULT, MAX_CLIENT_BACKLOG, 1, probeInterval);
        core.execute(() -> core.add(session));
        JsonRpcConnection connection = JsonRpcConnection.start(stream, options, session);
        session.attach(connection);
        var _ = connection.closed().thenRun(clients::release);
        return session;
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
     * Takes down what the server has and does.
     *
     * @return completes soon; with an {@link IllegalStateException} when it has been stopped
     */
    public CompletableFuture<ServerStatistics> statistics() {
        CompletableFuture<ServerStatistics> taken = new CompletableFuture<>();
        if (!core.execute(() -> taken.complete(core.statistics()))) {
            taken.completeExceptionally(new IllegalStateException("the server is stopped"));
        }
        return taken;
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
        remotes.forEach(Remote::close);
        core.stop();
        try {
            file.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "{0}: {1}", file.path(), e.getMessage());
        }
    }
}
