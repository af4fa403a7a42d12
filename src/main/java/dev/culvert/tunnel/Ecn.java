package dev.culvert.tunnel;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * Explicit congestion notification across tunnels (RFC 6040). The two ECN bits are the low ones of IPv4's type of service and
 * IPv6's traffic class.
 *
 * <p>Open vSwitch differs: on the way in it sends ECT(0) outside where CE is inside (the "full functionality" of RFC 3168),
 * so congestion that was marked before the tunnel is not visible in it; and on the way out it does not carry an outer ECT(1)
 * over to an inner ECT(0). Both ends understand each other in any combination.
 */
public final class Ecn {
    /** The two bits. */
    public static final int MASK = 3;

    /** Not ECN-capable. */
    public static final int NOT_ECT = 0;

    /** ECN-capable, codepoint 1. */
    public static final int ECT1 = 1;

    /** ECN-capable, codepoint 0. */
    public static final int ECT0 = 2;

    /** Congestion experienced. */
    public static final int CE = 3;

    /** What {@link #decapsulate} returns for a packet to be dropped. */
    public static final int DROP = -1;

    private Ecn() {}

    /**
     * Returns the outer header's type of service (RFC 6040 section 4.1, normal mode: inner ECN bits are copied).
     *
     * @param innerTos the inner packet's; -1 if it is no IP packet
     * @param tunnelTos the tunnel's configured one, ECN bits 0
     * @param inherited whether the inner DSCP goes before the configured one
     */
    public static int encapsulate(int innerTos, int tunnelTos, boolean inherited) {
        if (innerTos < 0) {
            return inherited ? 0 : tunnelTos;
        }
        return ((inherited ? innerTos : tunnelTos) & ~MASK) | (innerTos & MASK);
    }

    /**
     * Returns the ECN bits of the packet that leaves the tunnel (RFC 6040 section 4.2, figure 4).
     *
     * @param inner the inner header's bits, 0 to 3
     * @param outer the outer header's bits, 0 to 3
     * @return the bits, or {@link #DROP}: congestion that the packet has no way to tell of
     */
    public static int decapsulate(int inner, int outer) {
        if (outer == CE) {
            return inner == NOT_ECT ? DROP : CE;
        }
        return outer == ECT1 && inner == ECT0 ? ECT1 : inner;
    }

    /**
     * Carries the outer header's ECN bits over to a frame that left a tunnel. What is not IP stays as it is.
     *
     * @param packet the inner frame
     * @param outerTos the outer type of service or traffic class
     * @return false if the packet must be dropped
     */
    public static boolean decapsulate(Packet packet, int outerTos) {
        int outer = outerTos & MASK;
        if (outer != CE && outer != ECT1) {
            return true; // changes nothing, whatever is inside
        }
        MemorySegment memory = packet.memory;
        int ip = Ip.find(memory, packet.offset, packet.length);
        if (ip < 0) {
            return true;
        }
        int inner = Ip.tos(memory, ip) & MASK;
        int ecn = decapsulate(inner, outer);
        if (ecn == DROP) {
            return false;
        }
        if (ecn != inner) {
            write(memory, ip, ecn);
        }
        return true;
    }

    /** Writes ECN bits into a valid IP header. The bits lie in its first 16-bit word in both versions. */
    private static void write(MemorySegment memory, int ip, int ecn) {
        int word = Bytes.u16(memory, ip);
        if (Ip.isIpv4(memory, ip)) {
            int changed = (word & ~MASK) | ecn;
            int checksum = Bytes.u16(memory, ip + Ipv4.CHECKSUM);
            Bytes.put16(memory, ip, changed);
            Bytes.put16(memory, ip + Ipv4.CHECKSUM, Checksum.update(checksum, word, changed));
        } else {
            Bytes.put16(memory, ip, (word & ~(MASK << 4)) | (ecn << 4));
        }
    }
}
