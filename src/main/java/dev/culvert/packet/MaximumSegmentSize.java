package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/**
 * The option by which the ends of a TCP connection tell each other how large segments may be (RFC 9293 section 3.7.1). A path
 * that takes less than the ends believe is told to them here, in their own SYN, so that nothing has to be cut later.
 */
public final class MaximumSegmentSize {
    /** A frame longer than this is no SYN without data: tags, IPv6, and TCP with all options that there can be. */
    public static final int FRAME_MAX = Ethernet.HEADER + 2 * Vlan.TAG + Ipv6.HEADER + 60;

    private static final int OPTION_END = 0;
    private static final int OPTION_NOTHING = 1;
    private static final int OPTION_SIZE = 2;
    private static final int OPTION_SIZE_LENGTH = 4;

    /** Less than this no host has to heed (RFC 9293 section 3.7.1, for IPv4). */
    private static final int LEAST = 536;

    private MaximumSegmentSize() {}

    /**
     * Lowers the size in a SYN to what fits, where it is larger. Leaves every other packet as it is.
     *
     * @param packet a frame of any content
     * @param maxFrame bytes of the largest frame that fits, from the Ethernet header on
     * @return whether it was lowered
     */
    public static boolean clamp(Packet packet, int maxFrame) {
        MemorySegment memory = packet.memory;
        if (packet.length > FRAME_MAX) {
            return false;
        }
        int ip = Ip.find(memory, packet.offset, packet.length);
        long transport = ip < 0 ? -1 : Ip.transport(memory, ip);
        if (transport < 0 || Ip.protocol(transport) != Ip.PROTOCOL_TCP || Ip.fragment(transport) != 0) {
            return false;
        }
        int tcp = Ip.position(transport);
        if (!Tcp.isValid(memory, tcp, Ip.end(memory, ip)) || (Tcp.flags(memory, tcp) & Tcp.SYN) == 0) {
            return false;
        }
        int option = find(memory, tcp + Tcp.HEADER, tcp + Tcp.headerLength(memory, tcp));
        int ipHeader = Ip.isIpv4(memory, ip) ? Ipv4.HEADER : Ipv6.HEADER;
        int fits = Math.max(LEAST, maxFrame - (ip - packet.offset) - ipHeader - Tcp.HEADER);
        int size = option < 0 ? 0 : Bytes.u16(memory, option + 2);
        if (size <= fits) {
            return false;
        }
        write(packet, tcp, option + 2, fits);
        return true;
    }

    /** Where the option begins; -1 if there is none. */
    private static int find(MemorySegment memory, int from, int end) {
        int at = from;
        while (end - at >= OPTION_SIZE_LENGTH) {
            int kind = Bytes.u8(memory, at);
            if (kind == OPTION_END) {
                return -1;
            }
            if (kind == OPTION_NOTHING) {
                at++;
                continue;
            }
            int length = Bytes.u8(memory, at + 1);
            if (kind == OPTION_SIZE) {
                return length == OPTION_SIZE_LENGTH ? at : -1;
            }
            if (length < 2) {
                return -1;
            }
            at += length;
        }
        return -1;
    }

    /** Writes the size, and the checksum where it covers more than the pseudo-header by now. */
    private static void write(Packet packet, int tcp, int at, int size) {
        MemorySegment memory = packet.memory;
        // the option may stand at an odd place: then its bytes are halves of two words that are summed
        int first = at - (at - tcp & 1);
        int words = at == first ? 1 : 2;
        int checksum = Bytes.u16(memory, tcp + Tcp.CHECKSUM);
        long before = Bytes.u32(memory, first);
        Bytes.put16(memory, at, size);
        if (packet.checksumPartial) {
            return;
        }
        long after = Bytes.u32(memory, first);
        checksum = Checksum.update(checksum, (int) (before >>> 16), (int) (after >>> 16));
        if (words == 2) {
            checksum = Checksum.update(checksum, (int) before & 0xffff, (int) after & 0xffff);
        }
        Bytes.put16(memory, tcp + Tcp.CHECKSUM, checksum);
    }
}
