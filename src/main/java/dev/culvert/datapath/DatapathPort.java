package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A port as one poll loop sees it: its own part of a {@link SharedPort}. Packets to send are gathered while a batch is worked
 * through and leave together, for the cost of sending is the system call and not the packet.
 */
abstract class DatapathPort {
    static final int BATCH = 32;

    final int number;
    final String name;
    final PortCounters counters = new PortCounters();

    /** Packets of this port that wait for an upcall; bounded, so that one port cannot starve the others. */
    int upcallsInFlight;

    /** Packets of this port that wait behind an upcall; bounded likewise. */
    int packetsBehind;

    /** Whether the poll loop has it on its list of ports to flush. */
    boolean waiting;

    final PollLoop loop;
    private @Nullable Packet[] queue = new @Nullable Packet[BATCH];

    /** What is gathered while the other is sent: sending can set off an answer, and that one more, to this very port. */
    private @Nullable Packet[] other = new @Nullable Packet[BATCH];

    private int queued;
    private boolean sending;

    DatapathPort(SharedPort shared, PollLoop loop) {
        this.loop = loop;
        this.number = shared.number;
        this.name = shared.name;
    }

    /** Takes a packet over, to be sent at the next flush at the latest. */
    void enqueue(Packet packet) {
        if (queued == BATCH && sending) {
            counters.txDropped++;
            loop.drop(packet, DropReason.TRANSMIT_QUEUE_FULL, counters);
            return;
        }
        if (queued == BATCH) {
            flush();
        }
        queue[queued++] = packet;
    }

    /** Sends what is gathered. */
    final void flush() {
        if (queued > 0 && !sending) {
            @Nullable Packet[] packets = queue;
            int count = queued;
            queue = other;
            other = packets;
            queued = 0;
            sending = true;
            transmit(packets, count);
            sending = false;
        }
    }

    /** Sends packets, in order, and gives each back to the pool whether it went out or not. */
    abstract void transmit(@Nullable Packet[] packets, int count);

    /** Lets go of what the loop still holds for the port; the device stays open. Runs on the loop's thread. */
    void close() {}
}
