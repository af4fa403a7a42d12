package dev.culvert.datapath;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.IcmpErrors;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.MaximumSegmentSize;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Udp;
import java.lang.foreign.MemorySegment;

/**
 * What becomes of a frame that is to go where only so much fits: the reason why nobody needs to set an MTU by hand.
 *
 * <ul>
 *   <li>TCP's ends are told in their SYNs how large segments may be;
 *   <li>TCP that is larger is cut into smaller segments, which its ends cannot tell from a sender that chose them;
 *   <li>what its sender forbids to fragment (IPv4 with DF, IPv6) is answered, on behalf of the far side, with ICMP
 *       "fragmentation needed" (RFC 1191) or ICMPv6 "packet too big" (RFC 8201);
 *   <li>everything else may leave in fragments, where the way out has any.
 * </ul>
 */
final class PathFit {
    /** The frame fits as it is. */
    static final int WHOLE = 0;

    /** The frame is, or becomes, segments of {@link Packet#segmentSize} payload bytes, each of which fits. */
    static final int SEGMENTS = 1;

    /** The frame does not fit, and may be fragmented. */
    static final int TOO_LONG = 2;

    /** The frame did not fit; its sender has been told, and the packet is gone. */
    static final int ANSWERED = 3;

    /** Answers a second at most, so that a flood of large packets does not become a flood of answers. */
    private static final int ANSWERS_PER_SECOND = 1000;

    private static final long SECOND = 1_000_000_000L;

    /** A segment smaller than this is not worth having; a path that narrow is a mistake. */
    private static final int SMALLEST_PAYLOAD = 64;

    private final PollLoop loop;
    private long periodStart;
    private int answersLeft;

    /** How often TCP was cut smaller than its sender had asked for. */
    long resegmented;

    /** How many senders were told. */
    long answered;

    /** How many packets left in fragments. */
    long fragmented;

    PathFit(PollLoop loop) {
        this.loop = loop;
    }

    /**
     * Decides, and where the answer is {@link #SEGMENTS} makes the packet say how large they are.
     *
     * @param packet a packet whose headers were found by extraction
     * @param maxFrame bytes that fit, from the Ethernet header on
     * @param canSplit whether an ordinary frame may become several as well
     */
    int check(Packet packet, int maxFrame, boolean canSplit) {
        if (packet.segmentType == Packet.SEGMENT_NONE) {
            if (packet.length <= maxFrame) {
                if (canSplit && packet.length <= MaximumSegmentSize.FRAME_MAX) {
                    MaximumSegmentSize.clamp(packet, maxFrame);
                }
                return WHOLE;
            }
            // an unfinished checksum says that its sender left the rest to others: a kernel on a veth leaves cutting,
            // too,
            // and a tunnel's socket does not tell into what sizes
            int headers = canSplit || packet.checksumPartial ? tcpHeaders(packet) : -1;
            if (headers > 0 && maxFrame - headers >= SMALLEST_PAYLOAD) {
                packet.segmentSize = maxFrame - headers;
                if (packet.checksumPartial) {
                    packet.segmentType = version(packet) == 4 ? Packet.SEGMENT_TCP4 : Packet.SEGMENT_TCP6;
                }
                resegmented++;
                return SEGMENTS;
            }
            return tooLong(packet, maxFrame);
        }
        boolean tcp = packet.segmentType != Packet.SEGMENT_UDP;
        int headers = tcp ? tcpHeaders(packet) : packet.l4Offset + Udp.HEADER;
        if (headers + packet.segmentSize <= maxFrame) {
            return SEGMENTS;
        }
        if (tcp && headers > 0 && maxFrame - headers >= SMALLEST_PAYLOAD) {
            packet.segmentSize = maxFrame - headers;
            resegmented++;
            return SEGMENTS;
        }
        return tooLong(packet, maxFrame);
    }

    /** Bytes from the frame's first to the TCP payload's first; -1 where there is no whole TCP header. */
    private static int tcpHeaders(Packet packet) {
        int l4 = packet.l4Offset;
        if (l4 < 0 || packet.l3Offset < 0 || packet.length < l4 + 20) {
            return -1;
        }
        MemorySegment memory = packet.memory;
        int l3 = packet.offset + packet.l3Offset;
        int version = version(packet);
        boolean tcp = packet.segmentType != Packet.SEGMENT_NONE
                || (version == 4 && Bytes.u8(memory, l3 + Ipv4.PROTOCOL) == Ip.PROTOCOL_TCP)
                || (version == 6 && Bytes.u8(memory, l3 + Ipv6.NEXT_HEADER) == Ip.PROTOCOL_TCP);
        return tcp ? l4 + (Bytes.u8(memory, packet.offset + l4 + 12) >>> 4) * 4 : -1;
    }

    private static int version(Packet packet) {
        return Bytes.u8(packet.memory, packet.offset + packet.l3Offset) >>> 4;
    }

    private int tooLong(Packet packet, int maxFrame) {
        int l3 = packet.offset + packet.l3Offset;
        int mtu = maxFrame - packet.l3Offset;
        boolean six = isOf(packet, Ethernet.TYPE_IPV6, Ipv6.HEADER);
        boolean four = isOf(packet, Ethernet.TYPE_IPV4, Ipv4.HEADER);
        if (!six && !(four && (Bytes.u16(packet.memory, l3 + Ipv4.FRAGMENT) & Ipv4.DONT_FRAGMENT) != 0)) {
            return TOO_LONG;
        }
        if (six && mtu < Ipv6.MTU_MIN) {
            return TOO_LONG; // no IPv6 host has to believe in so little: the tunnel fragments (RFC 2473, section 7.1)
        }
        answer(packet, six, mtu);
        loop.drop(packet, DropReason.MTU_EXCEEDED);
        return ANSWERED;
    }

    private static boolean isOf(Packet packet, int type, int headerLength) {
        return packet.l3Offset > 0
                && packet.length >= packet.l3Offset + headerLength
                && Bytes.u16(packet.memory, packet.offset + packet.l3Offset - 2) == type;
    }

    private void answer(Packet packet, boolean six, int mtu) {
        if (loop.now - periodStart >= SECOND) {
            periodStart = loop.now;
            answersLeft = ANSWERS_PER_SECOND;
        }
        if (answersLeft == 0) {
            return;
        }
        Packet answer = loop.pool.take();
        if (answer == null) {
            loop.drop(DropReason.NO_BUFFER);
            return;
        }
        boolean made = six
                ? IcmpErrors.packetTooBig(packet, mtu, answer)
                : IcmpErrors.fragmentationNeeded(packet, mtu, answer);
        if (!made) {
            loop.pool.give(answer);
            return;
        }
        answersLeft--;
        answered++;
        // on the way here the bridge may have changed the tag; the answer goes back with the one it came with
        while (answer.removeVlan()) {
            // at most two
        }
        if (packet.arrivalTci != 0) {
            answer.insertVlan(0x8100, packet.arrivalTci & 0xefff);
        }
        loop.output(answer, packet.inPort);
    }
}
