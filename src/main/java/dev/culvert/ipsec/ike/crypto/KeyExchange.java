package dev.culvert.ipsec.ike.crypto;

import java.math.BigInteger;

/** One end's part of a key exchange: a private value, which never leaves, and the public one. */
public sealed interface KeyExchange permits ModpKeyExchange, EcpKeyExchange, X25519KeyExchange {
    /** Returns its group. */
    KeGroup group();

    /** Returns the public value as a KE payload has it. */
    byte[] publicValue();

    /**
     * Computes the shared secret as the key schedule wants it; the caller wipes it.
     *
     * @param peer the other end's public value, from a KE payload of the same group
     * @throws CryptoException if that is no member of the group, or one with which everybody would know the secret
     */
    byte[] sharedSecret(byte[] peer) throws CryptoException;

    /** Writes a number into exactly so many bytes. */
    static byte[] fixed(BigInteger value, int length) {
        byte[] bytes = value.toByteArray();
        byte[] out = new byte[length];
        int count = Math.min(bytes.length, length);
        System.arraycopy(bytes, bytes.length - count, out, length - count, count);
        return out;
    }
}
