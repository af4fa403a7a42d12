package dev.culvert.stream;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A TLS session over a socket channel. The handshake is done by whoever reads or writes first, so that accepting a
 * connection never waits for its peer; one that takes longer than {@link #HANDSHAKE_LIMIT} is ended.
 */
final class TlsStream implements Stream {
    static final Duration HANDSHAKE_LIMIT = Duration.ofSeconds(10);

    /** How long a peer may take to let our goodbye through. */
    private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

    private final SSLSocket socket;
    private final SocketChannel channel;
    private final String peer;
    private final @Nullable Path learned;
    private final Logger log;
    private final ReentrantLock handshaking = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final InputStream in = new Input();
    private final OutputStream out = new Output();
    private volatile boolean open;

    /**
     * A session whose handshake is still to be done.
     *
     * @param learned where to keep the peer's CA, instead of talking; null to talk
     * @param log told what the peer did wrong
     */
    TlsStream(SSLSocket socket, SocketChannel channel, String peer, @Nullable Path learned, Logger log) {
        this.socket = socket;
        this.channel = channel;
        this.peer = peer;
        this.learned = learned;
        this.log = log;
        after(HANDSHAKE_LIMIT, () -> {
            if (!open) {
                end();
            }
        });
    }

    private static void after(Duration time, Runnable task) {
        Executor later =
                CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS, Thread::startVirtualThread);
        later.execute(task);
    }

    /**
     * Does the handshake, unless it is done.
     *
     * @throws StreamException "Protocol error" if the peers do not trust or understand each other, and when the peer's CA was
     *     learned: the next session will check it
     */
    void handshake() throws IOException {
        if (open) {
            return;
        }
        handshaking.lock();
        try {
            if (!open) {
                socket.startHandshake();
                if (learned != null) {
                    learn(learned);
                    end();
                    throw new StreamException("Protocol error", peer + ": ended to be made again with its CA");
                }
                open = true;
            }
        } catch (SSLException e) {
            throw failed(socket.getUseClientMode() ? "SSL_connect" : "SSL_accept", e);
        } finally {
            handshaking.unlock();
        }
    }

    private StreamException failed(String what, SSLException e) {
        if (!closed.get()) {
            log.log(Level.WARNING, "{0}: {1}: {2}", peer, what, words(e));
        }
        return new StreamException("Protocol error", peer + ": " + what + " failed");
    }

    /** What happened, in the words of what lies beneath, which are plain where the JDK's own are names of its methods. */
    private static String words(SSLException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return deepest.getMessage() == null ? deepest.getClass().getSimpleName() : deepest.getMessage();
    }

    /** Keeps the last certificate that the peer showed, if it is a CA's own (ovs-vswitchd(8), --bootstrap-ca-cert). */
    private void learn(Path file) throws IOException {
        Certificate[] chain = socket.getSession().getPeerCertificates();
        X509Certificate last = (X509Certificate) chain[chain.length - 1];
        if (!last.getIssuerX500Principal().equals(last.getSubjectX500Principal())) {
            log.log(Level.ERROR, "could not bootstrap CA cert: not self-signed");
            return;
        }
        try {
            String text = "-----BEGIN CERTIFICATE-----\n"
                    + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(last.getEncoded())
                    + "\n-----END CERTIFICATE-----\n";
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--")));
            Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
            log.log(Level.INFO, "successfully bootstrapped CA cert to {0}", file);
        } catch (CertificateEncodingException | IOException e) {
            String reason = StreamException.reasonOf(e);
            log.log(Level.ERROR, "could not bootstrap CA cert: creating {0} failed: {1}", file, reason);
        }
    }

    @Override
    public InputStream in() {
        return in;
    }

    @Override
    public OutputStream out() {
        return out;
    }

    @Override
    public String peer() {
        return peer;
    }

    /**
     * Says goodbye, which must not take long, and ends the connection. Who reads or writes is woken by that; a write that
     * the peer does not take would hold the goodbye up, hence its limit.
     */
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        if (!open) {
            end();
            return;
        }
        after(GOODBYE_LIMIT, this::end);
        Thread.startVirtualThread(() -> {
            try {
                socket.shutdownOutput();
            } catch (IOException e) {
                log.log(Level.DEBUG, "{0}: {1}", peer, e.getMessage());
            }
            end();
        });
    }

    private void end() {
        try {
            channel.close();
        } catch (IOException e) {
            log.log(Level.DEBUG, "{0}: {1}", peer, e.getMessage());
        }
    }

    @Override
    public String toString() {
        return peer;
    }

    private final class Input extends InputStream {
        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] to, int offset, int length) throws IOException {
            handshake();
            try {
                return socket.getInputStream().read(to, offset, length);
            } catch (SSLException e) {
                throw failed("SSL_read", e);
            }
        }
    }

    private final class Output extends OutputStream {
        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            handshake();
            try {
                socket.getOutputStream().write(from, offset, length);
            } catch (SSLException e) {
                throw failed("SSL_write", e);
            }
        }
    }
}
