package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.crypto.Algorithms;
import dev.culvert.ipsec.ike.message.Identity;
import dev.culvert.ipsec.ike.message.Payload;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Certificates on their way: ours into payloads, and from the peer's to the key that its signature must be of. */
final class CertificateProof {
    private static final int CERTIFICATES_MAX = 8;

    private final CertificateCredentials credentials;

    CertificateProof(CertificateCredentials credentials) {
        this.credentials = credentials;
    }

    /** Our certificate and those between it and an authority. */
    List<Payload> certificates() {
        List<Payload> payloads = new ArrayList<>();
        try {
            for (X509Certificate certificate : credentials.chain()) {
                payloads.add(new Payload.Cert(Payload.Cert.X509_SIGNATURE, certificate.getEncoded()));
            }
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException("a certificate that was read cannot be written", e);
        }
        return payloads;
    }

    /** Which authorities the peer's certificate may come from; without this strongSwan sends none. */
    List<Payload> request() {
        List<X509Certificate> wanted =
                credentials.pinned() == null ? credentials.authorities() : List.of(credentials.pinned());
        byte[] hashes = Algorithms.join(wanted.stream()
                .map(one -> Algorithms.digest("SHA-1", one.getPublicKey().getEncoded()))
                .toArray(byte[][]::new));
        return List.of(new Payload.CertRequest(Payload.Cert.X509_SIGNATURE, hashes));
    }

    /** The key that the peer's signature must be of; null if what it shows is not what we want. */
    @Nullable
    PublicKey key(Payloads payloads, Identity peer) {
        try {
            X509Certificate certificate = credentials.pinned() == null ? validated(payloads) : credentials.pinned();
            if (certificate == null || !isOf(certificate, peer)) {
                return null;
            }
            certificate.checkValidity();
            return certificate.getPublicKey();
        } catch (GeneralSecurityException e) {
            return null;
        }
    }

    private boolean isOf(X509Certificate certificate, Identity peer) {
        if (!CertificateNames.has(certificate, credentials.remoteName())) {
            return false;
        }
        return switch (peer.type()) {
            case Identity.ID_FQDN ->
                new String(peer.data(), StandardCharsets.UTF_8).equalsIgnoreCase(credentials.remoteName());
            case Identity.ID_DER_ASN1_DN ->
                peer.equals(new Identity(
                        Identity.ID_DER_ASN1_DN,
                        certificate.getSubjectX500Principal().getEncoded()));
            default -> false;
        };
    }

    /** The first certificate that the peer sends, if a path leads from it to an authority. */
    private @Nullable X509Certificate validated(Payloads payloads) throws GeneralSecurityException {
        List<X509Certificate> path = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Payload payload : payloads.list()) {
            if (payload instanceof Payload.Cert cert && cert.encoding() == Payload.Cert.X509_SIGNATURE) {
                if (path.size() == CERTIFICATES_MAX) {
                    return null;
                }
                if (!(factory.generateCertificate(new ByteArrayInputStream(cert.data()))
                        instanceof X509Certificate certificate)) {
                    throw new CertificateException("no X.509 certificate");
                }
                path.add(certificate);
            }
        }
        path.removeIf(credentials.authorities()::contains);
        if (path.isEmpty() || credentials.authorities().isEmpty()) {
            return null;
        }
        PKIXParameters parameters = new PKIXParameters(credentials.authorities().stream()
                .map(authority -> new TrustAnchor(authority, null))
                .collect(Collectors.toSet()));
        parameters.setRevocationEnabled(false);
        CertPathValidator.getInstance("PKIX").validate(factory.generateCertPath(path), parameters);
        return path.getFirst();
    }
}
