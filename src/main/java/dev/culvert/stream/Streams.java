package dev.culvert.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Opens streams and listeners. */
public final class Streams {
    /** Connections that the kernel holds for us before it refuses more. */
    private static final int BACKLOG = 128;

    private Streams() {}

    /**
     * Connects.
     *
     * @param timeout how long a TCP handshake may take, zero for as long as the kernel tries; a local connection is
     *     made or refused at once
     * @throws StreamException with the C library's words for what went wrong
     */
    public static Stream connect(StreamAddress.Active address, Duration timeout) throws StreamException {
        try {
            return switch (address) {
                case StreamAddress.Unix unix -> connectUnix(unix);
                case StreamAddress.Tcp tcp -> connectTcp(tcp, timeout);
            };
        } catch (IOException | RuntimeException e) {
            throw StreamException.of(address.text(), e);
        }
    }

    /**
     * Listens. A Unix socket that is in the way is replaced, whoever made it: its maker is usually dead, and Open
     * vSwitch does the same. The new one can be reached by its owner (and, if the umask lets them, its group) only.
     *
     * @throws StreamException with the C library's words for what went wrong
     */
    public static StreamListener listen(StreamAddress.Passive address) throws StreamException {
        try {
            return switch (address) {
                case StreamAddress.PassiveUnix unix -> listenUnix(unix);
                case StreamAddress.PassiveTcp tcp -> listenTcp(tcp);
            };
        } catch (IOException | RuntimeException e) {
            throw StreamException.of(address.text(), e);
        }
    }

    private static Stream connectUnix(StreamAddress.Unix address) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(address.path()));
            return new ChannelStream(channel, address.text());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Stream connectTcp(StreamAddress.Tcp address, Duration timeout) throws IOException {
        InetAddress host = InetAddress.getByName(address.host());
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            int millis = Math.clamp(timeout.toMillis(), timeout.isZero() ? 0 : 1, Integer.MAX_VALUE);
            channel.socket().connect(new InetSocketAddress(host, address.port()), millis);
            return new ChannelStream(channel, address.text());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static StreamListener listenUnix(StreamAddress.PassiveUnix address) throws IOException {
        Path path = address.path();
        if (Files.exists(path, java.nio.file.LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path)) {
            Files.delete(path);
        }
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.bind(UnixDomainSocketAddress.of(path), BACKLOG);
            UnixListener listener = new UnixListener(channel, address);
            listener.closeToOthers();
            return listener;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static StreamListener listenTcp(StreamAddress.PassiveTcp address) throws IOException {
        boolean any = address.host().isEmpty();
        InetAddress host = any ? InetAddress.ofLiteral("0.0.0.0") : InetAddress.getByName(address.host());
        StandardProtocolFamily family =
                host.getAddress().length == 4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        ServerSocketChannel channel = ServerSocketChannel.open(family);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(host, address.port()), BACKLOG);
            return new TcpListener(channel, address.text());
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
