package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.Transform;

/** Pseudorandom functions (RFC 4868): HMAC, without truncation. */
public enum Prf {
    /** PRF_HMAC_SHA2_256. */
    PRFSHA256(5, "HmacSHA256", 32),
    /** PRF_HMAC_SHA2_384. */
    PRFSHA384(6, "HmacSHA384", 48),
    /** PRF_HMAC_SHA2_512. */
    PRFSHA512(7, "HmacSHA512", 64);

    private final int id;
    private final String algorithm;
    private final int length;

    Prf(int id, String algorithm, int length) {
        this.id = id;
        this.algorithm = algorithm;
        this.length = length;
    }

    /** Returns the number of the transform. */
    public int id() {
        return id;
    }

    /** Returns bytes of output, and of a key that it prefers. */
    public int length() {
        return length;
    }

    /** Computes prf(key, parts one behind the other). */
    public byte[] compute(byte[] key, byte[]... parts) {
        return Algorithms.hmac(algorithm, key, parts);
    }

    /** Computes prf+(key, seed), RFC 7296 section 2.13: as many bytes as wanted, up to 255 times {@link #length}. */
    public byte[] plus(byte[] key, byte[] seed, int wanted) {
        byte[] out = new byte[wanted];
        byte[] last = new byte[0];
        int at = 0;
        for (int round = 1; at < wanted; round++) {
            byte[] next = compute(key, last, seed, new byte[] {(byte) round});
            Algorithms.wipe(last);
            last = next;
            int count = Math.min(last.length, wanted - at);
            System.arraycopy(last, 0, out, at, count);
            at += count;
        }
        Algorithms.wipe(last);
        return out;
    }

    Transform transform() {
        return new Transform(Transform.PRF, id);
    }
}
