package dev.culvert.observe.capture;

import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Segmenter;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.GeneveHeader;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelHeader;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.tunnel.VxlanHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns what a packet socket reads, which may be a super-frame with its checksum unfinished, into the frames that a
 * wire would carry. For one thread.
 */
public final class WireFrames {
    /** A super-frame's payload, and the headers in front of each of as many segments as the kernel allows. */
    private static final int ROOM = Packet.CAPACITY + 128 * 256;

    private final Packet packet;
    private final TunnelHeader header = new TunnelHeader();
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment segments;

    /** Where the outer headers of a packet that has an inner one begin in it; 0 for no UDP. */
    private int outerIp;

    private int outerUdp;

    /** @param arena where the buffers live */
    public WireFrames(Arena arena) {
        packet = new Packet(arena.allocate(Packet.CAPACITY, 64));
        segments = arena.allocate(ROOM);
    }

    /**
     * Splits and completes.
     *
     * @param read what was read: a {@link VirtioNetHeader} and a frame
     * @return the frames, valid until the next call; none if it is too short or too long to be one. What cannot be
     *     split, because it is a super-frame inside another packet than GRE, VXLAN or Geneve, is returned whole
     */
    public List<MemorySegment> split(MemorySegment read) {
        long length = read.byteSize() - VirtioNetHeader.LENGTH;
        if (length <= 0 || length > Packet.FRAME_MAX) {
            return List.of();
        }
        fill(read, (int) length);
        if (packet.segmentType == Packet.SEGMENT_NONE) {
            if (packet.checksumPartial) {
                Checksum.finish(packet);
            }
            return List.of(frame());
        }
        MemorySegment whole = frame();
        int outer = outerLength();
        packet.offset += outer;
        packet.length -= outer;
        packet.checksumStart -= outer;
        if (segmenter.begin(packet, packet.segmentSize) != null
                || segmenter.length(0, segmenter.count(), outer) > ROOM) {
            return List.of(whole);
        }
        List<MemorySegment> frames = new ArrayList<>(segmenter.count());
        long offset = 0;
        for (int i = 0; i < segmenter.count(); i++) {
            int written = segmenter.emit(i, 1, whole, outer, segments, offset);
            if (outer > 0) {
                setOuterLengths((int) offset, written);
            }
            frames.add(segments.asSlice(offset, written));
            offset += written;
        }
        return frames;
    }

    /**
     * Bytes of Ethernet, IP and tunnel header in front of the frame that is inside; 0 if the checksum that is to be
     * finished is the outer packet's own, for then that is what was to be cut.
     */
    private int outerLength() {
        MemorySegment memory = packet.memory;
        int ip = Ip.find(memory, packet.offset, packet.length);
        long transport = ip < 0 ? -1 : Ip.transport(memory, ip);
        if (transport < 0 || packet.checksumStart <= Ip.position(transport) - packet.offset) {
            return 0;
        }
        int at = Ip.position(transport);
        int end = packet.offset + packet.length;
        int length = -1;
        outerIp = ip - packet.offset;
        outerUdp = Ip.protocol(transport) == Ip.PROTOCOL_UDP ? at - packet.offset : 0;
        if (Ip.protocol(transport) == Ip.PROTOCOL_GRE) {
            length = GreHeader.decode(memory, at, end - at, header);
        } else if (Ip.protocol(transport) == Ip.PROTOCOL_UDP && Udp.isValid(memory, at, end)) {
            boolean geneve = Bytes.u16(memory, at + Udp.DESTINATION_PORT) == TunnelType.GENEVE.defaultPort();
            at += Udp.HEADER;
            length = geneve
                    ? GeneveHeader.decode(memory, at, end - at, header)
                    : VxlanHeader.decode(memory, at, end - at, header);
        }
        return length < 0 ? 0 : at + length - packet.offset;
    }

    /** Makes the outer headers of a segment be of its own length; an outer UDP checksum is none, or it would not be here. */
    private void setOuterLengths(int frame, int written) {
        int ip = frame + outerIp;
        int end = frame + written;
        if (Ip.isIpv4(segments, ip)) {
            Bytes.put16(segments, ip + Ipv4.TOTAL_LENGTH, end - ip);
            Ipv4.writeChecksum(segments, ip);
        } else {
            Bytes.put16(segments, ip + Ipv6.PAYLOAD_LENGTH, end - ip - Ipv6.HEADER);
        }
        if (outerUdp > 0) {
            Bytes.put16(segments, frame + outerUdp + Udp.LENGTH, end - frame - outerUdp);
        }
    }

    private MemorySegment frame() {
        return packet.memory.asSlice(packet.offset, packet.length);
    }

    private void fill(MemorySegment read, int length) {
        packet.reset();
        MemorySegment.copy(read, VirtioNetHeader.LENGTH, packet.memory, packet.offset, length);
        packet.length = length;
        packet.checksumPartial = (VirtioNetHeader.flags(read, 0) & VirtioNetHeader.FLAG_NEEDS_CHECKSUM) != 0;
        packet.checksumStart = VirtioNetHeader.checksumStart(read, 0);
        packet.checksumOffset = VirtioNetHeader.checksumOffset(read, 0);
        packet.segmentType = VirtioNetHeader.gsoType(read, 0) & ~VirtioNetHeader.GSO_ECN;
        packet.segmentSize = packet.segmentType == Packet.SEGMENT_NONE ? 0 : VirtioNetHeader.gsoSize(read, 0);
    }
}
