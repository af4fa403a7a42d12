package dev.culvert.ipsec.ike;

/** By what an end proves who it is, and what it wants proved. The engine owns credentials from {@link IkeEngine#put} on. */
public sealed interface Credentials permits PresharedKey, CertificateCredentials {
    /** Overwrites what is secret. */
    void wipe();
}
