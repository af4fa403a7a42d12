package dev.culvert.datapath;

import dev.culvert.packet.Packet;
import org.jspecify.annotations.Nullable;

/**
 * A port as the poll loop sees it. Packets to send are gathered while a batch is worked through and leave together, for
 * the cost of sending is the system call and not the packet.
 */
abstract class DatapathPort {
    static final int BATCH = 32;

    final int number;
    final String name;
    final PortCounters counters = new PortCounters();

    /** Packets of this port that wait for an upcall; bounded, so that one port cannot starve the others. */
    int upcallsInFlight;

    /** Whether the poll loop has it on its list of ports to flush. */
    boolean waiting;

    private final @Nullable Packet[] queue = new @Nullable Packet[BATCH];
    private int queued;

    DatapathPort(int number, String name) {
        this.number = number;
        this.name = name;
    }

    /** Takes a packet over, to be sent at the next flush at the latest. */
    final void enqueue(Packet packet) {
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

    /** Takes the port out of the loop; runs on the loop's thread. */
    abstract void close();
}
