package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import dev.culvert.packet.PacketRing;

/**
 * The way from a loop to the first one, for packets that only the first one may send, since each needs the number after
 * the last one's: ESP's sequence numbers and GRE's. One loop puts them in and the first one takes them out; the packets
 * stay those of the pool that they have come from.
 */
final class Handover {
    /** Packets that wait at most. */
    private static final int WAITING = 256;

    private final PollLoop home;
    private final PacketRing ring = new PacketRing(WAITING);
    private boolean added;

    /**
     * Makes an empty way.
     *
     * @param home the loop that takes the packets out
     */
    Handover(PollLoop home) {
        this.home = home;
    }

    /** Takes a packet over, to be sent by a port; for the sending loop. */
    void offer(PollLoop from, DatapathPort port, Packet packet) {
        packet.outPort = port.number;
        if (ring.offer(packet)) {
            added = true;
        } else {
            port.counters.txDropped++;
            from.drop(packet, DropReason.HANDOVER_QUEUE_FULL, port.counters);
        }
    }

    /** Wakes the first loop if anything was added; for the sending loop, when its pass is over. */
    void flush() {
        if (added) {
            added = false;
            home.wake();
        }
    }

    /** Puts what waits on the queues of the first loop's ports; for that loop. Tells whether there was anything. */
    boolean take() {
        boolean any = false;
        for (Packet packet = ring.poll(); packet != null; packet = ring.poll()) {
            home.output(packet, packet.outPort);
            any = true;
        }
        return any;
    }
}
