package dev.culvert.stream;

import dev.culvert.stream.TlsLoader.Loaded;
import java.io.IOException;
import java.lang.System.Logger;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a program or of a switch: opens sessions with the files that it was told last, and reads them again when they
 * have changed. As with Open vSwitch both ends show a certificate, and what it is checked against is the CA alone: no
 * host names. Any thread may use it.
 */
public final class Tls {
    /** Open vSwitch's name for what logs here. */
    public static final String MODULE = "stream_ssl";

    private static final List<String> OFFERED = List.of("TLSv1.3", "TLSv1.2");

    private final Logger log;
    private TlsFiles files;
    private List<Object> stamps = List.of();
    private @Nullable Loaded loaded;

    /** Without files, until it gets some. */
    public Tls() {
        this(TlsFiles.NONE);
    }

    /** With these files. */
    public Tls(TlsFiles files) {
        this(files, System.getLogger(MODULE));
    }

    /** With these files; it tells this log what is wrong with them, and with peers. */
    public Tls(TlsFiles files, Logger log) {
        this.files = files;
        this.log = log;
    }

    /** What is used for sessions that are opened from now on. */
    public synchronized TlsFiles files() {
        return files;
    }

    /** Uses other files for sessions that are opened from now on. */
    public synchronized void use(TlsFiles wanted) {
        if (!wanted.equals(files)) {
            files = wanted;
            loaded = null;
        }
    }

    /**
     * Reads the files, if that is not done yet.
     *
     * @throws StreamException "Protocol not available" if one is missing or no good; the log tells which and why
     */
    void check() throws StreamException {
        var _ = loaded();
    }

    /** A session over a connection that was made; its handshake is still to be done. */
    TlsStream client(SocketChannel channel, String peer) throws IOException {
        return session(channel, peer, true);
    }

    /** A session over a connection that was accepted; its handshake is still to be done. */
    TlsStream server(SocketChannel channel, String peer) throws IOException {
        return session(channel, peer, false);
    }

    private TlsStream session(SocketChannel channel, String peer, boolean client) throws IOException {
        TlsFiles used;
        Loaded ready;
        synchronized (this) {
            used = files;
            ready = loaded();
        }
        SSLSocket socket =
                (SSLSocket) ready.context().getSocketFactory().createSocket(channel.socket(), null, 0, false);
        socket.setUseClientMode(client);
        socket.setNeedClientAuth(!client && used.verifiesPeers());
        socket.setEnabledProtocols(protocols(used.protocols()));
        Set<String> suites = CipherNames.select(used.ciphers(), socket.getSupportedCipherSuites());
        if (!suites.isEmpty()) {
            socket.setEnabledCipherSuites(suites.toArray(String[]::new));
        }
        return new TlsStream(socket, channel, peer, ready.learned(), log);
    }

    /** @throws StreamException if none of them is offered */
    private static String[] protocols(List<String> wanted) throws StreamException {
        if (wanted.isEmpty() || !TlsLoader.PROTOCOLS.containsAll(wanted)) {
            return OFFERED.toArray(String[]::new); // a name that is not known makes ovs-vswitchd disregard them all
        }
        List<String> chosen = new ArrayList<>(OFFERED);
        chosen.retainAll(wanted);
        if (chosen.isEmpty()) {
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS before 1.2 is not offered");
        }
        return chosen.toArray(String[]::new);
    }

    /** @throws StreamException if TLS is not configured; what is missing is in the log */
    private synchronized Loaded loaded() throws StreamException {
        List<Object> now = stamps(files);
        Loaded known = loaded;
        if (known == null || !now.equals(stamps)) {
            known = new TlsLoader(log).load(files);
            loaded = known;
            stamps = now;
        }
        return known;
    }

    /** What tells whether a file has changed. */
    private static List<Object> stamps(TlsFiles files) {
        return Stream.of(files.privateKey(), files.certificate(), files.caCertificate(), files.peerCaCertificate())
                .filter(Objects::nonNull)
                .map(Tls::stamp)
                .toList();
    }

    private static Object stamp(Path file) {
        try {
            FileTime time = Files.getLastModifiedTime(file);
            return List.of(time, Files.size(file));
        } catch (IOException e) {
            return "none";
        }
    }
}
