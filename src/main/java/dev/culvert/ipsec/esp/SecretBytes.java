package dev.culvert.ipsec.esp;

import java.util.Arrays;
import javax.crypto.SecretKey;

/** A key that can be wiped, which {@link javax.crypto.spec.SecretKeySpec} cannot. Never printed, never serialized. */
@SuppressWarnings("serial") // SecretKey asks for it
final class SecretBytes implements SecretKey {
    private final String algorithm;
    private final transient byte[] bytes;

    /** Copies a range. */
    SecretBytes(String algorithm, byte[] from, int at, int length) {
        this.algorithm = algorithm;
        this.bytes = Arrays.copyOfRange(from, at, at + length);
    }

    /** A key of zeros. */
    static SecretBytes zero(String algorithm, int length) {
        return new SecretBytes(algorithm, new byte[length], 0, length);
    }

    int length() {
        return bytes.length;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** Returns a copy, which the JDK's ciphers overwrite when they have it no longer. */
    @Override
    public byte[] getEncoded() {
        return bytes.clone();
    }

    @Override
    public void destroy() {
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return algorithm + " key";
    }
}
