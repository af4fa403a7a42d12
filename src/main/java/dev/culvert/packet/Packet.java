package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * One frame in native memory, with room in front of it for headers still to come, and what is known about it. The frame is
 * {@code memory[offset, offset + length)} and begins with its Ethernet header.
 *
 * <p>A hot struct on purpose: public fields, no copies, owned by one thread at a time. It may be a super-frame, a TCP or UDP
 * packet of up to 64 KB that its sender left to be split and summed later; the fields for that mean what the members of
 * {@code struct virtio_net_hdr} of the same purpose mean (linux/virtio_net.h).
 */
public final class Packet {
    /** Bytes in front of a frame that was just received: room for the outer headers of a tunnel. */
    public static final int HEADROOM = 256;

    /** Bytes of the largest frame that is read: 65,535 of IP behind an Ethernet header, two VLAN tags and some slack. */
    public static final int FRAME_MAX = 65_562;

    /**
     * Bytes of a packet's whole buffer. It holds {@link #HEADROOM} and {@link #FRAME_MAX}, and is deliberately no multiple of
     * a page, so that the headers of neighbouring packets do not compete for the same cache sets.
     */
    public static final int CAPACITY = 66_048;

    /** {@link #segmentType}: an ordinary frame, or one whose sender did not say that it is to be split. */
    public static final int SEGMENT_NONE = 0;

    /** {@link #segmentType}: TCP over IPv4 (VIRTIO_NET_HDR_GSO_TCPV4). */
    public static final int SEGMENT_TCP4 = 1;

    /** {@link #segmentType}: TCP over IPv6 (VIRTIO_NET_HDR_GSO_TCPV6). */
    public static final int SEGMENT_TCP6 = 4;

    /** {@link #segmentType}: UDP datagrams of one size over either IP version (VIRTIO_NET_HDR_GSO_UDP_L4). */
    public static final int SEGMENT_UDP = 5;

    /** The whole buffer, {@link #CAPACITY} bytes of native memory. */
    public final MemorySegment memory;

    /** Index in {@link #memory} of the frame's first byte. */
    public int offset;

    /** The frame's length in bytes, without a frame check sequence. */
    public int length;

    /** How the frame is to be split: one of the SEGMENT constants, without the ECN bit 0x80. */
    public int segmentType;

    /** Transport payload bytes in each segment when {@link #segmentType} says that there are any; else 0. */
    public int segmentSize;

    /** Whether the transport checksum still has to be completed: its field holds the pseudo-header's sum only. */
    public boolean checksumPartial;

    /** Where summing starts when the checksum is partial, in bytes from the frame's first byte. */
    public int checksumStart;

    /** Where the partial checksum's field lies, in bytes from {@link #checksumStart}. */
    public int checksumOffset;

    /** Whether somebody trustworthy verified the transport checksum already. */
    public boolean checksumValid;

    /** The datapath's number of the port that the frame came in by. */
    public int inPort;

    /** The datapath's number of the port that it is to leave by, while one thread gives it to another that sends it. */
    public int outPort;

    /** The packet mark ({@code pkt_mark}, the kernel's {@code skb->mark}). */
    public int mark;

    /** Bytes from the frame's first byte to its IP or ARP header; -1 if there is none or nobody looked. */
    public int l3Offset;

    /** Bytes from the frame's first byte to its transport header; -1 if there is none or nobody looked. */
    public int l4Offset;

    /** The outermost VLAN tag with which the frame came in, as the flow key has it; 0 for none. Actions do not change it. */
    public int arrivalTci;

    /** A number that is the same for all packets of a flow, and spreads flows over source ports (RFC 7348 section 5). */
    public int entropy;

    /** Whether the frame came out of a tunnel; the tunnel fields mean nothing otherwise. */
    public boolean fromTunnel;

    /** The tunnel key ({@code tun_id}), unsigned; 0 when the packet carried none. */
    public long tunnelId;

    /** High half of the outer source address; an IPv4 address a.b.c.d is {@code ::ffff:a.b.c.d}. */
    public long tunnelSourceHi;

    /** Low half of the outer source address. */
    public long tunnelSourceLo;

    /** High half of the outer destination address. */
    public long tunnelDestinationHi;

    /** Low half of the outer destination address. */
    public long tunnelDestinationLo;

    /** The outer IPv4 type of service or IPv6 traffic class, DSCP and ECN. */
    public int tunnelTos;

    /** The outer time to live or hop limit. */
    public int tunnelTtl;

    /** {@code tun_flags}: the TUNNEL constants of {@link FlowKey}. */
    public int tunnelFlags;

    private final long address;

    /** Where it belongs; null for one that was not made by a pool. */
    @Nullable
    PacketPool pool;

    /**
     * Makes a packet of a buffer.
     *
     * @param memory native memory of {@link #CAPACITY} bytes that nothing else uses
     */
    public Packet(MemorySegment memory) {
        if (!memory.isNative() || memory.byteSize() != CAPACITY) {
            throw new IllegalArgumentException("a packet needs " + CAPACITY + " bytes of native memory");
        }
        this.memory = memory;
        this.address = memory.address();
        reset();
    }

    /** Forgets everything about the last frame: an empty frame behind {@link #HEADROOM}. The bytes stay as they are. */
    public void reset() {
        offset = HEADROOM;
        length = 0;
        segmentType = SEGMENT_NONE;
        segmentSize = 0;
        checksumPartial = false;
        checksumStart = 0;
        checksumOffset = 0;
        checksumValid = false;
        inPort = 0;
        outPort = 0;
        mark = 0;
        arrivalTci = 0;
        entropy = 0;
        l3Offset = -1;
        l4Offset = -1;
        clearTunnel();
    }

    /** Forgets the tunnel that the frame came out of. */
    public void clearTunnel() {
        fromTunnel = false;
        tunnelId = 0;
        tunnelSourceHi = 0;
        tunnelSourceLo = 0;
        tunnelDestinationHi = 0;
        tunnelDestinationLo = 0;
        tunnelTos = 0;
        tunnelTtl = 0;
        tunnelFlags = 0;
    }

    /** Returns the address in native memory of the frame's first byte, for system calls. */
    public long address() {
        return address + offset;
    }

    /** Returns how many bytes are free behind the frame. */
    public int tailroom() {
        return CAPACITY - offset - length;
    }

    /**
     * Grows the frame at its front. The new bytes are whatever lay there. The checksum's and the headers' places keep pointing
     * at the same bytes as before.
     *
     * @param n bytes, not negative
     * @return false, with nothing changed, if the headroom does not suffice
     */
    public boolean push(int n) {
        if (n < 0 || n > offset) {
            return false;
        }
        move(-n);
        return true;
    }

    /**
     * Cuts bytes off the frame's front. The checksum's and the headers' places keep pointing at the same bytes as before; a
     * header that was cut off becomes absent (-1).
     *
     * @param n bytes, not negative
     * @return false, with nothing changed, if the frame is shorter than that, or if a checksum that is still to be completed
     *     would start in what is cut off
     */
    public boolean pull(int n) {
        if (n < 0 || n > length || (checksumPartial && n > checksumStart)) {
            return false;
        }
        move(n);
        return true;
    }

    private void move(int n) {
        offset += n;
        length -= n;
        if (checksumPartial) {
            checksumStart -= n;
        }
        l3Offset = l3Offset < 0 ? -1 : Math.max(l3Offset - n, -1);
        l4Offset = l4Offset < 0 ? -1 : Math.max(l4Offset - n, -1);
    }

    /**
     * Puts a VLAN tag behind the MAC addresses, outside any tag that is there (IEEE 802.1Q).
     *
     * @param tpid the tag's type, 0x8100 or 0x88a8
     * @param tci priority, DEI and VLAN id as they go on the wire, 16 bits
     * @return false, with nothing changed, if the frame has no MAC addresses or the headroom does not suffice
     */
    public boolean insertVlan(int tpid, int tci) {
        if (length < Ethernet.HEADER || !push(Vlan.TAG)) {
            return false;
        }
        MemorySegment.copy(memory, offset + Vlan.TAG, memory, offset, Ethernet.TYPE);
        Bytes.put16(memory, offset + Ethernet.TYPE, tpid);
        Bytes.put16(memory, offset + Ethernet.TYPE + 2, tci);
        return true;
    }

    /**
     * Removes the outermost VLAN tag.
     *
     * @return false, with nothing changed, if there is no whole tag
     */
    public boolean removeVlan() {
        if (length < Ethernet.HEADER + Vlan.TAG
                || !Vlan.isTag(Bytes.u16(memory, offset + Ethernet.TYPE))
                || (checksumPartial && checksumStart < Ethernet.HEADER + Vlan.TAG)) {
            return false;
        }
        MemorySegment.copy(memory, offset, memory, offset + Vlan.TAG, Ethernet.TYPE);
        return pull(Vlan.TAG);
    }

    /** Becomes a copy of another packet: its frame, at the same place in the buffer, and everything known about it. */
    public void copyFrom(Packet other) {
        offset = other.offset;
        length = other.length;
        segmentType = other.segmentType;
        segmentSize = other.segmentSize;
        checksumPartial = other.checksumPartial;
        checksumStart = other.checksumStart;
        checksumOffset = other.checksumOffset;
        checksumValid = other.checksumValid;
        inPort = other.inPort;
        outPort = other.outPort;
        mark = other.mark;
        arrivalTci = other.arrivalTci;
        entropy = other.entropy;
        l3Offset = other.l3Offset;
        l4Offset = other.l4Offset;
        fromTunnel = other.fromTunnel;
        tunnelId = other.tunnelId;
        tunnelSourceHi = other.tunnelSourceHi;
        tunnelSourceLo = other.tunnelSourceLo;
        tunnelDestinationHi = other.tunnelDestinationHi;
        tunnelDestinationLo = other.tunnelDestinationLo;
        tunnelTos = other.tunnelTos;
        tunnelTtl = other.tunnelTtl;
        tunnelFlags = other.tunnelFlags;
        MemorySegment.copy(other.memory, offset, memory, offset, length);
    }
}
