package dev.culvert.ovsdb.client;

import dev.culvert.jsonrpc.JsonRpcConnection;
import dev.culvert.jsonrpc.JsonRpcOptions;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * A client of an OVSDB server (RFC 7047 section 4 and ovsdb-server(7)), ours or a genuine one. It stays connected for as long as it
 * is open, keeps a {@link Replica} of chosen tables, and commits transactions.
 *
 * <p>Everything that the owner sees happens in tasks of the owner's executor, one after the other: the copy changes there, listeners
 * are called there, futures are completed there. So a program whose state belongs to one thread needs no lock, and sees the
 * changes of its own transaction before the transaction's result.
 */
public final class OvsdbClient implements AutoCloseable {
    private static final Logger LOG = System.getLogger("reconnect");

    /** How long to wait before the second attempt to connect; it doubles with every further one. */
    private static final Duration MIN_BACKOFF = Duration.ofSeconds(1);

    private static final Duration MAX_BACKOFF = Duration.ofSeconds(8);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /**
     * How a client connects.
     *
     * @param remotes the server's addresses, tried in turn
     * @param database the database's name
     * @param probeInterval silence after which the server is probed, zero for never; 5 seconds suit TCP
     * @param tls what {@code ssl:} addresses are opened with
     */
    public record Options(List<StreamAddress.Active> remotes, String database, Duration probeInterval, Tls tls) {
        /**
         * Options as the command-line tools have them.
         *
         * @param remotes addresses such as {@code tcp:192.0.2.1:6640}, several with commas between them
         * @param database the database's name
         * @return options with probes for servers over a network, and without files for {@code ssl:}
         * @throws StreamException if an address makes no sense
         */
        public static Options of(String remotes, String database) throws StreamException {
            List<StreamAddress.Active> addresses = new ArrayList<>();
            for (String remote : remotes.split(",", -1)) {
                addresses.add(
                        StreamAddress.active(remote, StreamAddress.OVSDB_PORT, Directories.from(System.getenv())));
            }
            boolean local = addresses.stream().allMatch(StreamAddress.Unix.class::isInstance);
            return new Options(addresses, database, local ? Duration.ZERO : Duration.ofSeconds(5), new Tls());
        }

        /**
         * Options for one local server.
         *
         * @param remote its address
         * @param database the database's name
         * @return options without probes, because the kernel reports the death of a local peer
         */
        public static Options local(StreamAddress.Active remote, String database) {
            return new Options(List.of(remote), database, Duration.ZERO, new Tls());
        }
    }

    private final Options options;
    private final Executor executor;
    private final CountDownLatch closed = new CountDownLatch(1);
    private final Set<String> wantedLocks = new ConcurrentSkipListSet<>();
    private final ClientState state;
    private volatile @Nullable Session session;

    private OvsdbClient(Options options, Selection selection, Executor executor, ClientListener listener) {
        this.options = options;
        this.executor = executor;
        this.state = new ClientState(options.database(), selection, listener, wantedLocks);
    }

    /**
     * Starts a client. It connects, and connects again when it must, until it is closed.
     *
     * @param options how
     * @param selection what to copy
     * @param executor who owns the copy; it must run tasks one after the other, in the order of their submission, and not in the
     *     submitting thread
     * @param listener whom to tell
     * @return the client, not yet connected
     */
    public static OvsdbClient open(Options options, Selection selection, Executor executor, ClientListener listener) {
        OvsdbClient client = new OvsdbClient(options, selection, executor, listener);
        Thread.ofVirtual().name("ovsdb client").start(client::run);
        return client;
    }

    /**
     * The copy.
     *
     * @return the copy, for tasks of the executor only
     */
    public Replica replica() {
        return state.replica();
    }

    /**
     * Completes with the copy when it is complete for the first time, in a task of the executor. What depends on it belongs there
     * too: {@code thenAcceptAsync(…, executor)}.
     *
     * @return a future that a client without a server never completes
     */
    public CompletableFuture<Replica> current() {
        return state.current().copy();
    }

    /**
     * Begins a transaction. For tasks of the executor only.
     *
     * @return an empty transaction
     * @throws IllegalStateException before the first complete copy, because the schema is not known
     */
    public TransactionBuilder transaction() {
        DatabaseSchema schema = state.replica().schema();
        if (schema == null) {
            throw new IllegalStateException("the server's schema is not known yet");
        }
        return new TransactionBuilder(schema);
    }

    /**
     * Sends a transaction.
     *
     * @param transaction what to do
     * @return the result, completed by a task of the executor after the copy has the changes. It fails with
     *     {@link dev.culvert.ovsdb.data.OvsdbException} if the server refused, and with {@link IOException} if the connection was
     *     lost: then the transaction may have happened, or not
     */
    public CompletableFuture<CommitResult> commit(TransactionBuilder transaction) {
        ArrayNode params = transaction.params();
        int size = transaction.size();
        var inserts = java.util.Map.copyOf(transaction.inserts());
        return request("transact", params, (results, future) -> Answers.commit(results, size, inserts, future));
    }

    /**
     * Sends any other request.
     *
     * @param method for example {@code "get_server_id"}
     * @param params its parameters
     * @return the result, completed by a task of the executor. It fails with {@link dev.culvert.jsonrpc.JsonRpcException} if the
     *     server answers with an error, and with {@link IOException} if the connection is lost
     */
    public CompletableFuture<JsonNode> call(String method, ArrayNode params) {
        return request(method, params, (result, future) -> future.complete(result));
    }

    private <T> CompletableFuture<T> request(
            String method, ArrayNode params, BiConsumer<JsonNode, CompletableFuture<T>> complete) {
        CompletableFuture<T> future = new CompletableFuture<>();
        Session current = session;
        CompletableFuture<JsonNode> answer = current == null
                ? CompletableFuture.failedFuture(new IOException("not connected"))
                : current.call(method, params);
        var _ = answer.whenComplete((result, failure) -> execute(() -> {
            if (failure != null) {
                future.completeExceptionally(failure);
            } else {
                complete.accept(result, future);
            }
        }));
        return future;
    }

    /**
     * Wants a lock (RFC 7047 section 4.1.8) from now on, also after every reconnection.
     *
     * @param name the lock's name
     */
    public void lock(String name) {
        if (wantedLocks.add(name)) {
            Session current = session;
            if (current != null) {
                execute(() -> current.lock(name));
            }
        }
    }

    /**
     * Whether a lock is held. For tasks of the executor only.
     *
     * @param name the lock's name
     * @return true if the client holds it now
     */
    public boolean holdsLock(String name) {
        return state.holdsLock(name);
    }

    /** Disconnects, for good. The copy stays readable. */
    @Override
    public void close() {
        closed.countDown();
        Session current = session;
        if (current != null) {
            current.close("closed");
        }
    }

    private boolean isClosed() {
        return closed.getCount() == 0;
    }

    private void execute(Runnable task) {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException e) {
            // Whoever shut the executor down no longer wants to know.
            LOG.log(Level.DEBUG, "executor is gone: {0}", e.getMessage());
        }
    }

    private void run() {
        Duration backoff = Duration.ZERO;
        for (int attempt = 0; !isClosed(); attempt++) {
            StreamAddress.Active remote =
                    options.remotes().get(attempt % options.remotes().size());
            if (serve(remote)) {
                backoff = MIN_BACKOFF;
            } else {
                Duration doubled = backoff.isZero() ? MIN_BACKOFF : backoff.multipliedBy(2);
                backoff = doubled.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : doubled;
            }
            if (!isClosed()) {
                LOG.log(Level.INFO, "{0}: waiting {1} seconds before reconnect", remote.text(), backoff.toSeconds());
                pause(backoff);
            }
        }
    }

    private void pause(Duration time) {
        try {
            closed.await(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            closed.countDown();
        }
    }

    /** One connection from its beginning to its end; true if it got as far as a complete copy. */
    private boolean serve(StreamAddress.Active remote) {
        Stream stream;
        try {
            LOG.log(Level.INFO, "{0}: connecting...", remote.text());
            stream = Streams.connect(remote, CONNECT_TIMEOUT, options.tls());
        } catch (StreamException e) {
            LOG.log(Level.INFO, "{0}: connection attempt failed ({1})", remote.text(), e.reason());
            return false;
        }
        LOG.log(Level.INFO, "{0}: connected", remote.text());
        Session fresh = new Session(state, this::execute);
        JsonRpcConnection connection = JsonRpcConnection.start(
                stream, JsonRpcOptions.DEFAULT.withProbeInterval(options.probeInterval()), fresh);
        session = fresh;
        fresh.begin(connection);
        if (isClosed()) {
            fresh.close("closed");
        }
        String reason = connection.closed().join();
        session = null;
        LOG.log(Level.INFO, "{0}: {1}", remote.text(), reason);
        return fresh.wasCurrent();
    }
}
