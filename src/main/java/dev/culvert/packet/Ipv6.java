package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/** The IPv6 header and its extension headers (RFC 8200). Offsets are bytes from the header's first byte; big-endian. */
public final class Ipv6 {
    /** Version (4 bits), traffic class (8 bits) and flow label (20 bits). */
    public static final int VERSION_CLASS_LABEL = 0;

    /** Bytes behind the fixed header, 2 bytes. */
    public static final int PAYLOAD_LENGTH = 4;

    /** Type of what follows, 1 byte. */
    public static final int NEXT_HEADER = 6;

    /** Hop limit. */
    public static final int HOP_LIMIT = 7;

    /** Source address, 16 bytes. */
    public static final int SOURCE = 8;

    /** Destination address, 16 bytes. */
    public static final int DESTINATION = 24;

    /** Length of the fixed header in bytes. */
    public static final int HEADER = 40;

    /** The least MTU of an IPv6 link (RFC 8200 section 5). */
    public static final int MTU_MIN = 1280;

    /** The flow label's bits in {@link #VERSION_CLASS_LABEL}. */
    public static final int LABEL_MASK = 0xfffff;

    /** More extension headers than this are taken for an attack: a real packet has one or two. */
    private static final int EXTENSION_HEADERS_MAX = 16;

    private static final int HOP_BY_HOP = 0;
    private static final int ROUTING = 43;
    private static final int FRAGMENT = 44;
    private static final int AUTHENTICATION = 51;
    private static final int DESTINATION_OPTIONS = 60;
    private static final int FRAGMENT_OFFSET_MASK = 0xfff8;

    private Ipv6() {}

    /**
     * Tells whether an IPv6 header lies at {@code at}, and its packet before {@code end}.
     *
     * @param end where the frame ends in {@code memory}
     */
    public static boolean isValid(MemorySegment memory, int at, int end) {
        return end - at >= HEADER
                && Bytes.u8(memory, at) >>> 4 == 6
                && HEADER + Bytes.u16(memory, at + PAYLOAD_LENGTH) <= end - at;
    }

    /** Returns the packet's length, fixed header included, in bytes. */
    public static int totalLength(MemorySegment memory, int at) {
        return HEADER + Bytes.u16(memory, at + PAYLOAD_LENGTH);
    }

    /** Returns the traffic class: DSCP (6 bits) and ECN (2 bits). */
    public static int trafficClass(MemorySegment memory, int at) {
        return (Bytes.u16(memory, at) >>> 4) & 0xff;
    }

    /**
     * Walks the extension headers to the transport header, or to the first header that this knows nothing of. Behind a
     * fragment header with an offset there is none: the answer is then protocol 44, as Open vSwitch has it.
     *
     * @param at where a valid IPv6 header lies
     * @return the answer as {@link Ip#transport} packs it; -1 if a header runs over the packet's end or there are too many
     */
    static long walk(MemorySegment memory, int at) {
        int end = at + totalLength(memory, at);
        int next = Bytes.u8(memory, at + NEXT_HEADER);
        int position = at + HEADER;
        int fragment = 0;
        for (int i = 0; i <= EXTENSION_HEADERS_MAX; i++) {
            if (!isExtension(next)) {
                return Ip.pack(position, next, fragment);
            }
            if (end - position < 8) {
                return -1;
            }
            int type = next;
            next = Bytes.u8(memory, position);
            int length = Bytes.u8(memory, position + 1);
            switch (type) {
                case FRAGMENT -> {
                    int field = Bytes.u16(memory, position + 2);
                    position += 8;
                    // also with nothing but the reserved bits, which RFC 8200 ignores: Open vSwitch does not
                    if (field != 0) {
                        fragment = FlowKey.FRAGMENT;
                        if ((field & FRAGMENT_OFFSET_MASK) != 0) {
                            return Ip.pack(position, FRAGMENT, FlowKey.FRAGMENT | FlowKey.FRAGMENT_LATER);
                        }
                    }
                }
                case AUTHENTICATION -> position += (length + 2) << 2;
                default -> position += (length + 1) << 3;
            }
            if (position > end) {
                return -1;
            }
        }
        return -1;
    }

    static boolean isExtension(int header) {
        return header == HOP_BY_HOP
                || header == ROUTING
                || header == FRAGMENT
                || header == AUTHENTICATION
                || header == DESTINATION_OPTIONS;
    }

    /** Writes the first four bytes: version, traffic class, and no flow label. */
    public static void writeStart(MemorySegment memory, int at, int trafficClass) {
        Bytes.put32(memory, at, 0x6000_0000 | trafficClass << 20);
    }
}
