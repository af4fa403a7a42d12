package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/** The UDP header (RFC 768). Offsets are bytes from the header's first byte; all fields are big-endian. */
public final class Udp {
    /** Source port, 2 bytes. */
    public static final int SOURCE_PORT = 0;

    /** Destination port, 2 bytes. */
    public static final int DESTINATION_PORT = 2;

    /** Header and payload in bytes, 2 bytes. */
    public static final int LENGTH = 4;

    /** Checksum over pseudo-header, header and payload, 2 bytes; 0 means none. */
    public static final int CHECKSUM = 6;

    /** Length of the header in bytes. */
    public static final int HEADER = 8;

    private Udp() {}

    /** Tells whether a UDP datagram lies at {@code at} that ends exactly at {@code end}. */
    public static boolean isValid(MemorySegment memory, int at, int end) {
        return end - at >= HEADER && Bytes.u16(memory, at + LENGTH) == end - at;
    }
}
