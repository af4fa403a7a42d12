package dev.culvert.openflow.codec;

import dev.culvert.openflow.field.Bits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Writes a message front to back in network byte order; it grows as needed. */
final class WireWriter {
    private byte[] bytes = new byte[128];
    private int size;

    /** The number of bytes so far. */
    int size() {
        return size;
    }

    WireWriter u8(int value) {
        room(1);
        bytes[size++] = (byte) value;
        return this;
    }

    WireWriter u16(int value) {
        return u8(value >> 8).u8(value);
    }

    WireWriter u32(int value) {
        return u16(value >> 16).u16(value);
    }

    WireWriter u48(long value) {
        return u16((int) (value >> 32)).u32((int) value);
    }

    WireWriter u64(long value) {
        return u32((int) (value >> 32)).u32((int) value);
    }

    WireWriter bits(Bits bits) {
        return bytes(bits.toBytes());
    }

    WireWriter bytes(byte[] more) {
        room(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
        return this;
    }

    /** {@code count} zero bytes. */
    WireWriter zeros(int count) {
        room(count);
        // room() leaves zeros behind the end, and the end never moves back
        size += count;
        return this;
    }

    /** Zeros up to a multiple of 8 bytes after {@code start}. */
    WireWriter pad8(int start) {
        return zeros(-(size - start) & 7);
    }

    /** A text in a field of {@code field} bytes, cut so that a zero byte follows it. */
    WireWriter text(String text, int field) {
        byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
        int length = Math.min(utf8.length, field - 1);
        while (length > 0 && length < utf8.length && (utf8[length] & 0xc0) == 0x80) {
            length--; // a character is kept whole or left out
        }
        bytes(Arrays.copyOf(utf8, length));
        return zeros(field - length);
    }

    /** Overwrites the 16 bits at {@code position}. */
    void patch16(int position, int value) {
        bytes[position] = (byte) (value >> 8);
        bytes[position + 1] = (byte) value;
    }

    /** Writes the size since {@code start} over the 16 bits at {@code position}. */
    void patchLength(int position, int start) {
        patch16(position, size - start);
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, size);
    }

    private void room(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, size + more));
        }
    }
}
