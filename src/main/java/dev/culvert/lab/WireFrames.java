package dev.culvert.lab;

import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Segmenter;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;

/**
 * Turns what a packet socket reads, which may be a super-frame with its checksum unfinished, into the frames that a
 * wire would carry. For one thread.
 */
final class WireFrames {
    /** A super-frame's payload, and the headers in front of each of as many segments as the kernel allows. */
    private static final int ROOM = Packet.CAPACITY + 128 * 256;

    private final Packet packet;
    private final Segmenter segmenter = new Segmenter();
    private final MemorySegment segments;

    /** @param arena where the buffers live */
    WireFrames(Arena arena) {
        packet = new Packet(arena.allocate(Packet.CAPACITY, 64));
        segments = arena.allocate(ROOM);
    }

    /**
     * Splits and completes.
     *
     * @param read what was read: a {@link VirtioNetHeader} and a frame
     * @return the frames, valid until the next call; none if it is too short or too long to be one. What cannot be
     *     split, because it is a super-frame inside another packet than GRE over IPv4, is returned whole
     */
    List<MemorySegment> split(MemorySegment read) {
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
                Bytes.put16(segments, offset + Ethernet.HEADER + Ipv4.TOTAL_LENGTH, written - Ethernet.HEADER);
                Ipv4.writeChecksum(segments, (int) offset + Ethernet.HEADER);
            }
            frames.add(segments.asSlice(offset, written));
            offset += written;
        }
        return frames;
    }

    /** Bytes of Ethernet, IPv4 and GRE in front of the frame that is inside; 0 if it is no such packet. */
    private int outerLength() {
        int ip = packet.offset + Ethernet.HEADER;
        int end = packet.offset + packet.length;
        if (packet.length < Ethernet.HEADER + Ipv4.HEADER
                || Bytes.u16(packet.memory, ip - 2) != Ethernet.TYPE_IPV4
                || !Ipv4.isValid(packet.memory, ip, end)
                || Bytes.u8(packet.memory, ip + Ipv4.PROTOCOL) != Ip.PROTOCOL_GRE) {
            return 0;
        }
        int gre = ip + Ipv4.headerLength(packet.memory, ip);
        int length = GreHeader.decode(packet.memory, gre, end - gre, new TunnelHeader());
        return length < 0 ? 0 : gre + length - packet.offset;
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
