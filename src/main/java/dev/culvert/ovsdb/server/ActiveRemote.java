package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcConnection;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A client that the server connects to, again and again, and then serves like any other. */
final class ActiveRemote implements Closeable {
    private static final Logger LOG = System.getLogger("reconnect");
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

    /** How long to wait before the next attempt: doubled after every one that failed. */
    private static final long MIN_BACKOFF_MILLIS = 1000;

    private static final long MAX_BACKOFF_MILLIS = 8000;

    private final OvsdbServer server;
    private final StreamAddress.Active address;
    private final Tls tls;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile @Nullable JsonRpcConnection connection;

    ActiveRemote(OvsdbServer server, StreamAddress.Active address, Tls tls) {
        this.server = server;
        this.address = address;
        this.tls = tls;
    }

    void start() {
        Thread.ofVirtual().name("ovsdb remote").start(this::run);
    }

    private void run() {
        long backoff = MIN_BACKOFF_MILLIS;
        while (closed.getCount() > 0) {
            try {
                serve(Streams.connect(address, CONNECT_TIMEOUT, tls));
                backoff = MIN_BACKOFF_MILLIS;
            } catch (IOException e) {
                LOG.log(Level.INFO, "{0}: connection attempt failed ({1})", address.text(), e.getMessage());
                backoff = Math.min(2 * backoff, MAX_BACKOFF_MILLIS);
            }
            try {
                if (closed.await(backoff, TimeUnit.MILLISECONDS)) {
                    return;
                }
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    /** Serves until the connection is lost. */
    private void serve(Stream stream) throws IOException {
        LOG.log(Level.INFO, "{0}: connected", address.text());
        JsonRpcConnection fresh = server.serve(stream, address instanceof StreamAddress.Unix);
        if (fresh == null) {
            return;
        }
        connection = fresh;
        if (closed.getCount() == 0) {
            close();
        }
        LOG.log(Level.INFO, "{0}: {1}", address.text(), fresh.closed().join());
    }

    @Override
    public void close() {
        closed.countDown();
        JsonRpcConnection current = connection;
        if (current != null) {
            current.close("remote removed");
        }
    }
}
