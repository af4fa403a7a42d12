package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Joins consecutive segments of a TCP connection into one super-frame, so that everything behind it costs once per 64 KB
 * instead of once per packet; on request also UDP datagrams of equal sizes. The rules are those of the kernel's generic
 * receive offload: what comes out, split again, gives the packets that went in. UDP without a checksum stays alone, since a
 * datagram that was split off would have one.
 *
 * <p>One instance a thread. For each frame of a batch, {@link #offer} it; if it was not taken, make a packet of it and
 * {@link #open} that. {@link #finish} at the batch's end. A head must not be sent, moved or given back before that. A packet
 * that was not taken ends the joining of its own connection, and one whose connection is not looked for (a fragment, IP
 * options) of all: so nothing is ever put in front of something of its connection that came earlier.
 */
public final class Coalescer {
    private static final int HEADS = 8;
    private static final int PACKET_MAX = 65_535;
    private static final int SEGMENTS_MAX = 128;

    /** Kernels before 6.10 split at most this many datagrams from one UDP super-frame (UDP_MAX_SEGMENTS; 128 since). */
    private static final int DATAGRAMS_MAX = 64;

    private static final int NEVER_JOINED = Tcp.SYN | Tcp.RST | Tcp.URG;
    private static final int ENDS = Tcp.FIN | Tcp.PSH;
    /** Flags that may differ, as they stand in the word of header length, flags and window. */
    private static final int FREE_FLAGS = (ENDS | Tcp.CWR) << 16;

    private boolean udp;
    private final Head[] heads = new Head[HEADS];
    private int victim;

    // the frame that is looked at, as indexes in its memory
    private int ip;
    private int l4;
    private int payload;
    private int end;
    private int protocol;
    private boolean opaque;
    private boolean summed;

    /** A packet that segments are appended to. */
    private static final class Head {
        @Nullable
        Packet packet;

        int ip;
        int l4;
        int protocol;
        int ports;
        int segment;
        int count;
        int nextSequence;
        int flags;
        int identification;
        boolean fixedIdentification;
    }

    /**
     * Makes a coalescer without heads.
     *
     * @param udp whether UDP datagrams are joined too
     */
    public Coalescer(boolean udp) {
        this.udp = udp;
        for (int i = 0; i < HEADS; i++) {
            heads[i] = new Head();
        }
    }

    /** Says whether UDP datagrams are joined too, from now on. */
    public void joinUdp(boolean joined) {
        udp = joined;
    }

    /**
     * Makes a packet a head that later segments may be appended to, if it is one that may have any. When there are too many
     * heads, one of them is sealed.
     *
     * @return whether it became a head
     */
    public boolean open(Packet packet) {
        if (packet.segmentType != Packet.SEGMENT_NONE
                || packet.checksumPartial
                || !parse(packet.memory, packet.offset, packet.length)
                || !summed
                || end != packet.offset + packet.length
                || end == payload) {
            return false;
        }
        int flags = 0;
        if (protocol == Ip.PROTOCOL_TCP) {
            flags = Tcp.flags(packet.memory, l4);
            if ((flags & (NEVER_JOINED | ENDS)) != 0) {
                return false;
            }
        }
        Head head = free();
        head.packet = packet;
        head.ip = ip;
        head.l4 = l4;
        head.protocol = protocol;
        head.ports = Bytes.i32(packet.memory, l4);
        head.segment = end - payload;
        head.count = 1;
        head.flags = flags;
        head.nextSequence = Bytes.i32(packet.memory, l4 + Tcp.SEQUENCE) + head.segment;
        head.identification = Bytes.u16(packet.memory, ip + Ipv4.ID);
        head.fixedIdentification = false;
        return true;
    }

    private Head free() {
        for (Head head : heads) {
            if (head.packet == null) {
                return head;
            }
        }
        Head sealed = heads[victim];
        victim = (victim + 1) % HEADS;
        seal(sealed);
        return sealed;
    }

    /**
     * Offers a frame. If it continues a head it is appended to it, after its checksum was verified, and is done with.
     *
     * <p>The frame may lie in the head's own buffer anywhere behind the head, as the datagrams of one UDP_GRO read do: the
     * head grows towards it. Then a frame that was not taken must be moved elsewhere before the next one is offered.
     *
     * @param from native memory
     * @param offset where the frame begins, below 2<sup>31</sup>
     * @param length its bytes
     * @return whether it was appended
     */
    public boolean offer(MemorySegment from, long offset, int length) {
        int frame = (int) offset;
        if (!parse(from, frame, length)) {
            if (opaque) {
                finish();
            }
            return false;
        }
        for (Head head : heads) {
            Packet packet = head.packet;
            if (packet != null && continues(head, packet, from, frame)) {
                if (joins(head, packet, from)) {
                    append(head, packet, from);
                    return true;
                }
                seal(head);
                return false;
            }
        }
        return false;
    }

    /** Completes the headers of all heads that got segments appended, and forgets all heads. */
    public void finish() {
        for (Head head : heads) {
            if (head.packet != null) {
                seal(head);
            }
        }
        victim = 0;
    }

    /** Finds the headers; false for everything that is never joined nor, unless it is opaque, ends a joining. */
    private boolean parse(MemorySegment memory, int offset, int length) {
        opaque = false;
        ip = Ip.find(memory, offset, length);
        if (ip < 0) {
            return false;
        }
        end = Ip.end(memory, ip);
        if (Ip.isIpv4(memory, ip)) {
            protocol = Bytes.u8(memory, ip + Ipv4.PROTOCOL);
            l4 = ip + Ipv4.HEADER;
            opaque = Ipv4.headerLength(memory, ip) != Ipv4.HEADER || Ipv4.fragment(memory, ip) != 0;
            if (opaque) {
                return false;
            }
        } else {
            protocol = Bytes.u8(memory, ip + Ipv6.NEXT_HEADER);
            opaque = Ipv6.isExtension(protocol);
            l4 = ip + Ipv6.HEADER;
        }
        if (protocol == Ip.PROTOCOL_TCP && Tcp.isValid(memory, l4, end)) {
            payload = l4 + Tcp.headerLength(memory, l4);
            summed = true;
            return true;
        }
        payload = l4 + Udp.HEADER;
        if (!udp || protocol != Ip.PROTOCOL_UDP || !Udp.isValid(memory, l4, end)) {
            return false;
        }
        summed = Bytes.u16(memory, l4 + Udp.CHECKSUM) != 0;
        return true;
    }

    /** Tells whether the frame belongs to the head's connection. */
    private boolean continues(Head head, Packet packet, MemorySegment from, int frame) {
        int link = head.ip - packet.offset;
        int addresses = head.l4 - head.ip == Ipv4.HEADER ? Ipv4.SOURCE : Ipv6.SOURCE;
        return Bytes.i32(from, l4) == head.ports
                && protocol == head.protocol
                && ip - frame == link
                && l4 - ip == head.l4 - head.ip
                && equal(packet.memory, packet.offset, from, frame, link)
                && equal(packet.memory, head.ip + addresses, from, ip + addresses, head.l4 - head.ip - addresses);
    }

    /** Compares at least 8 bytes. */
    private static boolean equal(MemorySegment one, int at, MemorySegment other, int otherAt, int length) {
        for (int i = 0; i < length - 8; i += 8) {
            if (Bytes.i64(one, at + i) != Bytes.i64(other, otherAt + i)) {
                return false;
            }
        }
        return Bytes.i64(one, at + length - 8) == Bytes.i64(other, otherAt + length - 8);
    }

    /** Tells whether the frame, of the same connection, may be appended: it follows, says the same, fits, and is intact. */
    private boolean joins(Head head, Packet packet, MemorySegment from) {
        int length = end - payload;
        boolean follows = summed
                && length > 0
                && length <= head.segment
                && length <= packet.tailroom()
                && packet.offset + packet.length - head.ip + length <= PACKET_MAX
                && sameNetworkHeader(head, packet.memory, from)
                && (protocol == Ip.PROTOCOL_UDP || sameTcpHeader(head, packet.memory, from));
        if (!follows) {
            return false;
        }
        if (head.count == 1 && !packet.checksumValid) {
            packet.checksumValid = isIntact(packet.memory, head.ip, head.l4, packet.offset + packet.length, protocol);
        }
        return packet.checksumValid && isIntact(from, ip, l4, end, protocol);
    }

    private static boolean isIntact(MemorySegment memory, int ip, int l4, int end, int protocol) {
        int pseudo = Ip.pseudoSum(memory, ip, protocol, end - l4);
        return Checksum.add(pseudo, Checksum.sum(memory, l4, end - l4)) == 0xffff;
    }

    private boolean sameNetworkHeader(Head head, MemorySegment memory, MemorySegment from) {
        if (l4 - ip == Ipv6.HEADER) {
            return Bytes.i32(memory, head.ip) == Bytes.i32(from, ip)
                    && Bytes.u8(memory, head.ip + Ipv6.HOP_LIMIT) == Bytes.u8(from, ip + Ipv6.HOP_LIMIT);
        }
        int fragment = Bytes.u16(from, ip + Ipv4.FRAGMENT);
        return Bytes.u8(memory, head.ip + Ipv4.TOS) == Bytes.u8(from, ip + Ipv4.TOS)
                && Bytes.u8(memory, head.ip + Ipv4.TTL) == Bytes.u8(from, ip + Ipv4.TTL)
                && Bytes.u16(memory, head.ip + Ipv4.FRAGMENT) == fragment
                && isNextIdentification(head, Bytes.u16(from, ip + Ipv4.ID), fragment);
    }

    /** Identifications count up; where they may not matter (RFC 6864) they may also all be the same. */
    private static boolean isNextIdentification(Head head, int identification, int fragment) {
        int step = (identification - head.identification) & 0xffff;
        if (head.count == 1 && step == 0 && (fragment & Ipv4.DONT_FRAGMENT) != 0) {
            head.fixedIdentification = true;
        }
        return step == (head.fixedIdentification ? 0 : head.count);
    }

    private boolean sameTcpHeader(Head head, MemorySegment memory, MemorySegment from) {
        int flags = Tcp.flags(from, l4);
        int changed = Bytes.i32(memory, head.l4 + Tcp.OFFSET_FLAGS) ^ Bytes.i32(from, l4 + Tcp.OFFSET_FLAGS);
        if ((flags & (NEVER_JOINED | Tcp.CWR)) != 0
                || (changed & ~FREE_FLAGS) != 0
                || Bytes.i32(from, l4 + Tcp.SEQUENCE) != head.nextSequence
                || Bytes.i32(from, l4 + Tcp.ACKNOWLEDGMENT) != Bytes.i32(memory, head.l4 + Tcp.ACKNOWLEDGMENT)) {
            return false;
        }
        for (int i = Tcp.HEADER; i < payload - l4; i += 4) {
            if (Bytes.i32(from, l4 + i) != Bytes.i32(memory, head.l4 + i)) {
                return false;
            }
        }
        return true;
    }

    private void append(Head head, Packet packet, MemorySegment from) {
        int length = end - payload;
        int flags = protocol == Ip.PROTOCOL_TCP ? Tcp.flags(from, l4) & ENDS : 0;
        // the frame may overlap where its payload goes: from here on nothing of it is read
        MemorySegment.copy(from, payload, packet.memory, packet.offset + packet.length, length);
        packet.length += length;
        head.count++;
        head.nextSequence += length;
        head.flags |= flags;
        int most = protocol == Ip.PROTOCOL_UDP ? DATAGRAMS_MAX : SEGMENTS_MAX;
        if (length < head.segment || flags != 0 || head.count == most) {
            seal(head);
        }
    }

    /** Ends a head. If anything was appended, its headers become those of a super-frame. */
    private static void seal(Head head) {
        Packet packet = Objects.requireNonNull(head.packet);
        head.packet = null;
        if (head.count == 1) {
            return;
        }
        MemorySegment memory = packet.memory;
        int end = packet.offset + packet.length;
        int length = end - head.l4;
        boolean ipv4 = head.l4 - head.ip == Ipv4.HEADER;
        if (ipv4) {
            Bytes.put16(memory, head.ip + Ipv4.TOTAL_LENGTH, end - head.ip);
            Ipv4.writeChecksum(memory, head.ip);
        } else {
            Bytes.put16(memory, head.ip + Ipv6.PAYLOAD_LENGTH, length);
        }
        if (head.protocol == Ip.PROTOCOL_TCP) {
            int word = Bytes.u16(memory, head.l4 + Tcp.OFFSET_FLAGS);
            Bytes.put16(memory, head.l4 + Tcp.OFFSET_FLAGS, word | head.flags);
            packet.segmentType = ipv4 ? Packet.SEGMENT_TCP4 : Packet.SEGMENT_TCP6;
            packet.checksumOffset = Tcp.CHECKSUM;
        } else {
            Bytes.put16(memory, head.l4 + Udp.LENGTH, length);
            packet.segmentType = Packet.SEGMENT_UDP;
            packet.checksumOffset = Udp.CHECKSUM;
        }
        packet.segmentSize = head.segment;
        packet.checksumPartial = true;
        packet.checksumValid = false;
        packet.checksumStart = head.l4 - packet.offset;
        int pseudo = Ip.pseudoSum(memory, head.ip, head.protocol, length);
        Bytes.put16(memory, head.l4 + packet.checksumOffset, pseudo);
    }
}
