package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/**
 * Recognizes packets whose transport checksum their sender left to the hardware, although nothing says so any more.
 *
 * <p>A kernel's tunnel device whose underlay is a veth sends a whole tunnel super-frame, and a plain socket delivers it: the
 * inner TCP or UDP checksum is still what CHECKSUM_PARTIAL leaves there, the folded sum of the pseudo-header (linux/skbuff.h).
 *
 * <p>Why believing that is sound: if a packet is intact and its right checksum happens to be that value, completing it gives
 * the same value again, so an intact packet cannot be harmed. A packet that was damaged on its way would have to carry by
 * accident exactly the one value of its pseudo-header in the field, which happens to one in 65,536 of the damaged ones, and
 * even then only where the damage spared addresses, ports' length and field.
 *
 * <p>The field is looked at first, before anything is summed: it saves a pass over 64 KB, and one in 65,536 of the unfinished
 * packets has a right sum by accident, which would then be taken for an ordinary packet that fits nowhere.
 */
public final class ChecksumRepair {
    /** What a packet's transport checksum turned out to be. */
    public enum Result {
        /** It is right. */
        VALID,
        /** It was left unfinished; the packet now says so. */
        PARTIAL,
        /** It is wrong. */
        BAD,
        /** There is none: not TCP or UDP, a fragment, malformed, or UDP without checksum. */
        NOT_APPLICABLE
    }

    private ChecksumRepair() {}

    /**
     * Looks at the transport checksum. If it is right, sets {@link Packet#checksumValid}. If it was left unfinished, sets
     * {@link Packet#checksumPartial} with its places and, for TCP longer than {@code mtu} and UDP longer than {@code
     * datagram}, {@link Packet#segmentType} and {@link Packet#segmentSize}. The frame's bytes stay as they are.
     *
     * @param packet an inner frame whose offload fields say nothing yet
     * @param mtu the inner network's MTU in bytes of an IP packet; segments are made to fit it
     * @param datagram the payload bytes of each datagram, if it is known that UDP is of several; otherwise 0
     */
    public static Result inspect(Packet packet, int mtu, int datagram) {
        MemorySegment memory = packet.memory;
        int ip = Ip.find(memory, packet.offset, packet.length);
        long transport = ip < 0 ? -1 : Ip.transport(memory, ip);
        if (transport < 0 || Ip.fragment(transport) != 0) {
            return Result.NOT_APPLICABLE;
        }
        int at = Ip.position(transport);
        int end = Ip.end(memory, ip);
        int protocol = Ip.protocol(transport);
        int checksum;
        if (protocol == Ip.PROTOCOL_TCP && Tcp.isValid(memory, at, end)) {
            checksum = Tcp.CHECKSUM;
        } else if (protocol == Ip.PROTOCOL_UDP
                && Udp.isValid(memory, at, end)
                && Bytes.u16(memory, at + Udp.CHECKSUM) != 0) {
            checksum = Udp.CHECKSUM;
        } else {
            return Result.NOT_APPLICABLE;
        }
        int pseudo = Ip.pseudoSum(memory, ip, protocol, end - at);
        if (Bytes.u16(memory, at + checksum) != pseudo) {
            packet.checksumValid = Checksum.add(pseudo, Checksum.sum(memory, at, end - at)) == 0xffff;
            return packet.checksumValid ? Result.VALID : Result.BAD;
        }
        packet.checksumPartial = true;
        packet.checksumStart = at - packet.offset;
        packet.checksumOffset = checksum;
        if (protocol == Ip.PROTOCOL_TCP && end - ip > mtu) {
            segment(packet, ip, at + Tcp.headerLength(memory, at), mtu);
        } else if (protocol == Ip.PROTOCOL_UDP && datagram > 0 && end - at - Udp.HEADER > datagram) {
            packet.segmentType = Packet.SEGMENT_UDP;
            packet.segmentSize = datagram;
        }
        return Result.PARTIAL;
    }

    private static void segment(Packet packet, int ip, int payload, int mtu) {
        int size = mtu - (payload - ip);
        if (size > 0) {
            packet.segmentType = Ip.isIpv4(packet.memory, ip) ? Packet.SEGMENT_TCP4 : Packet.SEGMENT_TCP6;
            packet.segmentSize = size;
        }
    }
}
