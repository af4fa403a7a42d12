package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Segmenter;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Whether the kernel takes UDP datagrams of one length as a super-frame (VIRTIO_NET_HDR_GSO_UDP_L4, Linux 6.2), and how they
 * are cut apart again where it does not. It is asked when a TAP device is opened; for a packet socket there is no question
 * but the first super-frame. Either answer is remembered. {@code -Dculvert.udp.superframes=false} says no beforehand.
 */
final class UdpSuperFrames {
    private static final System.Logger LOG = System.getLogger("dpif");

    private final PollLoop loop;
    private final Segmenter segmenter = new Segmenter();
    private int next;
    private @Nullable Packet cut;

    /** From any thread; it only ever becomes false. */
    private volatile boolean taken = Boolean.parseBoolean(System.getProperty("culvert.udp.superframes", "true"));

    UdpSuperFrames(PollLoop loop) {
        this.loop = loop;
    }

    boolean taken() {
        return taken;
    }

    /** The kernel knows no such thing. From any thread. */
    void refuse() {
        if (taken) {
            taken = false;
            LOG.log(
                    System.Logger.Level.INFO,
                    "UDP datagrams go to ports of this host one by one: the kernel is too old");
        }
    }

    /** Begins to cut a super-frame, which must stay as it is until {@link #next} has returned null; or says why not. */
    @Nullable
    DropReason begin(Packet packet) {
        next = 0;
        cut = packet;
        return segmenter.begin(packet, packet.segmentSize);
    }

    /** The next datagram, in a packet of its own; null when there is none left. What no buffer is left for is dropped. */
    @Nullable
    Packet next() {
        Packet whole = cut;
        while (whole != null && next < segmenter.count()) {
            int index = next++;
            Packet packet = loop.pool.take();
            if (packet != null) {
                packet.length = segmenter.emit(index, 1, MemorySegment.NULL, 0, packet.memory, packet.offset);
                packet.checksumValid = true;
                packet.inPort = whole.inPort;
                packet.arrivalTci = whole.arrivalTci;
                packet.l3Offset = whole.l3Offset;
                packet.l4Offset = whole.l4Offset;
                return packet;
            }
            loop.drop(DropReason.NO_BUFFER);
        }
        cut = null;
        return null;
    }
}
