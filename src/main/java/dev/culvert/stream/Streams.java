package dev.culvert.stream;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Opens streams and listeners. */
public final class Streams {
    /** Connections that the kernel holds for us before it refuses more. */
    private static final int BACKLOG = 128;

    private Streams() {}

    /**
     * Connects, without any TLS configuration.
     *
     * @param timeout as of {@link #connect(StreamAddress.Active, Duration, Tls)}
     * @throws StreamException with the C library's words for what went wrong
     */
    public static Stream connect(StreamAddress.Active address, Duration timeout) throws StreamException {
        return connect(address, timeout, new Tls());
    }

    /**
     * Connects.
     *
     * @param tls what {@code ssl:} addresses are opened with; such a connection is made when both ends trust each other
     * @param timeout how long a TCP handshake, and then one of TLS, may take, zero for as long as the kernel tries; a local connection is
     *     made or refused at once
     * @throws StreamException with the C library's words for what went wrong
     */
    public static Stream connect(StreamAddress.Active address, Duration timeout, Tls tls) throws StreamException {
        try {
            return switch (address) {
                case StreamAddress.Unix unix -> connectUnix(unix);
                case StreamAddress.Tcp tcp ->
                    new ChannelStream(connectTcp(tcp.host(), tcp.port(), timeout), tcp.text());
                case StreamAddress.Ssl ssl -> connectSsl(ssl, timeout, tls);
            };
        } catch (IOException | RuntimeException e) {
            throw StreamException.of(address.text(), e);
        }
    }

    /**
     * Listens, without any TLS configuration.
     *
     * @throws StreamException with the C library's words for what went wrong
     */
    public static StreamListener listen(StreamAddress.Passive address) throws StreamException {
        return listen(address, new Tls());
    }

    /**
     * Listens. A Unix socket that is in the way is replaced, whoever made it: its maker is usually dead, and Open
     * vSwitch does the same; a file that is none stays. The new one can be reached by its owner (and, if the umask lets them, its group) only.
     *
     * @param tls what {@code pssl:} addresses are served with; without a configuration, those who come are turned away
     * @throws StreamException with the C library's words for what went wrong
     */
    public static StreamListener listen(StreamAddress.Passive address, Tls tls) throws StreamException {
        return listen(address, tls, InetAddress::getByName);
    }

    /**
     * Listens like {@link #listen(StreamAddress.Passive, Tls)} without ever waiting for a name server: an address with a name in
     * it is refused until the answer has come, so the caller tries again.
     *
     * @throws StreamException with the C library's words for what went wrong; {@link StreamException#BAD_ADDRESS} as long as the
     *     name is not known
     */
    public static StreamListener listenNow(StreamAddress.Passive address, Tls tls) throws StreamException {
        return listen(address, tls, HostNames::known);
    }

    private interface Names {
        InetAddress of(String host) throws UnknownHostException;
    }

    private static StreamListener listen(StreamAddress.Passive address, Tls tls, Names names) throws StreamException {
        try {
            return switch (address) {
                case StreamAddress.PassiveUnix unix -> listenUnix(unix);
                case StreamAddress.PassiveTcp tcp -> listenTcp(names, tcp.host(), tcp.port(), tcp.text(), null);
                case StreamAddress.PassiveSsl ssl -> listenTcp(names, ssl.host(), ssl.port(), ssl.text(), tls);
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

    /** Whether there is something that is neither file nor directory nor link: a socket, or what is as dispensable. */
    private static boolean isSocket(Path path) throws IOException {
        return Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                        .isOther();
    }

    private static SocketChannel connectTcp(String name, int port, Duration timeout) throws IOException {
        InetAddress host = InetAddress.getByName(name);
        SocketChannel channel = SocketChannel.open();
        try {
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            int millis = Math.clamp(timeout.toMillis(), timeout.isZero() ? 0 : 1, Integer.MAX_VALUE);
            channel.socket().connect(new InetSocketAddress(host, port), millis);
            return channel;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static Stream connectSsl(StreamAddress.Ssl address, Duration timeout, Tls tls) throws IOException {
        tls.check(); // before a peer is troubled
        SocketChannel channel = connectTcp(address.host(), address.port(), timeout);
        try {
            TlsStream stream = tls.client(channel, address.text());
            stream.handshake();
            return stream;
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static StreamListener listenUnix(StreamAddress.PassiveUnix address) throws IOException {
        Path path = address.path();
        if (isSocket(path)) {
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

    private static StreamListener listenTcp(Names names, String name, int port, String text, @Nullable Tls tls)
            throws IOException {
        InetAddress host = names.of(name.isEmpty() ? "0.0.0.0" : name);
        StandardProtocolFamily family =
                host.getAddress().length == 4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        ServerSocketChannel channel = ServerSocketChannel.open(family);
        try {
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            channel.bind(new InetSocketAddress(host, port), BACKLOG);
            return new TcpListener(channel, text, tls);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }
}
