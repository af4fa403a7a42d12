package dev.culvert.datapath;

import dev.culvert.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A port as one poll loop sees it: its own part of a {@link SharedPort}. Packets to send are gathered while a batch is worked through and leave together, for
 * the cost of sending is the system call and not the packet.
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

    private final @Nullable Packet[] queue = new @Nullable Packet[BATCH];
    private int queued;

    DatapathPort(SharedPort shared) {
        this.number = shared.number;
        this.name = shared.name;
    }

    /** Takes a packet over, to be sent at the next flush at the latest. */
    void enqueue(Packet packet) {
        if (queued == BATCH) {
            flush();
        }
        queue[queued++] = packet;
    }

    /** Sends what is gathered. */
    final void flush() {
        if (queued > 0) {
            int count = queued;
            queued = 0;
            transmit(queue, count);
        }
    }

    /** Sends packets, in order, and gives each back to the pool whether it went out or not. */
    abstract void transmit(@Nullable Packet[] packets, int count);

    /** Lets go of what the loop still holds for the port; the device stays open. Runs on the loop's thread. */
    void close() {}
}
