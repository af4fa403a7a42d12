package dev.culvert.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** A {@code ptcp:} or {@code pssl:} listener. */
final class TcpListener implements StreamListener {
    private final ServerSocketChannel channel;
    private final String name;
    private final int port;
    private final @Nullable Tls tls;

    /** @param tls null for connections without TLS */
    TcpListener(ServerSocketChannel channel, String name, @Nullable Tls tls) throws IOException {
        this.channel = channel;
        this.name = name;
        this.tls = tls;
        this.port = ((InetSocketAddress) channel.getLocalAddress()).getPort();
    }

    @Override
    public Stream accept() throws IOException {
        SocketChannel accepted = channel.accept();
        try {
            accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
            String peer = format((InetSocketAddress) accepted.getRemoteAddress());
            return tls == null ? new ChannelStream(accepted, "tcp:" + peer) : tls.server(accepted, "ssl:" + peer);
        } catch (IOException | RuntimeException e) {
            accepted.close();
            throw e;
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

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
