package dev.culvert.ovsdb.server;

import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that the server connects to, again and again, and then serves like any other. */
final class ActiveRemote extends Remote {
    private static final Logger LOG = System.getLogger("reconnect");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long to wait before the second attempt: doubled after every one that failed. */
    private static final Duration MIN_BACKOFF = Duration.ofSeconds(1);

    private final StreamAddress.Active address;
    private final Tls tls;
    private final CountDownLatch end = new CountDownLatch(1);
    private volatile String state = "VOID";
    private volatile @Nullable String lastError;
    private volatile long connectedNanos;
    private volatile long disconnectedNanos;

    ActiveRemote(OvsdbServer server, StreamAddress.Active address, Tls tls, RemoteOptions options) {
        super(server, options);
        this.address = address;
        this.tls = tls;
    }

    void start() {
        Thread.ofVirtual().name("ovsdb remote").start(this::run);
    }

    private void run() {
        Duration backoff = MIN_BACKOFF;
        while (!isClosed()) {
            try {
                state = "CONNECTING";
                serveOne(Streams.connect(address, CONNECT_TIMEOUT, tls));
                backoff = MIN_BACKOFF;
            } catch (IOException e) {
                lastError = StreamException.reasonOf(e);
                LOG.log(Level.INFO, "{0}: connection attempt failed ({1})", address.text(), lastError);
            }
            state = "BACKOFF";
            try {
                if (end.await(backoff.toMillis(), TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
            Duration longest = options().maxBackoff();
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(longest) > 0 ? longest : doubled;
        }
    }

    /** Serves until the connection is lost. */
    private void serveOne(Stream stream) throws IOException {
        LOG.log(Level.INFO, "{0}: connected", address.text());
        ServerSession session = serve(stream);
        if (session == null) {
            return;
        }
        connectedNanos = System.nanoTime();
        lastError = null;
        state = "ACTIVE";
        String reason = session.closed().join();
        disconnectedNanos = System.nanoTime();
        lastError = errorOf(reason);
        LOG.log(Level.INFO, "{0}: {1}", address.text(), reason);
    }

    /** The error in a connection's last words, which have it in parentheses. */
    private static String errorOf(String reason) {
        int from = reason.indexOf('(');
        int to = reason.lastIndexOf(')');
        return 0 <= from && from < to ? reason.substring(from + 1, to) : "End of file";
    }

    @Override
    public StreamAddress address() {
        return address;
    }

    @Override
    RemoteStatus status() {
        boolean connected = state.equals("ACTIVE");
        RemoteStatus.Builder status = new RemoteStatus.Builder()
                .state(state)
                .lastError(Optional.ofNullable(lastError))
                .sinceConnect(since(connectedNanos))
                .sinceDisconnect(since(disconnectedNanos));
        sessions().stream().findFirst().ifPresent(session -> describe(session, status));
        return status.build(connected);
    }

    private static Optional<Duration> since(long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - nanos));
    }

    @Override
    public void close() {
        end.countDown();
        super.close();
    }
}
