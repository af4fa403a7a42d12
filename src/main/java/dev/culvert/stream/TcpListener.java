package dev.culvert.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** A {@code ptcp:} or {@code pssl:} listener. */
final class TcpListener implements StreamListener {
    /** Far more than who is woken by a close takes to leave. */
    private static final Duration LEAVING = Duration.ofSeconds(1);

    private final ServerSocketChannel channel;
    private final String name;
    private final int port;
    private final @Nullable Tls tls;
    /** Held by who waits for a connection: until it has left, the kernel keeps the port. */
    private final ReentrantLock accepting = new ReentrantLock();

    /** @param tls null for connections without TLS */
    TcpListener(ServerSocketChannel channel, String name, @Nullable Tls tls) throws IOException {
        this.channel = channel;
        this.name = name;
        this.tls = tls;
        this.port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Override
    public Stream accept() throws IOException {
        SocketChannel accepted = next();
        try {
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            String peer = format((InetSocketAddress) accepted.getRemoteAddress());
            return tls == null ? new ChannelStream(accepted, "tcp:" + peer) : tls.server(accepted, "ssl:" + peer);
        } catch (IOException | RuntimeException e) {
            accepted.close();
            throw e;
        }
    }

    private SocketChannel next() throws IOException {
        accepting.lock();
        try {
            return channel.accept();
        } finally {
            accepting.unlock();
        }
    }

    private static String format(InetSocketAddress peer) {
        InetAddress address = peer.getAddress();
        String text = address.getHostAddress();
        return (text.indexOf(':') < 0 ? text : "[" + text + "]") + ":" + peer.getPort();
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int localPort() {
        return port;
    }

    /** Closes, and waits until the port is free, so that the next can have it. */
    @Override
    public void close() throws IOException {
        channel.close();
        try {
            if (accepting.tryLock(LEAVING.toMillis(), TimeUnit.MILLISECONDS)) {
                accepting.unlock();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
