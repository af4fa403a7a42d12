package dev.culvert.openflow.field;

import java.util.Arrays;
import java.util.HexFormat;

/** An immutable string of bytes, most significant first: a field's value or a mask over it. */
public final class Bits {
    private final byte[] bytes;

    private Bits(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A copy of {@code bytes}. */
    public static Bits of(byte[] bytes) {
        return new Bits(bytes.clone());
    }

    /** The low {@code size} bytes of {@code value}, in network byte order; {@code size} may exceed 8. */
    public static Bits of(long value, int size) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < Math.min(size, Long.BYTES); i++) {
            bytes[size - 1 - i] = (byte) (value >>> (8 * i));
        }
        return new Bits(bytes);
    }

    /** {@code size} bytes of ones. */
    public static Bits ones(int size) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) 0xff);
        return new Bits(bytes);
    }

    /** Ones in the first {@code prefix} bits of {@code size} bytes, as a network mask has them. */
    public static Bits prefix(int prefix, int size) {
        byte[] bytes = new byte[size];
        for (int bit = 0; bit < prefix; bit++) {
            bytes[bit / 8] |= (byte) (0x80 >>> (bit % 8));
        }
        return new Bits(bytes);
    }

    /** The number of bytes. */
    public int size() {
        return bytes.length;
    }

    /** A copy of the bytes. */
    public byte[] toBytes() {
        return bytes.clone();
    }

    /** The last eight bytes (or all, if fewer) as an unsigned number. */
    public long toLong() {
        long value = 0;
        for (int i = Math.max(0, bytes.length - Long.BYTES); i < bytes.length; i++) {
            value = (value << 8) | (bytes[i] & 0xff);
        }
        return value;
    }

    /** These bits where {@code mask} (of the same size) has ones, else zeros. */
    public Bits and(Bits mask) {
        byte[] result = bytes.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] &= mask.bytes[i];
        }
        return new Bits(result);
    }

    /** These bits and those of {@code other} (of the same size). */
    public Bits or(Bits other) {
        byte[] result = bytes.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] |= other.bytes[i];
        }
        return new Bits(result);
    }

    /** Zeros where these are ones. */
    public Bits not() {
        byte[] result = bytes.clone();
        for (int i = 0; i < result.length; i++) {
            result[i] = (byte) ~result[i];
        }
        return new Bits(result);
    }

    /** Whether all bits are zero. */
    public boolean isZero() {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    /** Whether all bits are one. */
    public boolean isOnes() {
        for (byte b : bytes) {
            if (b != -1) {
                return false;
            }
        }
        return true;
    }

    /** The number of leading ones if no other bit is one, else -1. */
    public int prefixLength() {
        int length = 0;
        while (length < bytes.length * 8 && (bytes[length / 8] & (0x80 >>> (length % 8))) != 0) {
            length++;
        }
        return equals(prefix(length, bytes.length)) ? length : -1;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Bits that && Arrays.equals(bytes, that.bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    /** The bytes in hexadecimal, without prefix. */
    @Override
    public String toString() {
        return HexFormat.of().formatHex(bytes);
    }
}
