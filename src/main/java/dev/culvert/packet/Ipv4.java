package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/** The IPv4 header (RFC 791). Offsets are bytes from the header's first byte; all fields are big-endian. */
public final class Ipv4 {
    /** Version in the high 4 bits, header length in 4-byte units in the low 4. */
    public static final int VERSION_LENGTH = 0;

    /** Type of service: DSCP (6 bits) and ECN (2 bits). */
    public static final int TOS = 1;

    /** Header and payload in bytes, 2 bytes. */
    public static final int TOTAL_LENGTH = 2;

    /** Identification, 2 bytes. */
    public static final int ID = 4;

    /** Flags and fragment offset, 2 bytes. */
    public static final int FRAGMENT = 6;

    /** Time to live. */
    public static final int TTL = 8;

    /** Protocol of the payload. */
    public static final int PROTOCOL = 9;

    /** Header checksum, 2 bytes. */
    public static final int CHECKSUM = 10;

    /** Source address, 4 bytes. */
    public static final int SOURCE = 12;

    /** Destination address, 4 bytes. */
    public static final int DESTINATION = 16;

    /** Length of a header without options, in bytes. */
    public static final int HEADER = 20;

    /** {@link #FRAGMENT}: don't fragment. */
    public static final int DONT_FRAGMENT = 0x4000;

    /** {@link #FRAGMENT}: more fragments. */
    public static final int MORE_FRAGMENTS = 0x2000;

    /** {@link #FRAGMENT}: the offset's bits, in 8-byte units. */
    public static final int OFFSET_MASK = 0x1fff;

    private Ipv4() {}

    /**
     * Tells whether an IPv4 header with all its options lies at {@code at}, and its packet before {@code end}. The header
     * checksum is not looked at.
     *
     * @param end where the frame ends in {@code memory}
     */
    public static boolean isValid(MemorySegment memory, int at, int end) {
        if (end - at < HEADER || Bytes.u8(memory, at) >>> 4 != 4) {
            return false;
        }
        int header = headerLength(memory, at);
        int total = totalLength(memory, at);
        return header >= HEADER && header <= total && total <= end - at;
    }

    /** Returns the header's length with options, in bytes: 0 to 60. */
    public static int headerLength(MemorySegment memory, int at) {
        return (Bytes.u8(memory, at) & 0xf) << 2;
    }

    /** Returns the packet's length, header included, in bytes. */
    public static int totalLength(MemorySegment memory, int at) {
        return Bytes.u16(memory, at + TOTAL_LENGTH);
    }

    /** Returns {@link FlowKey#FRAGMENT} and {@link FlowKey#FRAGMENT_LATER} as they apply. */
    public static int fragment(MemorySegment memory, int at) {
        int field = Bytes.u16(memory, at + FRAGMENT);
        if ((field & (MORE_FRAGMENTS | OFFSET_MASK)) == 0) {
            return 0;
        }
        return (field & OFFSET_MASK) == 0 ? FlowKey.FRAGMENT : FlowKey.FRAGMENT | FlowKey.FRAGMENT_LATER;
    }

    /** Computes and writes the header checksum. The header must be valid. */
    public static void writeChecksum(MemorySegment memory, int at) {
        Bytes.put16(memory, at + CHECKSUM, 0);
        Bytes.put16(memory, at + CHECKSUM, ~Checksum.sum(memory, at, headerLength(memory, at)));
    }

    /** Tells whether an address (network order int) is multicast, 224.0.0.0/4. */
    public static boolean isMulticast(int address) {
        return address >>> 28 == 0xe;
    }
}
