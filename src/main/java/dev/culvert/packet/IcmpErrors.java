package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/**
 * Tells a sender, on behalf of the far side, that its packet is too big for the path: so that hosts find the path's MTU by
 * themselves though a switch has no address of its own to speak from.
 *
 * <p>The message goes from the original's destination to its source, and keeps its VLAN tags.
 */
public final class IcmpErrors {
    /** The longest message, IP header included: every host takes that (RFC 1812 section 4.3.2.3). */
    private static final int IPV4_LENGTH_MAX = 576;

    private static final int IPV4_MTU_MIN = 68;
    private static final int TTL = 64;
    private static final int LOOPBACK = 127;

    private IcmpErrors() {}

    /**
     * Writes "fragmentation needed and DF set" (RFC 792, RFC 1191) about an IPv4 packet. Whether DF is set is for the caller
     * to know.
     *
     * @param original the packet that is too big
     * @param mtu what fits, in bytes of the inner IP packet
     * @param out becomes the message; what it held is lost only if the answer is true
     * @return false if no error may answer this packet: it is an ICMP error itself, multicast or broadcast, a fragment other
     *     than the first, from no single host (RFC 1122 section 3.2.2), not IPv4, or the MTU is below the least of 68
     */
    public static boolean fragmentationNeeded(Packet original, int mtu, Packet out) {
        MemorySegment memory = original.memory;
        int at = Ip.find(memory, original.offset, original.length);
        if (at < 0 || !Ip.isIpv4(memory, at) || mtu < IPV4_MTU_MIN || !mayAnswer(original)) {
            return false;
        }
        int source = Bytes.i32(memory, at + Ipv4.SOURCE);
        int destination = Bytes.i32(memory, at + Ipv4.DESTINATION);
        if (!isHost(source) || !isHost(destination)) {
            return false;
        }
        long transport = Ip.transport(memory, at);
        int l4 = Ip.position(transport);
        int total = Ipv4.totalLength(memory, at);
        if ((Ip.fragment(transport) & FlowKey.FRAGMENT_LATER) != 0
                || (Ip.protocol(transport) == Ip.PROTOCOL_ICMP
                        && (l4 >= at + total || Icmp4.isError(Bytes.u8(memory, l4))))) {
            return false;
        }
        int quoted = Math.min(total, IPV4_LENGTH_MAX - Ipv4.HEADER - Icmp4.HEADER);
        int ip = start(original, at, Ipv4.HEADER + Icmp4.HEADER, quoted, out);
        Bytes.put32(out.memory, ip, (0x45 << 24) | (Ipv4.HEADER + Icmp4.HEADER + quoted));
        Bytes.put32(out.memory, ip + Ipv4.ID, 0);
        Bytes.put32(out.memory, ip + Ipv4.TTL, (TTL << 24) | (Ip.PROTOCOL_ICMP << 16));
        Bytes.put32(out.memory, ip + Ipv4.SOURCE, destination);
        Bytes.put32(out.memory, ip + Ipv4.DESTINATION, source);
        Ipv4.writeChecksum(out.memory, ip);
        int icmp = ip + Ipv4.HEADER;
        Bytes.put32(out.memory, icmp, (Icmp4.DESTINATION_UNREACHABLE << 24) | (Icmp4.FRAGMENTATION_NEEDED << 16));
        Bytes.put32(out.memory, icmp + 4, Math.min(mtu, 0xffff));
        int sum = Checksum.sum(out.memory, icmp, Icmp4.HEADER + quoted);
        Bytes.put16(out.memory, icmp + Icmp4.CHECKSUM, ~sum);
        return true;
    }

    /**
     * Writes "packet too big" (RFC 4443 section 3.2) about an IPv6 packet.
     *
     * @param original the packet that is too big
     * @param mtu what fits, in bytes of the inner IP packet
     * @param out becomes the message; what it held is lost only if the answer is true
     * @return false if no error may answer this packet: it is an ICMPv6 error or redirect itself, multicast, a fragment other
     *     than the first, from no single host (RFC 4443 section 2.4), not IPv6, or the MTU is below 1280, which hosts do not
     *     believe (RFC 8201 section 4)
     */
    public static boolean packetTooBig(Packet original, int mtu, Packet out) {
        MemorySegment memory = original.memory;
        int at = Ip.find(memory, original.offset, original.length);
        if (at < 0 || Ip.isIpv4(memory, at) || mtu < Ipv6.MTU_MIN || !mayAnswer(original)) {
            return false;
        }
        boolean unspecified = (Bytes.i64(memory, at + Ipv6.SOURCE) | Bytes.i64(memory, at + Ipv6.SOURCE + 8)) == 0;
        if (unspecified
                || Bytes.u8(memory, at + Ipv6.SOURCE) == 0xff
                || Bytes.u8(memory, at + Ipv6.DESTINATION) == 0xff) {
            return false;
        }
        long transport = Ipv6.walk(memory, at);
        int total = Ipv6.totalLength(memory, at);
        if (transport < 0
                || (Ip.fragment(transport) & FlowKey.FRAGMENT_LATER) != 0
                || (Ip.protocol(transport) == Ip.PROTOCOL_ICMP6
                        && (Ip.position(transport) >= at + total
                                || Icmp6.isError(Bytes.u8(memory, Ip.position(transport)))))) {
            return false;
        }
        int quoted = Math.min(total, Ipv6.MTU_MIN - Ipv6.HEADER - Icmp6.HEADER);
        int ip = start(original, at, Ipv6.HEADER + Icmp6.HEADER, quoted, out);
        Bytes.put32(out.memory, ip, 6 << 28);
        Bytes.put16(out.memory, ip + Ipv6.PAYLOAD_LENGTH, Icmp6.HEADER + quoted);
        Bytes.put8(out.memory, ip + Ipv6.NEXT_HEADER, Ip.PROTOCOL_ICMP6);
        Bytes.put8(out.memory, ip + Ipv6.HOP_LIMIT, TTL);
        MemorySegment.copy(memory, at + Ipv6.DESTINATION, out.memory, ip + Ipv6.SOURCE, 16);
        MemorySegment.copy(memory, at + Ipv6.SOURCE, out.memory, ip + Ipv6.DESTINATION, 16);
        int icmp = ip + Ipv6.HEADER;
        Bytes.put32(out.memory, icmp, Icmp6.PACKET_TOO_BIG << 24);
        Bytes.put32(out.memory, icmp + Icmp6.NEXT_HOP_MTU, mtu);
        int length = Icmp6.HEADER + quoted;
        int sum = Checksum.add(
                Ip.pseudoSum(out.memory, ip, Ip.PROTOCOL_ICMP6, length), Checksum.sum(out.memory, icmp, length));
        Bytes.put16(out.memory, icmp + Icmp6.CHECKSUM, Checksum.complement(sum, false));
        return true;
    }

    private static boolean mayAnswer(Packet original) {
        return !Ethernet.isMulticast(Bytes.u48(original.memory, original.offset + Ethernet.DESTINATION))
                && !Ethernet.isMulticast(Bytes.u48(original.memory, original.offset + Ethernet.SOURCE));
    }

    private static boolean isHost(int address) {
        return address >>> 24 != 0
                && address >>> 24 != LOOPBACK
                && address >>> 28 < 0xe; // neither multicast nor reserved nor broadcast
    }

    /** Writes the Ethernet header back to the sender and the quotation; returns where the IP header belongs. */
    private static int start(Packet original, int at, int headers, int quoted, Packet out) {
        int link = at - original.offset;
        out.reset();
        out.inPort = original.inPort;
        out.length = link + headers + quoted;
        MemorySegment.copy(original.memory, original.offset, out.memory, out.offset, link);
        Bytes.put48(
                out.memory,
                out.offset + Ethernet.DESTINATION,
                Bytes.u48(original.memory, original.offset + Ethernet.SOURCE));
        Bytes.put48(
                out.memory,
                out.offset + Ethernet.SOURCE,
                Bytes.u48(original.memory, original.offset + Ethernet.DESTINATION));
        MemorySegment.copy(original.memory, at, out.memory, out.offset + link + headers, quoted);
        return out.offset + link;
    }
}
