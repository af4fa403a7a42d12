package dev.culvert.datapath;

import dev.culvert.linux.VirtioNetHeader;
import dev.culvert.packet.Packet;

/**
 * Between the virtio header that the kernel puts before a frame and the fields of {@link Packet} that mean the same. The
 * header lies right in front of the frame, in its headroom, so that one buffer serves a read or write of both.
 */
final class Offloads {
    private static final int ECN = VirtioNetHeader.GSO_ECN;

    private Offloads() {}

    /**
     * Takes over what the kernel says of a frame that was read.
     *
     * @param packet a packet with offset and length of the frame
     * @return false where the description cannot be true of the frame
     */
    static boolean read(Packet packet) {
        long at = packet.offset - VirtioNetHeader.LENGTH;
        int flags = VirtioNetHeader.flags(packet.memory, at);
        packet.segmentType = VirtioNetHeader.gsoType(packet.memory, at) & ~ECN;
        packet.segmentSize = packet.segmentType == Packet.SEGMENT_NONE ? 0 : VirtioNetHeader.gsoSize(packet.memory, at);
        packet.checksumPartial = (flags & VirtioNetHeader.FLAG_NEEDS_CHECKSUM) != 0;
        packet.checksumValid = (flags & VirtioNetHeader.FLAG_DATA_VALID) != 0;
        if (packet.checksumPartial) {
            packet.checksumStart = VirtioNetHeader.checksumStart(packet.memory, at);
            packet.checksumOffset = VirtioNetHeader.checksumOffset(packet.memory, at);
            if (packet.checksumStart + packet.checksumOffset + 2 > packet.length) {
                return false;
            }
        }
        return switch (packet.segmentType) {
            case Packet.SEGMENT_NONE -> true;
            case Packet.SEGMENT_TCP4, Packet.SEGMENT_TCP6, Packet.SEGMENT_UDP ->
                packet.segmentSize > 0 && packet.checksumPartial;
            default -> false;
        };
    }

    /** Tells the kernel, in the headroom of a frame that is to be written, what is left to be done. */
    static void write(Packet packet) {
        long at = packet.offset - VirtioNetHeader.LENGTH;
        if (!packet.checksumPartial) {
            VirtioNetHeader.writeNone(packet.memory, at);
            return;
        }
        int headers = packet.checksumStart + packet.checksumOffset + 2;
        VirtioNetHeader.write(
                packet.memory,
                at,
                VirtioNetHeader.FLAG_NEEDS_CHECKSUM,
                packet.segmentType,
                headers,
                packet.segmentSize,
                packet.checksumStart,
                packet.checksumOffset);
    }
}
