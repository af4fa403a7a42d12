package dev.culvert.ipsec.ike;

import dev.culvert.ipsec.ike.message.Identity;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Certificates in the two forms that Open vSwitch has: the peer's certificate is known here ({@code options:remote_cert}), or an
 * authority is, together with the name that the peer's certificate must have ({@code options:remote_name}). An end is who it is by
 * its certificate's common name, which must be one of its names as a host.
 */
public final class CertificateCredentials implements Credentials {
    private final List<X509Certificate> chain;
    private final PrivateKey key;
    private final List<X509Certificate> authorities;
    private final @Nullable X509Certificate pinned;
    private final String localName;
    private final String remoteName;

    private CertificateCredentials(
            List<X509Certificate> chain,
            PrivateKey key,
            List<X509Certificate> authorities,
            @Nullable X509Certificate pinned,
            String remoteName) {
        this.chain = List.copyOf(chain);
        this.key = key;
        this.authorities = List.copyOf(authorities);
        this.pinned = pinned;
        this.localName = CertificateNames.commonName(chain.getFirst());
        this.remoteName = remoteName;
    }

    /**
     * Knows the peer's certificate.
     *
     * @param chain our certificate, and those between it and an authority, if any
     * @param key its private key
     * @throws IllegalArgumentException if one of the certificates has no common name that is also among its DNS names
     */
    public static CertificateCredentials pinned(List<X509Certificate> chain, PrivateKey key, X509Certificate remote) {
        return new CertificateCredentials(chain, key, List.of(), remote, CertificateNames.commonName(remote));
    }

    /**
     * Knows authorities, and the peer's name.
     *
     * @param chain our certificate, and those between it and an authority, if any
     * @param key its private key
     * @throws IllegalArgumentException if our certificate has no common name that is also among its DNS names
     */
    public static CertificateCredentials authority(
            List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities, String remoteName) {
        return new CertificateCredentials(chain, key, authorities, null, remoteName);
    }

    List<X509Certificate> chain() {
        return chain;
    }

    PrivateKey key() {
        return key;
    }

    List<X509Certificate> authorities() {
        return authorities;
    }

    @Nullable
    X509Certificate pinned() {
        return pinned;
    }

    /** Returns who we say we are: the common name of our certificate. */
    public String localName() {
        return localName;
    }

    Identity localIdentity() {
        return Identity.ofName(localName);
    }

    /** Returns who the peer must be. */
    public String remoteName() {
        return remoteName;
    }

    /** The JDK's private keys cannot be overwritten; the garbage collector takes them. */
    @Override
    public void wipe() {
        // see above
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CertificateCredentials that
                && chain.equals(that.chain)
                && sameKey(key, that.key)
                && authorities.equals(that.authorities)
                && Objects.equals(pinned, that.pinned)
                && remoteName.equals(that.remoteName);
    }

    private static boolean sameKey(PrivateKey one, PrivateKey other) {
        byte[] a = one.getEncoded();
        byte[] b = other.getEncoded();
        return (a == null || b == null) ? one == other : MessageDigest.isEqual(a, b);
    }

    @Override
    public int hashCode() {
        return Objects.hash(chain, authorities, pinned, remoteName);
    }

    /** Says the names. */
    @Override
    public String toString() {
        return "certificate of " + localName + " for " + remoteName;
    }
}
