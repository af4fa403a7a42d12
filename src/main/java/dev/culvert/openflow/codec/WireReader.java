package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.field.Bits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads a message, or a bounded part of one, front to back in network byte order. Reading past its end is a bad length. */
final class WireReader {
    private final byte[] bytes;
    private final int end;
    private final ErrorCode tooShort;
    private int position;

    WireReader(byte[] bytes, int from, int end, ErrorCode tooShort) {
        this.bytes = bytes;
        this.position = from;
        this.end = end;
        this.tooShort = tooShort;
    }

    /** The number of bytes left. */
    int remaining() {
        return end - position;
    }

    /** The next {@code size} bytes as a reader of their own, which answers {@code tooShort} if it is read past its end. */
    WireReader slice(int size, ErrorCode tooShort) throws DecodeException {
        need(size);
        WireReader slice = new WireReader(bytes, position, position + size, tooShort);
        position += size;
        return slice;
    }

    /** Passes over {@code size} bytes, whatever they are. */
    void skip(int size) throws DecodeException {
        need(size);
        position += size;
    }

    /** Passes over what is missing to a multiple of 8 after {@code size} bytes. */
    void skipPadding(int size) throws DecodeException {
        skip(-size & 7);
    }

    /** Requires that all has been read. */
    void end() throws DecodeException {
        if (remaining() != 0) {
            throw new DecodeException(tooShort, remaining() + " bytes too many");
        }
    }

    int u8() throws DecodeException {
        need(1);
        return bytes[position++] & 0xff;
    }

    int u16() throws DecodeException {
        return (u8() << 8) | u8();
    }

    int u32() throws DecodeException {
        return (u16() << 16) | u16();
    }

    long u48() throws DecodeException {
        return ((long) u16() << 32) | (u32() & 0xffff_ffffL);
    }

    long u64() throws DecodeException {
        return ((long) u32() << 32) | (u32() & 0xffff_ffffL);
    }

    /** A 16-bit number without passing it, {@code offset} bytes ahead. */
    int peek16(int offset) throws DecodeException {
        need(offset + 2);
        return ((bytes[position + offset] & 0xff) << 8) | (bytes[position + offset + 1] & 0xff);
    }

    /** The next {@code size} bytes. */
    Bits bits(int size) throws DecodeException {
        need(size);
        byte[] copy = Arrays.copyOfRange(bytes, position, position + size);
        position += size;
        return Bits.of(copy);
    }

    /** All that is left. */
    Bits rest() throws DecodeException {
        return bits(remaining());
    }

    /** A text in a field of {@code size} bytes: what precedes the first zero byte. */
    String text(int size) throws DecodeException {
        need(size);
        int length = 0;
        while (length < size && bytes[position + length] != 0) {
            length++;
        }
        String text = new String(bytes, position, length, StandardCharsets.UTF_8);
        position += size;
        return text;
    }

    private void need(int size) throws DecodeException {
        if (size < 0 || size > remaining()) {
            throw new DecodeException(tooShort, "needs " + size + " bytes and has " + remaining());
        }
    }
}
