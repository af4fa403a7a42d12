package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/** The TCP header (RFC 9293 section 3.1). Offsets are bytes from the header's first byte; all fields are big-endian. */
public final class Tcp {
    /** Source port, 2 bytes. */
    public static final int SOURCE_PORT = 0;

    /** Destination port, 2 bytes. */
    public static final int DESTINATION_PORT = 2;

    /** Sequence number of the first payload byte, 4 bytes. */
    public static final int SEQUENCE = 4;

    /** Acknowledgment number, 4 bytes. */
    public static final int ACKNOWLEDGMENT = 8;

    /** Header length in 4-byte units (4 bits), then 12 bits of flags. */
    public static final int OFFSET_FLAGS = 12;

    /** Window, 2 bytes. */
    public static final int WINDOW = 14;

    /** Checksum over pseudo-header, header and payload, 2 bytes. */
    public static final int CHECKSUM = 16;

    /** Urgent pointer, 2 bytes. */
    public static final int URGENT = 18;

    /** Length of a header without options, in bytes. */
    public static final int HEADER = 20;

    /** The flags' bits in {@link #OFFSET_FLAGS}. */
    public static final int FLAGS_MASK = 0x0fff;

    /** Flag: no more data. */
    public static final int FIN = 0x01;

    /** Flag: synchronize. */
    public static final int SYN = 0x02;

    /** Flag: reset. */
    public static final int RST = 0x04;

    /** Flag: push. */
    public static final int PSH = 0x08;

    /** Flag: the acknowledgment number counts. */
    public static final int ACK = 0x10;

    /** Flag: the urgent pointer counts. */
    public static final int URG = 0x20;

    /** Flag: congestion echo (RFC 3168). */
    public static final int ECE = 0x40;

    /** Flag: congestion window reduced (RFC 3168). */
    public static final int CWR = 0x80;

    private Tcp() {}

    /** Tells whether a TCP header with all its options lies at {@code at} before {@code end}. */
    public static boolean isValid(MemorySegment memory, int at, int end) {
        return end - at >= HEADER && headerLength(memory, at) >= HEADER && headerLength(memory, at) <= end - at;
    }

    /** Returns the header's length with options, in bytes: 0 to 60. */
    public static int headerLength(MemorySegment memory, int at) {
        return (Bytes.u8(memory, at + OFFSET_FLAGS) >>> 4) << 2;
    }

    /** Returns the 12 flags. */
    public static int flags(MemorySegment memory, int at) {
        return Bytes.u16(memory, at + OFFSET_FLAGS) & FLAGS_MASK;
    }
}
