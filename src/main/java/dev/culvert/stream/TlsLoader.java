package dev.culvert.stream;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** Makes of the files that were named what sessions are opened with, and tells a log what is wrong with them. */
record TlsLoader(Logger log) {
    /** The names that {@code --ssl-protocols} knows. */
    static final Set<String> PROTOCOLS = Set.of("TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3");

    /** Says which names have no effect. */
    private void judgeNames(TlsFiles wanted) throws StreamException {
        wanted.protocols().stream()
                .filter(name -> !PROTOCOLS.contains(name))
                .findFirst()
                .ifPresent(name -> log.log(Level.ERROR, "{0}: SSL protocol not recognized", name));
        if (wanted.ciphers().isEmpty()) {
            return;
        }
        try {
            String[] supported =
                    SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites();
            if (CipherNames.select(wanted.ciphers(), supported).isEmpty()) {
                log.log(Level.ERROR, "SSL_CTX_set_cipher_list: no cipher match");
            }
        } catch (GeneralSecurityException e) {
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS is not to be had");
        }
    }

    /**
     * What sessions are opened with.
     *
     * @param context keys, certificates, and whom to believe
     * @param learned where the CA of the peer, who is believed only for that, is to be kept; null where peers are judged. It belongs to
     *     the context: asked for later it might tell of a file that another session has made meanwhile
     */
    record Loaded(SSLContext context, @Nullable Path learned) {}

    /**
     * Reads the files.
     *
     * @throws StreamException "Protocol not available" if one is missing or no good
     */
    Loaded load(TlsFiles wanted) throws StreamException {
        judgeNames(wanted);
        PrivateKey key = read("private key", wanted.privateKey(), Pem::privateKey);
        List<X509Certificate> chain = read("certificate", wanted.certificate(), Pem::certificates);
        boolean learning = wanted.isLearning();
        boolean credulous = learning || !wanted.verifiesPeers();
        if (!wanted.verifiesPeers()) {
            log.log(Level.WARNING, "Peer certificate validation disabled (this is a security risk)");
        }
        List<X509Certificate> cas =
                credulous ? null : read("CA certificate", wanted.caCertificate(), Pem::certificates);
        boolean keyless = isMissing("Private key", key);
        boolean nameless = isMissing("Certificate", chain);
        boolean trustless = !credulous && isMissing("CA certificate", cas);
        if (keyless || nameless || trustless || key == null || chain == null) {
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS is not configured");
        }
        List<X509Certificate> sent = new ArrayList<>(chain);
        List<X509Certificate> ours = read("peer CA certificate", wanted.peerCaCertificate(), Pem::certificates);
        if (ours != null) {
            sent.addAll(ours);
        }
        if (!isPair(key, chain.getFirst())) {
            log.log(Level.ERROR, "Private key does not match certificate public key");
            throw new StreamException(StreamException.NO_PROTOCOL, "private key does not match certificate");
        }
        try {
            SSLContext fresh = SSLContext.getInstance("TLS");
            TrustManager[] trust = cas == null ? new TrustManager[] {new TlsAnyPeer()} : trust(cas);
            fresh.init(new KeyManager[] {new TlsIdentity(key, sent)}, trust, null);
            return new Loaded(fresh, learning ? wanted.caCertificate() : null);
        } catch (GeneralSecurityException | IOException e) {
            log.log(Level.ERROR, "TLS is not to be had: {0}", e.getMessage());
            throw new StreamException(StreamException.NO_PROTOCOL, "TLS is not to be had");
        }
    }

    private interface Reader<T> {
        T read(Path file) throws IOException, GeneralSecurityException;
    }

    private <T> @Nullable T read(String what, @Nullable Path file, Reader<T> reader) {
        if (file == null) {
            return null;
        }
        try {
            return reader.read(file);
        } catch (IOException e) {
            log.log(Level.ERROR, "failed to load {0} from {1}: {2}", what, file, StreamException.reasonOf(e));
        } catch (GeneralSecurityException e) {
            log.log(Level.ERROR, "failed to load {0} from {1}: {2}", what, file, e.getMessage());
        }
        return null;
    }

    private boolean isMissing(String what, @Nullable Object value) {
        if (value == null) {
            log.log(Level.ERROR, "{0} must be configured to use SSL", what);
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
