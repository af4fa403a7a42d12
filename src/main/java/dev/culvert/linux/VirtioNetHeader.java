package dev.culvert.linux;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * The 10-byte {@code struct virtio_net_hdr} (linux/virtio_net.h) before every frame of a {@link TapDevice} and of a
 * {@link PacketSocket}: what segmentation and checksumming a frame still waits for.
 *
 * <p>Multi-byte fields are in the machine's own byte order, as the kernel's legacy virtio header is. All offsets given to
 * the methods are of the header's first byte within the segment; lengths and sizes are in bytes.
 */
public final class VirtioNetHeader {
    /** Size of the header. */
    public static final int LENGTH = 10;

    /** Offset of the flags, one byte. */
    public static final int FLAGS = 0;
    /** Offset of the segmentation type, one byte. */
    public static final int GSO_TYPE = 1;
    /** Offset of the length of all protocol headers of the frame, two bytes: a hint. */
    public static final int HEADER_LENGTH = 2;
    /** Offset of the payload bytes of a segment, two bytes. */
    public static final int GSO_SIZE = 4;
    /** Offset of where summing starts, two bytes, counted from the frame's first byte. */
    public static final int CHECKSUM_START = 6;
    /** Offset of the place of the checksum, two bytes, counted from {@link #CHECKSUM_START}'s value. */
    public static final int CHECKSUM_OFFSET = 8;

    /** Flag: the checksum holds the pseudo-header's sum only, and the rest is to be added. */
    public static final int FLAG_NEEDS_CHECKSUM = 1;
    /** Flag: the checksum was found to be right already. */
    public static final int FLAG_DATA_VALID = 2;

    /** Segmentation type: none. */
    public static final int GSO_NONE = 0;
    /** Segmentation type: TCP over IPv4. */
    public static final int GSO_TCPV4 = 1;
    /** Segmentation type: UDP cut into IP fragments (obsolete). */
    public static final int GSO_UDP = 3;
    /** Segmentation type: TCP over IPv6. */
    public static final int GSO_TCPV6 = 4;
    /** Segmentation type: UDP datagrams of equal size. */
    public static final int GSO_UDP_L4 = 5;
    /** Added to a TCP type: the first segment alone carries CWR (RFC 3168). */
    public static final int GSO_ECN = 0x80;

    private VirtioNetHeader() {}

    /** Returns the flags. */
    public static int flags(MemorySegment memory, long offset) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset + FLAGS));
    }

    /** Returns the segmentation type, {@link #GSO_ECN} included. */
    public static int gsoType(MemorySegment memory, long offset) {
        return Byte.toUnsignedInt(memory.get(ValueLayout.JAVA_BYTE, offset + GSO_TYPE));
    }

    /** Returns the length of the frame's protocol headers, as far as the sender knew it. */
    public static int headerLength(MemorySegment memory, long offset) {
        return u16(memory, offset + HEADER_LENGTH);
    }

    /** Returns the payload bytes of a segment. */
    public static int gsoSize(MemorySegment memory, long offset) {
        return u16(memory, offset + GSO_SIZE);
    }

    /** Returns where summing starts, counted from the frame's first byte. */
    public static int checksumStart(MemorySegment memory, long offset) {
        return u16(memory, offset + CHECKSUM_START);
    }

    /** Returns the place of the checksum, counted from {@link #checksumStart}. */
    public static int checksumOffset(MemorySegment memory, long offset) {
        return u16(memory, offset + CHECKSUM_OFFSET);
    }

    /** Writes a header that asks for nothing. */
    public static void writeNone(MemorySegment memory, long offset) {
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, offset, 0L);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + CHECKSUM_OFFSET, (short) 0);
    }

    /** Writes all six fields; of each only as many low bits as its field has are kept. */
    public static void write(
            MemorySegment memory,
            long offset,
            int flags,
            int gsoType,
            int headerLength,
            int gsoSize,
            int checksumStart,
            int checksumOffset) {
        memory.set(ValueLayout.JAVA_BYTE, offset + FLAGS, (byte) flags);
        memory.set(ValueLayout.JAVA_BYTE, offset + GSO_TYPE, (byte) gsoType);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + HEADER_LENGTH, (short) headerLength);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + GSO_SIZE, (short) gsoSize);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + CHECKSUM_START, (short) checksumStart);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, offset + CHECKSUM_OFFSET, (short) checksumOffset);
    }

    private static int u16(MemorySegment memory, long offset) {
        return Short.toUnsignedInt(memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, offset));
    }
}
