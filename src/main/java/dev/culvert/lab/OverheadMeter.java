package dev.culvert.lab;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.OptionalInt;

/**
 * Measures what an encapsulation adds to a frame, from frames as they were on the underlay: the frame's length less
 * that of the inner frame, which its own IP header tells. Only echo requests and replies between the guests are looked
 * at, because nothing coalesces or splits them.
 */
final class OverheadMeter {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private static final int ETHERNET = 14;
    private static final int UDP = 8;
    private static final int VXLAN = 8;
    private static final int GENEVE = 8;
    private static final int GRE = 4;

    private static final int TYPE_IPV4 = 0x0800;
    private static final int PROTOCOL_ICMP = 1;
    private static final int PROTOCOL_UDP = 17;
    private static final int PROTOCOL_GRE = 47;
    private static final int GRE_ETHERNET = 0x6558;
    private static final int PORT_VXLAN = 4789;
    private static final int PORT_GENEVE = 6081;

    private int overhead = -1;
    private int frames;

    /**
     * Looks at a frame of the underlay.
     *
     * @param frame from its Ethernet header on; anything at all
     */
    void observe(MemorySegment frame) {
        int inner = innerFrame(frame);
        if (inner < 0 || !isIpv4(frame, inner)) {
            return;
        }
        int header = inner + ETHERNET;
        boolean whole = (word(frame, header + 6) & 0x3fff) == 0;
        if (!whole || octet(frame, header + 9) != PROTOCOL_ICMP) {
            return;
        }
        int innerLength = ETHERNET + word(frame, header + 2);
        overhead = (int) frame.byteSize() - innerLength;
        frames++;
    }

    /** Bytes that the encapsulation added to the last frame that was looked at, if there was any. */
    OptionalInt overhead() {
        return overhead < 0 ? OptionalInt.empty() : OptionalInt.of(overhead);
    }

    /** How many frames the figure rests on. */
    int frames() {
        return frames;
    }

    /** Where the tunnelled frame begins, or -1 if this frame carries none. */
    private static int innerFrame(MemorySegment frame) {
        if (!isIpv4(frame, 0)) {
            return -1;
        }
        int transport = ETHERNET + (octet(frame, ETHERNET) & 0xf) * 4;
        return switch (octet(frame, ETHERNET + 9)) {
            case PROTOCOL_GRE -> afterGre(frame, transport);
            case PROTOCOL_UDP ->
                switch (word(frame, transport + 2)) {
                    case PORT_VXLAN -> transport + UDP + VXLAN;
                    case PORT_GENEVE -> transport + UDP + GENEVE + (octet(frame, transport + UDP) & 0x3f) * 4;
                    default -> -1;
                };
            default -> -1;
        };
    }

    /** Checksum, key and sequence number are four bytes each, where their flags say so (RFC 2784, RFC 2890). */
    private static int afterGre(MemorySegment frame, int gre) {
        int flags = word(frame, gre);
        if (word(frame, gre + 2) != GRE_ETHERNET) {
            return -1;
        }
        return gre + GRE + 4 * (flags >> 15 & 1) + 4 * (flags >> 13 & 1) + 4 * (flags >> 12 & 1);
    }

    private static boolean isIpv4(MemorySegment frame, int ethernet) {
        return word(frame, ethernet + 12) == TYPE_IPV4 && octet(frame, ethernet + ETHERNET) >> 4 == 4;
    }

    /** Two bytes in network order; what lies beyond the frame's end is -1, which equals nothing that is looked for. */
    private static int word(MemorySegment frame, int offset) {
        return offset + 2 <= frame.byteSize() ? Short.toUnsignedInt(frame.get(SHORT, offset)) : -1;
    }

    private static int octet(MemorySegment frame, int offset) {
        return offset < frame.byteSize() ? Byte.toUnsignedInt(frame.get(ValueLayout.JAVA_BYTE, offset)) : -1;
    }
}
