package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/** The Ethernet header (IEEE 802.3): destination, source, type. Offsets are bytes from the frame's first byte. */
public final class Ethernet {
    /** The destination MAC address, 6 bytes. */
    public static final int DESTINATION = 0;

    /** The source MAC address, 6 bytes. */
    public static final int SOURCE = 6;

    /** The type, 2 bytes, big-endian; below {@link #TYPE_MIN} it is the length of an LLC frame. */
    public static final int TYPE = 12;

    /** The header's length in bytes, without tags. */
    public static final int HEADER = 14;

    /** The smallest value that is a type and no length (IEEE 802.3 clause 3.2.6). */
    public static final int TYPE_MIN = 0x600;

    /** What Open vSwitch calls the type of a frame that has none (OFP_DL_TYPE_NOT_ETH_TYPE). */
    public static final int TYPE_NONE = 0x5ff;

    /** IPv4. */
    public static final int TYPE_IPV4 = 0x0800;

    /** ARP. */
    public static final int TYPE_ARP = 0x0806;

    /** Ethernet carried by a tunnel (RFC 1701, transparent Ethernet bridging). */
    public static final int TYPE_TEB = 0x6558;

    /** Reverse ARP. */
    public static final int TYPE_RARP = 0x8035;

    /** IPv6. */
    public static final int TYPE_IPV6 = 0x86dd;

    /** The broadcast address, in the low 48 bits. */
    public static final long BROADCAST = 0xffff_ffff_ffffL;

    private static final int SNAP = 8;
    private static final long SNAP_RFC1042 = 0xaaaa_0300_0000L;

    private Ethernet() {}

    /** Tells whether a MAC address (low 48 bits) is multicast or broadcast. */
    public static boolean isMulticast(long mac) {
        return (mac & 0x0100_0000_0000L) != 0;
    }

    /**
     * Reads the type that stands at {@code offset}, looking through an RFC 1042 LLC/SNAP header as Open vSwitch does.
     *
     * @param offset where the type field stands in {@code memory}
     * @param end where the frame ends in {@code memory}; the field itself must lie before it
     * @return the type; {@link #TYPE_NONE} for an LLC frame without one
     */
    static int type(MemorySegment memory, int offset, int end) {
        int type = Bytes.u16(memory, offset);
        if (type >= TYPE_MIN) {
            return type;
        }
        if (!isSnap(memory, offset, end)) {
            return TYPE_NONE;
        }
        int inner = Bytes.u16(memory, offset + 8);
        return inner >= TYPE_MIN ? inner : TYPE_NONE;
    }

    /** Returns the bytes that the type at {@code offset} takes, with the LLC/SNAP header that {@link #type} looked through. */
    static int typeLength(MemorySegment memory, int offset, int end) {
        return Bytes.u16(memory, offset) < TYPE_MIN && isSnap(memory, offset, end) ? 2 + SNAP : 2;
    }

    private static boolean isSnap(MemorySegment memory, int offset, int end) {
        return end - offset - 2 >= SNAP && Bytes.u48(memory, offset + 2) == SNAP_RFC1042;
    }
}
