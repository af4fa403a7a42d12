package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/**
 * What IPv4 and IPv6 have in common: finding the IP packet in a frame and the transport header in the packet. Positions are
 * indexes in the memory that is passed in.
 */
public final class Ip {
    /** ICMP for IPv4. */
    public static final int PROTOCOL_ICMP = 1;

    /** IGMP. */
    public static final int PROTOCOL_IGMP = 2;

    /** TCP. */
    public static final int PROTOCOL_TCP = 6;

    /** UDP. */
    public static final int PROTOCOL_UDP = 17;

    /** GRE. */
    public static final int PROTOCOL_GRE = 47;

    /** ICMP for IPv6. */
    public static final int PROTOCOL_ICMP6 = 58;

    /** SCTP. */
    public static final int PROTOCOL_SCTP = 132;

    /** Tags that are looked through on the way to the IP header. */
    private static final int VLAN_TAGS_MAX = 2;

    private Ip() {}

    /**
     * Finds the IP packet in an Ethernet frame, behind up to two VLAN tags.
     *
     * @param offset where the frame begins
     * @param length its length in bytes, any
     * @return where a valid IP header begins; -1 if the frame carries something else, or an IP packet that contradicts itself
     */
    public static int find(MemorySegment memory, int offset, int length) {
        int end = offset + length;
        int at = offset + Ethernet.TYPE;
        for (int tags = 0; end - at >= 2; tags++) {
            int type = Bytes.u16(memory, at);
            if (Vlan.isTag(type) && tags < VLAN_TAGS_MAX) {
                at += Vlan.TAG;
                continue;
            }
            at += 2;
            return switch (type) {
                case Ethernet.TYPE_IPV4 -> Ipv4.isValid(memory, at, end) ? at : -1;
                case Ethernet.TYPE_IPV6 -> Ipv6.isValid(memory, at, end) ? at : -1;
                default -> -1;
            };
        }
        return -1;
    }

    /** Tells whether the valid header at {@code at} is IPv4; otherwise it is IPv6. */
    public static boolean isIpv4(MemorySegment memory, int at) {
        return Bytes.u8(memory, at) >>> 4 == 4;
    }

    /** Returns where the packet ends whose valid header is at {@code at}; padding of the frame comes behind that. */
    public static int end(MemorySegment memory, int at) {
        return at + (isIpv4(memory, at) ? Ipv4.totalLength(memory, at) : Ipv6.totalLength(memory, at));
    }

    /** Returns type of service or traffic class of the valid header at {@code at}. */
    public static int tos(MemorySegment memory, int at) {
        return isIpv4(memory, at) ? Bytes.u8(memory, at + Ipv4.TOS) : Ipv6.trafficClass(memory, at);
    }

    /**
     * Finds the transport header.
     *
     * @param at where a valid IP header begins
     * @return what {@link #position}, {@link #protocol} and {@link #fragment} take apart; -1 if the IPv6 extension headers
     *     are malformed
     */
    public static long transport(MemorySegment memory, int at) {
        return isIpv4(memory, at)
                ? pack(
                        at + Ipv4.headerLength(memory, at),
                        Bytes.u8(memory, at + Ipv4.PROTOCOL),
                        Ipv4.fragment(memory, at))
                : Ipv6.walk(memory, at);
    }

    static long pack(int position, int protocol, int fragment) {
        return ((long) fragment << 40) | ((long) protocol << 32) | position;
    }

    /** Returns where the transport header begins, or would if the packet is a later fragment. */
    public static int position(long transport) {
        return (int) transport;
    }

    /** Returns the transport protocol. */
    public static int protocol(long transport) {
        return (int) (transport >>> 32) & 0xff;
    }

    /** Returns {@link FlowKey#FRAGMENT} and {@link FlowKey#FRAGMENT_LATER} as they apply. */
    public static int fragment(long transport) {
        return (int) (transport >>> 40);
    }

    /**
     * Sums the pseudo-header of TCP and UDP (RFC 9293 section 3.1, RFC 8200 section 8.1).
     *
     * @param at where a valid IP header begins
     * @param length bytes of transport header and payload
     * @return a partial sum, 16 bits
     */
    public static int pseudoSum(MemorySegment memory, int at, int protocol, int length) {
        int addresses = isIpv4(memory, at)
                ? Checksum.sum(memory, at + Ipv4.SOURCE, 8)
                : Checksum.sum(memory, at + Ipv6.SOURCE, 32);
        return Checksum.fold((long) addresses + protocol + length);
    }
}
