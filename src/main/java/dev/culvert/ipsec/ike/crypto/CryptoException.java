package dev.culvert.ipsec.ike.crypto;

/** What a peer sent cannot be computed with: a public value outside its group, a signature that is none. No stack trace. */
public final class CryptoException extends Exception {
    /** Says what is wrong, without any secret. */
    public CryptoException(String message) {
        super(message, null, false, false);
    }
}
