package dev.culvert.ipsec.ike;

import java.util.Arrays;

/** The order of nonces that decides which of two simultaneous exchanges is undone (RFC 7296 section 2.8.1). */
final class Nonces {
    private Nonces() {}

    /** The lower of an exchange's two nonces. */
    static byte[] lower(byte[] a, byte[] b) {
        return Arrays.compareUnsigned(a, b) <= 0 ? a : b;
    }

    /** Whether the exchange with this lower nonce is the one to undo, of these two. */
    static boolean loses(byte[] mine, byte[] theirs) {
        return Arrays.compareUnsigned(mine, theirs) < 0;
    }
}
