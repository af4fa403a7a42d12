package dev.culvert.ipsec.esp;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * What two ends have agreed upon for one direction: the SPI, the suite, and the keying material, of which this is the owner.
 * Associations take their keys from it when they are made, and it can be closed then. It shows the keys to nobody.
 */
public final class EspKeys implements AutoCloseable {
    private final int spi;
    private final EspSuite suite;
    private final boolean extended;
    private final byte[] material;
    private boolean closed;

    /**
     * Takes the keys over.
     *
     * @param spi the SPI, as the receiver chose it; unsigned, 256 and more
     * @param suite the algorithms
     * @param extended whether sequence numbers have 64 bits (ESN, RFC 4303 section 2.2.1)
     * @param material {@link EspSuite#keyLength} bytes in the order of RFC 7296 section 2.17: encryption key, salt, integrity key;
     *     copied
     * @throws IllegalArgumentException if it is not as long as the suite needs it, or the SPI is reserved (RFC 4303 section 2.1)
     */
    public EspKeys(int spi, EspSuite suite, boolean extended, byte[] material) {
        if (material.length != suite.keyLength()) {
            throw new IllegalArgumentException(
                    suite + " needs " + suite.keyLength() + " bytes of keys and not " + material.length);
        }
        if (Integer.compareUnsigned(spi, SpiAllocator.FIRST) < 0) {
            throw new IllegalArgumentException("the SPI " + Integer.toUnsignedString(spi) + " is reserved");
        }
        this.spi = spi;
        this.suite = suite;
        this.extended = extended;
        this.material = material.clone();
    }

    /** Returns the SPI, unsigned. */
    public int spi() {
        return spi;
    }

    /** Returns the algorithms. */
    public EspSuite suite() {
        return suite;
    }

    /** Whether sequence numbers have 64 bits. */
    public boolean extended() {
        return extended;
    }

    /**
     * Makes a copy that has to be closed by itself, for whoever needs the keys for longer.
     *
     * @throws IllegalStateException if they are wiped already
     */
    public EspKeys copy() {
        return new EspKeys(spi, suite, extended, open());
    }

    SecretBytes encryptionKey() {
        return new SecretBytes("AES", open(), 0, suite.encryptionKeyLength());
    }

    /** Writes the salt to the beginning of a nonce. */
    void salt(byte[] nonce) {
        System.arraycopy(open(), suite.encryptionKeyLength(), nonce, 0, suite.saltLength());
    }

    SecretBytes integrityKey(HmacAlgorithm integrity) {
        int from = suite.encryptionKeyLength() + suite.saltLength();
        return new SecretBytes(integrity.algorithm(), open(), from, integrity.keyLength());
    }

    /** A copy of all that is secret, which the caller wipes. */
    byte[] material() {
        return material.clone();
    }

    /** The keys, which must not be the zeros that are left of them. */
    private byte[] open() {
        if (closed) {
            throw new IllegalStateException("the keys of SPI %08x are wiped".formatted(spi));
        }
        return material;
    }

    /** Overwrites the keys. No association can be made with them any more. */
    @Override
    public void close() {
        closed = true;
        Arrays.fill(material, (byte) 0);
    }

    /** Whether both are the same; takes the same time wherever the keys differ. */
    @Override
    public boolean equals(Object other) {
        return other instanceof EspKeys keys
                && keys.spi == spi
                && keys.suite == suite
                && keys.extended == extended
                && MessageDigest.isEqual(keys.material, material);
    }

    @Override
    public int hashCode() {
        return spi; // nothing that is secret
    }

    @Override
    public String toString() {
        return "SPI %08x, %s%s".formatted(spi, suite, extended ? ", ESN" : "");
    }
}
