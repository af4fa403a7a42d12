package dev.culvert.stream;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The TLS of a program or of a switch: opens sessions with the files that it was told last, and reads them again when they
 * have changed. As with Open vSwitch both ends show a certificate, and what it is checked against is the CA alone: no
 * host names. Any thread may use it.
 */
public final class Tls {
    private static final Logger LOG = System.getLogger("stream_ssl");
    private static final List<String> OFFERED = List.of("TLSv1.3", "TLSv1.2");
    private static final Set<String> KNOWN = Set.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    private TlsFiles files = TlsFiles.NONE;
    private List<Object> stamps = List.of();
    private @Nullable SSLContext context;

    /** Without files, until it gets some. */
    public Tls() {
        this(TlsFiles.NONE);
    }

    /** With these files. */
    public Tls(TlsFiles files) {
        this.files = files;
    }

    /** What is used for sessions that are opened from now on. */
    public synchronized TlsFiles files() {
        return files;
    }

    /** Uses other files for sessions that are opened from now on. */
    public synchronized void use(TlsFiles wanted) {
        if (!wanted.equals(files)) {
            files = wanted;
            context = null;
        }
    }

    /**
     * Reads the files, if that is not done yet.
     *
     * @throws StreamException "Protocol not available" if one is missing or no good; the log tells which and why
     */
    void check() throws StreamException {
        var _ = context();
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
        SSLContext ready = context();
        TlsFiles used = files();
        SSLSocket socket = (SSLSocket) ready.getSocketFactory().createSocket(channel.socket(), null, 0, false);
        socket.setUseClientMode(client);
        socket.setNeedClientAuth(!client);
        socket.setEnabledProtocols(protocols(used.protocols()));
        if (!used.ciphers().isEmpty()) {
            Set<String> suites = CipherNames.select(used.ciphers(), socket.getSupportedCipherSuites());
            if (suites.isEmpty()) {
                LOG.log(Level.ERROR, "SSL_CTX_set_cipher_list: no cipher match");
            } else {
                socket.setEnabledCipherSuites(suites.toArray(String[]::new));
            }
        }
        return new TlsStream(socket, channel, peer, isLearning(used) ? used.caCertificate() : null);
    }

    /** @throws StreamException if none of them is offered */
    private static String[] protocols(List<String> wanted) throws StreamException {
        if (wanted.isEmpty()) {
            return OFFERED.toArray(String[]::new);
        }
        List<String> chosen = new ArrayList<>(OFFERED);
        for (String name : wanted) {
            if (!KNOWN.contains(name)) {
                LOG.log(Level.ERROR, "{0}: SSL protocol not recognized", name);
                return OFFERED.toArray(String[]::new); // as ovs-vswitchd has it
            }
        }
        chosen.retainAll(wanted);
        if (chosen.isEmpty()) {
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS before 1.2 is not offered");
        }
        return chosen.toArray(String[]::new);
    }

    /** @throws StreamException if TLS is not configured; what is missing is in the log */
    private synchronized SSLContext context() throws StreamException {
        List<Object> now = stamps(files);
        SSLContext known = context;
        if (known == null || !now.equals(stamps)) {
            known = load(files);
            context = known;
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

    private static boolean isLearning(TlsFiles files) {
        Path ca = files.caCertificate();
        return files.bootstrap() && ca != null && !Files.exists(ca);
    }

    private static SSLContext load(TlsFiles wanted) throws StreamException {
        PrivateKey key = read("private key", wanted.privateKey(), Pem::privateKey);
        List<X509Certificate> chain = read("certificate", wanted.certificate(), Pem::certificates);
        boolean learning = isLearning(wanted);
        List<X509Certificate> cas = learning ? null : read("CA certificate", wanted.caCertificate(), Pem::certificates);
        boolean keyless = isMissing("Private key", key);
        boolean nameless = isMissing("Certificate", chain);
        boolean trustless = !learning && isMissing("CA certificate", cas);
        if (keyless || nameless || trustless || key == null || chain == null) {
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS is not configured");
        }
        List<X509Certificate> sent = new ArrayList<>(chain);
        List<X509Certificate> ours = read("peer CA certificate", wanted.peerCaCertificate(), Pem::certificates);
        if (ours != null) {
            sent.addAll(ours);
        }
        if (!isPair(key, chain.getFirst())) {
            LOG.log(Level.ERROR, "Private key does not match certificate public key");
            throw new StreamException(StreamException.NO_PROTOCOL, "private key does not match certificate");
        }
        try {
            SSLContext fresh = SSLContext.getInstance("TLS");
            TrustManager[] trust = cas == null ? new TrustManager[] {new TlsFirstUse()} : trust(cas);
            fresh.init(new KeyManager[] {new TlsIdentity(key, sent)}, trust, null);
            return fresh;
        } catch (GeneralSecurityException | IOException e) {
            LOG.log(Level.ERROR, "TLS is not to be had: {0}", e.getMessage());
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS is not to be had");
        }
    }

    private interface Reader<T> {
        T read(Path file) throws IOException, GeneralSecurityException;
    }

    private static <T> @Nullable T read(String what, @Nullable Path file, Reader<T> reader) {
        if (file == null) {
            return null;
        }
        try {
            return reader.read(file);
        } catch (IOException e) {
            LOG.log(Level.ERROR, "failed to load {0} from {1}: {2}", what, file, StreamException.reasonOf(e));
        } catch (GeneralSecurityException e) {
            LOG.log(Level.ERROR, "failed to load {0} from {1}: {2}", what, file, e.getMessage());
        }
        return null;
    }

    private static boolean isMissing(String what, @Nullable Object value) {
        if (value == null) {
            LOG.log(Level.ERROR, "{0} must be configured to use SSL", what);
        }
        return value == null;
    }

    /** Whether what the one signs the other verifies. */
    private static boolean isPair(PrivateKey key, X509Certificate certificate) {
        String algorithm = switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> key.getAlgorithm();
        };
        try {
            var signature = java.security.Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update((byte) 1);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update((byte) 1);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static TrustManager[] trust(List<X509Certificate> cas) throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        for (int i = 0; i < cas.size(); i++) {
            store.setCertificateEntry("ca" + i, cas.get(i));
        }
        TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
        factory.init(store);
        return Arrays.copyOf(factory.getTrustManagers(), 1);
    }
}
