package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * Reads a packet's flow key out of its bytes, as Open vSwitch's {@code flow_extract} does: what is cut off or contradicts
 * itself leaves its fields zero, and nothing behind it is looked at. Any bytes have a key.
 */
public final class FlowExtractor {
    /** How many VLAN tags are looked through unless somebody asks for more (Open vSwitch's {@code vlan-limit}). */
    public static final int VLAN_LIMIT = 1;

    private static final int SCTP_HEADER = 12;

    private FlowExtractor() {}

    /** Extracts with {@link #VLAN_LIMIT}. */
    public static void extract(Packet packet, long[] out) {
        extract(packet, out, VLAN_LIMIT);
    }

    /**
     * Fills a flow key from a packet and notes where its headers begin in {@link Packet#l3Offset} and {@link Packet#l4Offset}.
     *
     * @param packet any bytes at all
     * @param out {@link FlowKey#WORDS} longs, all overwritten
     * @param vlanLimit how many VLAN tags are looked through, 0 to 2; with fewer than the packet has, the tag that is left
     *     is the packet's type and nothing behind it is looked at
     */
    public static void extract(Packet packet, long[] out, int vlanLimit) {
        metadata(packet, out);
        packet.l3Offset = -1;
        packet.l4Offset = -1;
        MemorySegment memory = packet.memory;
        int start = packet.offset;
        int end = start + packet.length;
        if (packet.length < Ethernet.HEADER) {
            return;
        }
        int at = start + Ethernet.TYPE;
        long outer = 0;
        long inner = 0;
        if (vlanLimit > 0 && isWholeTag(memory, at, end)) {
            outer = Bytes.u32(memory, at) | Vlan.PRESENT;
            at += Vlan.TAG;
            if (vlanLimit > 1 && isWholeTag(memory, at, end)) {
                inner = Bytes.u32(memory, at) | Vlan.PRESENT;
                at += Vlan.TAG;
            }
        }
        int type = Ethernet.type(memory, at, end);
        at += Ethernet.typeLength(memory, at, end);
        out[1] = (Bytes.u48(memory, start + Ethernet.DESTINATION) << 16) | type;
        out[2] = (Bytes.u48(memory, start + Ethernet.SOURCE) << 16) | (outer & 0xffff);
        out[3] = inner & 0xffff;
        out[4] = (outer & 0xffff_0000L) | (inner >>> 16);
        packet.l3Offset = at - start;
        switch (type) {
            case Ethernet.TYPE_IPV4 -> {
                if (Ipv4.isValid(memory, at, end)) {
                    ipv4(packet, at, out);
                }
            }
            case Ethernet.TYPE_IPV6 -> {
                if (Ipv6.isValid(memory, at, end)) {
                    ipv6(packet, at, out);
                }
            }
            case Ethernet.TYPE_ARP, Ethernet.TYPE_RARP -> {
                if (Arp.isValid(memory, at, end)) {
                    arp(memory, at, out);
                }
            }
            default -> {}
        }
    }

    private static void metadata(Packet packet, long[] out) {
        Arrays.fill(out, 0);
        out[0] = ((long) packet.inPort << 32) | (packet.mark & 0xffff_ffffL);
        if (packet.fromTunnel) {
            out[9] = packet.tunnelFlags & 0xffff;
            out[10] = ((packet.tunnelTos & 0xff) << 8) | (packet.tunnelTtl & 0xff);
            out[13] = packet.tunnelId;
            out[14] = packet.tunnelSourceHi;
            out[15] = packet.tunnelSourceLo;
            out[16] = packet.tunnelDestinationHi;
            out[17] = packet.tunnelDestinationLo;
        }
    }

    private static boolean isWholeTag(MemorySegment memory, int at, int end) {
        return end - at >= Vlan.TAG + 2 && Vlan.isTag(Bytes.u16(memory, at));
    }

    private static void ipv4(Packet packet, int at, long[] out) {
        MemorySegment memory = packet.memory;
        out[6] = FlowKey.IPV4_LOW | Bytes.u32(memory, at + Ipv4.SOURCE);
        out[8] = FlowKey.IPV4_LOW | Bytes.u32(memory, at + Ipv4.DESTINATION);
        network(
                out,
                Bytes.u8(memory, at + Ipv4.PROTOCOL),
                Bytes.u8(memory, at + Ipv4.TOS),
                Bytes.u8(memory, at + Ipv4.TTL),
                Ipv4.fragment(memory, at));
        transport(packet, Ip.transport(memory, at), at + Ipv4.totalLength(memory, at), out);
    }

    private static void ipv6(Packet packet, int at, long[] out) {
        MemorySegment memory = packet.memory;
        out[5] = Bytes.i64(memory, at + Ipv6.SOURCE);
        out[6] = Bytes.i64(memory, at + Ipv6.SOURCE + 8);
        out[7] = Bytes.i64(memory, at + Ipv6.DESTINATION);
        out[8] = Bytes.i64(memory, at + Ipv6.DESTINATION + 8);
        long transport = Ipv6.walk(memory, at);
        if (transport < 0) {
            return;
        }
        out[18] = Bytes.i32(memory, at) & Ipv6.LABEL_MASK;
        network(
                out,
                Ip.protocol(transport),
                Ipv6.trafficClass(memory, at),
                Bytes.u8(memory, at + Ipv6.HOP_LIMIT),
                Ip.fragment(transport));
        transport(packet, transport, at + Ipv6.totalLength(memory, at), out);
    }

    private static void network(long[] out, long protocol, long tos, long ttl, long fragment) {
        out[3] |= (protocol << 56) | (tos << 48) | (ttl << 40) | (fragment << 32);
    }

    private static void ports(long[] out, long source, long destination) {
        out[4] |= (source << 48) | (destination << 32);
    }

    private static void arp(MemorySegment memory, int at, long[] out) {
        int opcode = Bytes.u16(memory, at + Arp.OPCODE);
        if (opcode <= 0xff) {
            network(out, opcode, 0, 0, 0);
        }
        out[6] = FlowKey.IPV4_LOW | Bytes.u32(memory, at + Arp.SENDER_IP);
        out[8] = FlowKey.IPV4_LOW | Bytes.u32(memory, at + Arp.TARGET_IP);
        out[9] |= Bytes.u48(memory, at + Arp.SENDER_MAC) << 16;
        out[10] |= Bytes.u48(memory, at + Arp.TARGET_MAC) << 16;
    }

    private static void transport(Packet packet, long transport, int end, long[] out) {
        MemorySegment memory = packet.memory;
        int at = Ip.position(transport);
        if ((Ip.fragment(transport) & FlowKey.FRAGMENT_LATER) != 0) {
            return;
        }
        packet.l4Offset = at - packet.offset;
        switch (Ip.protocol(transport)) {
            case Ip.PROTOCOL_TCP -> {
                if (Tcp.isValid(memory, at, end)) {
                    out[3] |= (long) Tcp.flags(memory, at) << 16;
                    ports(out, Bytes.u16(memory, at), Bytes.u16(memory, at + 2));
                }
            }
            case Ip.PROTOCOL_UDP -> {
                if (end - at >= Udp.HEADER) {
                    ports(out, Bytes.u16(memory, at), Bytes.u16(memory, at + 2));
                }
            }
            case Ip.PROTOCOL_SCTP -> {
                if (end - at >= SCTP_HEADER) {
                    ports(out, Bytes.u16(memory, at), Bytes.u16(memory, at + 2));
                }
            }
            case Ip.PROTOCOL_ICMP, Ip.PROTOCOL_IGMP -> {
                if (end - at >= Icmp4.HEADER) {
                    ports(out, Bytes.u8(memory, at + Icmp4.TYPE), Bytes.u8(memory, at + Icmp4.CODE));
                }
            }
            case Ip.PROTOCOL_ICMP6 -> {
                if (end - at >= Icmp6.HEADER) {
                    ports(out, Bytes.u8(memory, at + Icmp6.TYPE), Bytes.u8(memory, at + Icmp6.CODE));
                    neighbourDiscovery(memory, at, end, out);
                }
            }
            default -> {}
        }
    }

    private static void neighbourDiscovery(MemorySegment memory, int icmp, int end, long[] out) {
        int type = Bytes.u8(memory, icmp + Icmp6.TYPE);
        boolean discovers = type == Icmp6.NEIGHBOUR_SOLICITATION || type == Icmp6.NEIGHBOUR_ADVERTISEMENT;
        int at = icmp + Icmp6.TARGET + 16;
        if (!discovers || Bytes.u8(memory, icmp + Icmp6.CODE) != 0 || at > end) {
            return;
        }
        long source = 0;
        long target = 0;
        while (end - at >= 8) {
            int option = Bytes.u8(memory, at);
            int length = Bytes.u8(memory, at + 1) << 3;
            if (length == 0 || length > end - at) {
                break;
            }
            boolean address = length == 8 && (option == Icmp6.OPTION_SOURCE_MAC || option == Icmp6.OPTION_TARGET_MAC);
            if (address && (option == Icmp6.OPTION_SOURCE_MAC ? source : target) != 0) {
                // the same address twice: the whole message means nothing
                return;
            } else if (address && option == Icmp6.OPTION_SOURCE_MAC) {
                source = Bytes.u48(memory, at + 2);
            } else if (address) {
                target = Bytes.u48(memory, at + 2);
            }
            at += length;
        }
        out[9] |= source << 16;
        out[10] |= target << 16;
        out[11] = Bytes.i64(memory, icmp + Icmp6.TARGET);
        out[12] = Bytes.i64(memory, icmp + Icmp6.TARGET + 8);
    }
}
