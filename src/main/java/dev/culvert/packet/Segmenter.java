package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Splits a TCP or UDP super-frame into frames that fit a path, each complete with lengths, identification and checksums, and
 * writes them one behind the other with the same prefix (a tunnel's header) in front of each: the shape that one send with
 * UDP_SEGMENT wants, all of one size but a shorter last.
 *
 * <p>TCP may be split anywhere, so plain frames that are too long are split as well. UDP datagrams keep their borders: only
 * what its sender marked as {@link Packet#SEGMENT_UDP} is split, and into exactly the sizes that it asked for.
 *
 * <p>One instance a thread. {@link #begin} sets it up for a packet, which must stay as it is until the last {@link #emit}.
 */
public final class Segmenter {
    private static final int ONLY_FIRST = Tcp.CWR;
    private static final int ONLY_LAST = Tcp.FIN | Tcp.PSH;
    private static final int UNSPLITTABLE = Tcp.SYN | Tcp.RST | Tcp.URG;

    private MemorySegment memory = MemorySegment.NULL;
    private int frame;
    private int ip;
    private int l4;
    private int payload;
    private int end;
    private boolean ipv4;
    private boolean tcp;
    private int checksumField;

    private int count;
    private int size;
    /** Whether segments get a transport checksum; false for UDP that has none, and for a frame that is copied as it is. */
    private boolean sums;

    /** Sum of the IPv4 header without length, identification and checksum. */
    private int ipSum;
    /** Sum of pseudo-header and transport header without all that differs from segment to segment. */
    private int transportSum;

    private int identification;
    private int sequence;
    private int offsetFlags;

    /** Makes a segmenter that has nothing to do yet. */
    public Segmenter() {}

    /**
     * Plans how to split a packet. A packet that fits needs no splitting and is one segment: its checksum is completed if it
     * was left unfinished, and it is copied as it is otherwise.
     *
     * @param packet TCP or UDP over IPv4 or IPv6, with or without VLAN tags and IPv6 extension headers
     * @param maxPayload the most transport payload bytes that fit the path in one segment
     * @return null if {@link #emit} may be called; otherwise why the packet can not be split
     */
    public @Nullable DropReason begin(Packet packet, int maxPayload) {
        count = 0;
        memory = packet.memory;
        frame = packet.offset;
        ip = Ip.find(memory, frame, packet.length);
        long transport = ip < 0 ? -1 : Ip.transport(memory, ip);
        if (transport < 0) {
            return DropReason.NOT_SEGMENTABLE;
        }
        if (Ip.fragment(transport) != 0) {
            return DropReason.IP_FRAGMENT;
        }
        l4 = Ip.position(transport);
        end = Ip.end(memory, ip);
        ipv4 = Ip.isIpv4(memory, ip);
        DropReason refusal = transportHeader(Ip.protocol(transport));
        if (refusal == null) {
            refusal = plan(packet, maxPayload);
        }
        if (refusal == null) {
            prepare(packet);
        } else {
            count = 0;
        }
        return refusal;
    }

    private @Nullable DropReason transportHeader(int protocol) {
        tcp = protocol == Ip.PROTOCOL_TCP;
        if (tcp) {
            checksumField = Tcp.CHECKSUM;
            if (!Tcp.isValid(memory, l4, end)) {
                return DropReason.HEADER_MALFORMED;
            }
            payload = l4 + Tcp.headerLength(memory, l4);
            return null;
        }
        if (protocol != Ip.PROTOCOL_UDP) {
            return DropReason.NOT_SEGMENTABLE;
        }
        checksumField = Udp.CHECKSUM;
        payload = l4 + Udp.HEADER;
        return Udp.isValid(memory, l4, end) ? null : DropReason.HEADER_MALFORMED;
    }

    /** Decides on {@link #size} and {@link #count}. */
    private @Nullable DropReason plan(Packet packet, int maxPayload) {
        int expected = tcp ? (ipv4 ? Packet.SEGMENT_TCP4 : Packet.SEGMENT_TCP6) : Packet.SEGMENT_UDP;
        boolean marked = packet.segmentType != Packet.SEGMENT_NONE;
        if ((marked && (packet.segmentType != expected || packet.segmentSize <= 0))
                || (packet.checksumPartial
                        && (packet.checksumStart != l4 - frame || packet.checksumOffset != checksumField))) {
            return DropReason.OFFLOAD_INVALID;
        }
        int length = end - payload;
        size = marked ? Math.min(packet.segmentSize, length) : length;
        if (size > maxPayload) {
            if (!tcp) {
                return marked ? DropReason.FRAME_TOO_LONG : DropReason.NOT_SEGMENTABLE;
            }
            size = maxPayload;
        }
        if (length > 0 && size <= 0) {
            return DropReason.FRAME_TOO_LONG;
        }
        count = length == 0 ? 1 : (length + size - 1) / size;
        if (count == 1) {
            return null;
        }
        if (tcp && (Tcp.flags(memory, l4) & UNSPLITTABLE) != 0) {
            return DropReason.TCP_CONTROL_TOO_LONG;
        }
        if (!packet.checksumPartial && !packet.checksumValid && !hasRightChecksum()) {
            return DropReason.CHECKSUM_BAD; // fresh checksums would make a damaged packet look intact
        }
        return null;
    }

    private boolean hasRightChecksum() {
        if (isUnsummed()) {
            return true;
        }
        int length = end - l4;
        int pseudo = Ip.pseudoSum(memory, ip, tcp ? Ip.PROTOCOL_TCP : Ip.PROTOCOL_UDP, length);
        return Checksum.add(pseudo, Checksum.sum(memory, l4, length)) == 0xffff;
    }

    private boolean isUnsummed() {
        return !tcp && ipv4 && Bytes.u16(memory, l4 + Udp.CHECKSUM) == 0;
    }

    /** Sums once what all segments share. */
    private void prepare(Packet packet) {
        sums = packet.checksumPartial || (count > 1 && !isUnsummed());
        int length = end - l4;
        int field = Bytes.u16(memory, l4 + checksumField);
        // the sender's own pseudo-header sum also knows of IPv6 routing headers, which change the destination that
        // counts
        int pseudo = packet.checksumPartial
                ? without(field, length)
                : Ip.pseudoSum(memory, ip, tcp ? Ip.PROTOCOL_TCP : Ip.PROTOCOL_UDP, 0);
        int header = without(Checksum.sum(memory, l4, payload - l4), field);
        if (tcp) {
            sequence = Bytes.i32(memory, l4 + Tcp.SEQUENCE);
            offsetFlags = Bytes.u16(memory, l4 + Tcp.OFFSET_FLAGS);
            header = without(without(without(header, sequence >>> 16), sequence & 0xffff), offsetFlags);
        } else {
            header = without(header, length);
        }
        transportSum = Checksum.add(pseudo, header);
        if (ipv4) {
            identification = Bytes.u16(memory, ip + Ipv4.ID);
            int all = Checksum.sum(memory, ip, Ipv4.headerLength(memory, ip));
            all = without(all, Bytes.u16(memory, ip + Ipv4.TOTAL_LENGTH));
            all = without(all, identification);
            ipSum = without(all, Bytes.u16(memory, ip + Ipv4.CHECKSUM));
        }
    }

    private static int without(int sum, int word) {
        return Checksum.add(sum, ~word & 0xffff);
    }

    /** Returns how many segments there are; 0 after a refusal. */
    public int count() {
        return count;
    }

    /** Returns the bytes of Ethernet, IP and transport headers that each segment begins with. */
    public int headerLength() {
        return payload - frame;
    }

    /** Returns the transport payload bytes of each segment but the last, which has {@link #lastPayload}. */
    public int payload() {
        return size;
    }

    /** Returns the transport payload bytes of the last segment. */
    public int lastPayload() {
        return end - payload - (count - 1) * size;
    }

    /**
     * Returns how many bytes {@link #emit} writes.
     *
     * @param first index of the first segment
     * @param segments how many
     * @param prefixLength bytes in front of each
     */
    public int length(int first, int segments, int prefixLength) {
        int bytes = segments * (prefixLength + headerLength() + size);
        return first + segments == count && segments > 0 ? bytes - size + lastPayload() : bytes;
    }

    /**
     * Writes consecutive segments: prefix, headers, payload, and again.
     *
     * @param first index of the first segment to write, from 0
     * @param segments how many to write, at most {@link #count} {@code - first}
     * @param prefix what comes in front of each segment's Ethernet header, from its beginning
     * @param prefixLength bytes of it, may be 0
     * @param target where to; native memory with {@link #length} bytes behind {@code targetOffset} that does not overlap the
     *     packet
     * @return bytes written
     */
    public int emit(
            int first, int segments, MemorySegment prefix, int prefixLength, MemorySegment target, long targetOffset) {
        long at = targetOffset;
        int headers = payload - frame;
        for (int i = first; i < first + segments; i++) {
            boolean last = i == count - 1;
            int length = last ? lastPayload() : size;
            MemorySegment.copy(prefix, 0, target, at, prefixLength);
            at += prefixLength;
            MemorySegment.copy(memory, frame, target, at, headers);
            int from = payload + i * size;
            long to = at + headers;
            if (sums) {
                int sum = Checksum.copyAndSum(memory, from, target, to, length);
                patch(target, at, i, last, length, Checksum.addAt(transportSum, sum, payload - l4));
            } else {
                MemorySegment.copy(memory, from, target, to, length);
                patch(target, at, i, last, length, 0);
            }
            at = to + length;
        }
        return (int) (at - targetOffset);
    }

    /** Makes the copied headers at {@code at} those of one segment. */
    private void patch(MemorySegment target, long at, int index, boolean last, int length, int base) {
        long header = at + l4 - frame;
        int sum = base;
        if (count > 1) {
            patchIp(target, at + ip - frame, index, length);
        }
        if (tcp) {
            int number = sequence + index * size;
            int flags = offsetFlags & (index == 0 ? -1 : ~ONLY_FIRST) & (last ? -1 : ~ONLY_LAST);
            if (count > 1) {
                Bytes.put32(target, header + Tcp.SEQUENCE, number);
                Bytes.put16(target, header + Tcp.OFFSET_FLAGS, flags);
            }
            sum = Checksum.fold((long) sum + (number >>> 16) + (number & 0xffff) + flags + (payload - l4 + length));
        } else {
            int bytes = Udp.HEADER + length;
            if (count > 1) {
                Bytes.put16(target, header + Udp.LENGTH, bytes);
            }
            sum = Checksum.fold((long) sum + bytes + bytes); // once in the header, once in the pseudo-header
        }
        if (sums) {
            Bytes.put16(target, header + checksumField, Checksum.complement(sum, !tcp));
        }
    }

    private void patchIp(MemorySegment target, long at, int index, int length) {
        int total = payload - ip + length;
        if (ipv4) {
            int id = (identification + index) & 0xffff;
            Bytes.put16(target, at + Ipv4.TOTAL_LENGTH, total);
            Bytes.put16(target, at + Ipv4.ID, id);
            Bytes.put16(target, at + Ipv4.CHECKSUM, ~Checksum.fold((long) ipSum + total + id));
        } else {
            Bytes.put16(target, at + Ipv6.PAYLOAD_LENGTH, total - Ipv6.HEADER);
        }
    }
}
