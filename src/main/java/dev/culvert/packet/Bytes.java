package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Big-endian (network order), unaligned access to native memory. Every value is returned unsigned in the next wider type, and
 * every offset counts bytes from the segment's start. Callers check lengths first: nothing here is allowed to meet a bad offset.
 */
public final class Bytes {
    /** A 16-bit value in network order. */
    public static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** A 32-bit value in network order. */
    public static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /** A 64-bit value in network order. */
    public static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private Bytes() {}

    /** Reads one byte, 0 to 255. */
    public static int u8(MemorySegment memory, long offset) {
        return memory.get(ValueLayout.JAVA_BYTE, offset) & 0xff;
    }

    /** Reads two bytes, 0 to 65,535. */
    public static int u16(MemorySegment memory, long offset) {
        return memory.get(SHORT, offset) & 0xffff;
    }

    /** Reads four bytes as a raw int; the sign bit is the first bit on the wire. */
    public static int i32(MemorySegment memory, long offset) {
        return memory.get(INT, offset);
    }

    /** Reads four bytes, 0 to 2<sup>32</sup> - 1. */
    public static long u32(MemorySegment memory, long offset) {
        return memory.get(INT, offset) & 0xffff_ffffL;
    }

    /** Reads six bytes, a MAC address as Ethernet writes it, into the low 48 bits. */
    public static long u48(MemorySegment memory, long offset) {
        return ((long) u16(memory, offset) << 32) | u32(memory, offset + 2);
    }

    /** Reads eight bytes. */
    public static long i64(MemorySegment memory, long offset) {
        return memory.get(LONG, offset);
    }

    /** Writes the low 8 bits of {@code value}. */
    public static void put8(MemorySegment memory, long offset, int value) {
        memory.set(ValueLayout.JAVA_BYTE, offset, (byte) value);
    }

    /** Writes the low 16 bits of {@code value}. */
    public static void put16(MemorySegment memory, long offset, int value) {
        memory.set(SHORT, offset, (short) value);
    }

    /** Writes all 32 bits of {@code value}. */
    public static void put32(MemorySegment memory, long offset, int value) {
        memory.set(INT, offset, value);
    }

    /** Writes the low 48 bits of {@code value}, a MAC address. */
    public static void put48(MemorySegment memory, long offset, long value) {
        put16(memory, offset, (int) (value >>> 32));
        put32(memory, offset + 2, (int) value);
    }

    /** Writes all 64 bits of {@code value}. */
    public static void put64(MemorySegment memory, long offset, long value) {
        memory.set(LONG, offset, value);
    }
}
