package dev.culvert.ipsec.ike.crypto;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The keys of one IKE SA (RFC 7296 section 2.14), and what comes of them. Nothing here is ever printed; {@link #wipe} overwrites
 * all of it.
 */
public final class IkeKeys {
    private final Prf prf;
    private final byte[] skD;
    private final byte[] skAi;
    private final byte[] skAr;
    private final byte[] skEi;
    private final byte[] skEr;
    private final byte[] skPi;
    private final byte[] skPr;

    private IkeKeys(IkeSuite suite, byte[] skeyseed, byte[] nonces, long spiInitiator, long spiResponder) {
        prf = suite.prf();
        byte[] spis = ByteBuffer.allocate(16)
                .putLong(spiInitiator)
                .putLong(spiResponder)
                .array();
        int integ = suite.integrity().keyLength();
        int encr = suite.cipher().keyLength();
        byte[] all = prf.plus(skeyseed, Algorithms.join(nonces, spis), 3 * prf.length() + 2 * integ + 2 * encr);
        ByteBuffer in = ByteBuffer.wrap(all);
        skD = take(in, prf.length());
        skAi = take(in, integ);
        skAr = take(in, integ);
        skEi = take(in, encr);
        skEr = take(in, encr);
        skPi = take(in, prf.length());
        skPr = take(in, prf.length());
        Algorithms.wipe(all, skeyseed);
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Computes the keys of a first IKE SA. Wipes the secret. */
    public static IkeKeys first(
            IkeSuite suite, byte[] secret, byte[] ni, byte[] nr, long spiInitiator, long spiResponder) {
        byte[] nonces = Algorithms.join(ni, nr);
        byte[] skeyseed = suite.prf().compute(nonces, secret);
        Algorithms.wipe(secret);
        return new IkeKeys(suite, skeyseed, nonces, spiInitiator, spiResponder);
    }

    /** Computes the keys of the IKE SA that replaces this one (section 2.18). Wipes the secret. */
    public IkeKeys rekeyed(IkeSuite suite, byte[] secret, byte[] ni, byte[] nr, long spiInitiator, long spiResponder) {
        byte[] nonces = Algorithms.join(ni, nr);
        byte[] skeyseed = prf.compute(skD, secret, nonces);
        Algorithms.wipe(secret);
        return new IkeKeys(suite, skeyseed, nonces, spiInitiator, spiResponder);
    }

    /**
     * Computes keying material of a CHILD_SA (section 2.17): first what the initiator of the exchange sends with, then what the
     * responder sends with.
     *
     * @param secret of the exchange's own key exchange, empty without one; it is wiped
     */
    public byte[][] child(EspTransforms transforms, byte[] secret, byte[] ni, byte[] nr) {
        byte[] seed = Algorithms.join(secret, ni, nr);
        int length = transforms.keyLength();
        byte[] all = prf.plus(skD, seed, 2 * length);
        byte[][] both = {Arrays.copyOf(all, length), Arrays.copyOfRange(all, length, 2 * length)};
        Algorithms.wipe(secret, seed, all);
        return both;
    }

    /**
     * Computes what an end authenticates itself with (section 2.15), the part that depends on keys: prf(SK_p, IDx').
     *
     * @param identity the identification payload's body
     */
    public byte[] maced(boolean initiator, byte[] identity) {
        return prf.compute(initiator ? skPi : skPr, identity);
    }

    /** Returns the pseudorandom function. */
    public Prf prf() {
        return prf;
    }

    /** Returns the key by which the initiator, or the responder, encrypts; with GCM the salt is behind it. */
    public byte[] encryption(boolean initiator) {
        return initiator ? skEi : skEr;
    }

    /** Returns the key of the initiator's, or the responder's, checksums; empty with GCM. */
    public byte[] integrity(boolean initiator) {
        return initiator ? skAi : skAr;
    }

    /** Overwrites all keys. */
    public void wipe() {
        Algorithms.wipe(skD, skAi, skAr, skEi, skEr, skPi, skPr);
    }
}
