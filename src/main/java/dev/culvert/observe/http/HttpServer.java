package dev.culvert.observe.http;

import dev.culvert.stream.ListenAddress;
import dev.culvert.stream.StreamException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import org.jspecify.annotations.Nullable;

/** Serves pages at an address until it is closed. Safe for threads. */
public final class HttpServer implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("http");
    private static final int BACKLOG = 64;

    /** A pause after an accept that failed, as it does without free descriptors: it would fail again at once. */
    private static final long PAUSE_MILLIS = 100;

    private final ServerSocketChannel listener;
    private final ListenAddress address;
    private final HttpLimits limits;
    private final Map<String, HttpHandler> pages;
    private final @Nullable Set<String> names;
    private final ScheduledThreadPoolExecutor clock;
    private final Set<HttpConnection> connections = ConcurrentHashMap.newKeySet();

    private HttpServer(
            ServerSocketChannel listener,
            ListenAddress address,
            HttpLimits limits,
            Map<String, HttpHandler> pages,
            @Nullable Set<String> names) {
        this.listener = listener;
        this.address = address;
        this.limits = limits;
        this.pages = Map.copyOf(pages);
        this.names = names == null ? null : Set.copyOf(names);
        this.clock = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("http clock").daemon(true).factory());
        clock.setRemoveOnCancelPolicy(true);
    }

    /**
     * Begins to serve programs, which call it by whatever name they know: but for loopback addresses, which no name of another
     * site may come to mean.
     *
     * @param wanted where; with port 0, the kernel chooses one
     * @param pages what answers for each path, such as {@code /metrics}; all others are not found
     * @throws IOException if that is not possible, with the reason in a word or two
     */
    public static HttpServer open(ListenAddress wanted, HttpLimits limits, Map<String, HttpHandler> pages)
            throws IOException {
        return open(wanted, limits, pages, null);
    }

    /**
     * Begins to serve browsers, which may have pages of other sites open: it answers only to numeric addresses, {@code localhost}
     * and some names.
     *
     * @param names those, in lower case; null for whatever name
     * @throws IOException if that is not possible, with the reason in a word or two
     */
    public static HttpServer open(
            ListenAddress wanted, HttpLimits limits, Map<String, HttpHandler> pages, @Nullable Set<String> names)
            throws IOException {
        InetAddress host;
        try {
            host = InetAddress.getByName(wanted.host());
        } catch (UnknownHostException e) {
            throw new IOException("unknown host", e);
        }
        // by the family: otherwise all of IPv4 would be all of IPv6 too
        ServerSocketChannel listener;
        try {
            listener = ServerSocketChannel.open(
                    host instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        } catch (UnsupportedOperationException e) {
            throw new IOException("this host has no " + (host instanceof Inet4Address ? "IPv4" : "IPv6"), e);
        }
        try {
            listener.bind(new InetSocketAddress(host, wanted.port()), BACKLOG);
            int port = listener.getLocalAddress() instanceof InetSocketAddress bound ? bound.getPort() : wanted.port();
            HttpServer server = new HttpServer(listener, new ListenAddress(wanted.host(), port), limits, pages, names);
            Thread.ofVirtual().name("http " + server.address).start(server::accept);
            return server;
        } catch (IOException e) {
            listener.close();
            throw new IOException(StreamException.reasonOf(e), e);
        }
    }

    /** Where it serves, with the port that it really has. */
    public ListenAddress address() {
        return address;
    }

    private void accept() {
        while (listener.isOpen()) {
            try {
                serve(listener.accept());
            } catch (ClosedChannelException e) {
                return;
            } catch (IOException e) {
                LOG.log(Level.WARNING, "{0}: {1}", address, e.getMessage());
                pause();
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        if (connections.size() >= limits.connections() && !makeRoom()) {
            channel.close();
            return;
        }
        HttpConnection[] self = new HttpConnection[1];
        HttpConnection connection =
                new HttpConnection(channel, limits, pages, names, clock, () -> connections.remove(self[0]));
        self[0] = connection;
        connections.add(connection);
        if (listener.isOpen()) {
            Thread.ofVirtual().name("http connection").start(connection);
        } else {
            connection.close();
        }
    }

    /** Closes the connection that has owed a whole request the longest; false where all are being answered. */
    private boolean makeRoom() {
        HttpConnection oldest = null;
        for (HttpConnection connection : connections) {
            if (connection.waiting && (oldest == null || connection.waitingSince - oldest.waitingSince < 0)) {
                oldest = connection;
            }
        }
        if (oldest == null) {
            return false;
        }
        connections.remove(oldest);
        oldest.close();
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "closing: {0}", e.getMessage());
        }
        connections.forEach(HttpConnection::close);
        clock.shutdownNow();
    }
}
