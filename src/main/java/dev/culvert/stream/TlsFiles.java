package dev.culvert.stream;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What TLS connections need, as Open vSwitch's programs are told it by their options and by the SSL table
 * (ovs-vswitchd(8), "Public Key Infrastructure Options"). Files are PEM (RFC 7468).
 *
 * @param privateKey the key, PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC 1 (RFC 5915), without a passphrase
 * @param certificate the certificate for that key, and those that lead from it to its CA
 * @param caCertificate the CAs whose certificates peers must show; {@link #UNVERIFIED} if they need show none
 * @param bootstrap whether {@code caCertificate}, if it is not there, is taken from the first peer, whoever that is
 * @param peerCaCertificate certificates that are sent along, from which peers may learn our CA
 * @param protocols names such as {@code TLSv1.3}; empty for all that are offered (1.2 and 1.3)
 * @param ciphers OpenSSL's names of cipher suites; empty for the JDK's choice
 */
public record TlsFiles(
        @Nullable Path privateKey,
        @Nullable Path certificate,
        @Nullable Path caCertificate,
        boolean bootstrap,
        @Nullable Path peerCaCertificate,
        List<String> protocols,
        List<String> ciphers) {
    /** Nothing: TLS connections are refused. */
    public static final TlsFiles NONE = new TlsFiles(null, null, null, false, null, List.of(), List.of());

    /** What is written for the CAs where nobody is to be checked, which leaves whoever is in between free to be the peer. */
    public static final Path UNVERIFIED = Path.of("none");

    /** Keeps its own copies of the lists. */
    public TlsFiles {
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** Whether peers have to show a certificate of one of the CAs. */
    public boolean verifiesPeers() {
        return !UNVERIFIED.equals(caCertificate);
    }

    /** Whether the CAs are still to be learnt from the first peer. */
    boolean isLearning() {
        return bootstrap && caCertificate != null && !Files.exists(caCertificate);
    }

    /** The same with another key. */
    public TlsFiles withPrivateKey(@Nullable Path file) {
        return new TlsFiles(file, certificate, caCertificate, bootstrap, peerCaCertificate, protocols, ciphers);
    }

    /** The same with another certificate. */
    public TlsFiles withCertificate(@Nullable Path file) {
        return new TlsFiles(privateKey, file, caCertificate, bootstrap, peerCaCertificate, protocols, ciphers);
    }

    /** The same with other CAs. */
    public TlsFiles withCaCertificate(@Nullable Path file, boolean learn) {
        return new TlsFiles(privateKey, certificate, file, learn, peerCaCertificate, protocols, ciphers);
    }

    /** The same with other certificates for peers that do not know our CA. */
    public TlsFiles withPeerCaCertificate(@Nullable Path file) {
        return new TlsFiles(privateKey, certificate, caCertificate, bootstrap, file, protocols, ciphers);
    }

    /** The same with other versions of the protocol. */
    public TlsFiles withProtocols(List<String> names) {
        return new TlsFiles(privateKey, certificate, caCertificate, bootstrap, peerCaCertificate, names, ciphers);
    }

    /** The same with other cipher suites. */
    public TlsFiles withCiphers(List<String> names) {
        return new TlsFiles(privateKey, certificate, caCertificate, bootstrap, peerCaCertificate, protocols, names);
    }
}
