package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;

/** A port with a device of this host behind it: what packet sockets and TAP devices have in common. */
abstract class LocalPort extends DatapathPort implements Receiver {
    /** An Ethernet header. */
    static final int MIN_FRAME = 14;

    private static final int VLAN_TAG = 4;

    private final SharedDevice device;

    LocalPort(SharedDevice device, PollLoop loop) {
        super(device, loop);
        this.device = device;
    }

    /** Counts a packet that was read and hands it to the loop. */
    final void accept(Packet packet) {
        counters.rxPackets++;
        counters.rxBytes += packet.length;
        loop.handle(packet);
    }

    /** Makes a packet ready to be written; false where it was dropped or answered instead. */
    final boolean prepare(Packet packet) {
        int tag = packet.l3Offset > MIN_FRAME ? packet.l3Offset - MIN_FRAME : VLAN_TAG;
        int fit = loop.fit.check(packet, device.mtu + MIN_FRAME + tag, false);
        if (fit == PathFit.WHOLE || fit == PathFit.SEGMENTS) {
            Offloads.write(packet);
            return true;
        }
        counters.txDropped++;
        if (fit == PathFit.TOO_LONG) {
            loop.drop(packet, DropReason.FRAME_TOO_LONG, counters);
        } else {
            counters.count(DropReason.MTU_EXCEEDED, 1); // the loop has counted it
        }
        return false;
    }

    @Override
    final void enqueue(Packet packet) {
        UdpSuperFrames datagrams = loop.udpSuperFrames;
        if (packet.segmentType != Packet.SEGMENT_UDP || datagrams.taken()) {
            super.enqueue(packet);
        } else if (begin(packet)) {
            for (Packet one = datagrams.next(); one != null; one = datagrams.next()) {
                super.enqueue(one);
            }
            loop.pool.give(packet);
        }
    }

    /** Begins to cut a UDP super-frame; false where it was dropped. */
    private boolean begin(Packet packet) {
        DropReason refused = loop.udpSuperFrames.begin(packet);
        if (refused != null) {
            counters.txDropped++;
            loop.drop(packet, refused, counters);
        }
        return refused == null;
    }

    /** Writes one packet that is ready, by itself; what the kernel says of it: bytes or a negative error number. */
    abstract int write(Packet packet);

    final void sent(Packet packet) {
        counters.txPackets++;
        counters.txBytes += packet.length;
        loop.pool.give(packet);
    }

    /**
     * Counts a packet that the kernel did not take.
     *
     * @param result 0 for a full queue, otherwise a negative error number
     */
    final void failed(Packet packet, int result) {
        if (result == -Errno.EINVAL && packet.segmentType == Packet.SEGMENT_UDP && loop.udpSuperFrames.taken()) {
            loop.udpSuperFrames.refuse();
            writeCut(packet);
            return;
        }
        switch (-result) {
            case 0, Errno.EAGAIN, Errno.ENOBUFS -> {
                counters.txDropped++;
                loop.drop(packet, DropReason.TRANSMIT_QUEUE_FULL, counters);
            }
            case Errno.ENETDOWN, Errno.EIO, Errno.ENXIO, Errno.ENODEV -> {
                counters.txDropped++;
                loop.drop(packet, DropReason.PORT_DOWN, counters);
            }
            default -> {
                counters.txErrors++;
                loop.drop(packet, DropReason.TRANSMIT_ERROR, counters);
            }
        }
    }

    /** Sends a UDP super-frame that the kernel does not know, in the place where it was to be sent whole. */
    private void writeCut(Packet packet) {
        if (begin(packet)) {
            UdpSuperFrames datagrams = loop.udpSuperFrames;
            for (Packet one = datagrams.next(); one != null; one = datagrams.next()) {
                Offloads.write(one);
                int written = write(one);
                if (written > 0) {
                    sent(one);
                } else {
                    failed(one, written);
                }
            }
            loop.pool.give(packet);
        }
    }
}
