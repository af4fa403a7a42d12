package dev.culvert.datapath;

import dev.culvert.linux.MessageBatch;
import dev.culvert.packet.Packet;
import dev.culvert.packet.PacketPool;
import org.jspecify.annotations.Nullable;

/** Where a loop's sockets receive to: one batch for all of them, since they take turns, and a packet for each place in it. */
final class ReceiveSlots {
    /** Room for the ancillary data of one received message: addresses, TOS, TTL, segment size, VLAN tag. */
    private static final int CONTROL = 256;

    private final PacketPool pool;
    private final @Nullable Packet[] slots = new @Nullable Packet[DatapathPort.BATCH];

    /** What the sockets fill. */
    final MessageBatch batch = new MessageBatch(DatapathPort.BATCH, 1, CONTROL);

    ReceiveSlots(PacketPool pool) {
        this.pool = pool;
    }

    /**
     * Prepares the batch.
     *
     * @param headroom bytes in front of the frame that are read too
     * @return how many slots are ready, fewer than a batch where buffers are short
     */
    int prepare(int headroom) {
        int ready = 0;
        while (ready < DatapathPort.BATCH) {
            Packet packet = pool.take();
            if (packet == null) {
                break;
            }
            slots[ready] = packet;
            batch.prepareReceive(ready);
            batch.vector(ready, 0, packet.address() - headroom, Packet.FRAME_MAX + headroom);
            ready++;
        }
        return ready;
    }

    /** Gives the slots that nothing was read into back, the last one first, so that the pool stays in order. */
    void giveBack(int from, int ready) {
        for (int i = ready - 1; i >= from; i--) {
            pool.give(packet(i));
        }
    }

    /** The packet of a slot that was prepared. */
    Packet packet(int i) {
        Packet packet = slots[i];
        if (packet == null) {
            throw new AssertionError(i);
        }
        return packet;
    }
}
