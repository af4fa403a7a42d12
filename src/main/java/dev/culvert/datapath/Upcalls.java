package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import dev.culvert.packet.PacketRing;
import org.jspecify.annotations.Nullable;

/** The packets of a loop that no cached flow covers, on their way to the conductor and back. */
final class Upcalls {
    /** Upcalls that wait at most, and how many of one port. */
    private static final int WAITING = 256;

    private static final int WAITING_PER_PORT = 64;

    private final PollLoop loop;
    private final FlowTable flows;
    private final PacketRing ring = new PacketRing(WAITING);

    /** Packets that found no room. */
    long lost;

    Upcalls(PollLoop loop, FlowTable flows) {
        this.loop = loop;
        this.flows = flows;
    }

    /** Takes a packet over and has the conductor decide about it. */
    void ask(Packet packet) {
        DatapathPort port = loop.ports.get(packet.inPort);
        if (port == null) {
            loop.drop(packet, DropReason.PORT_DOWN);
        } else if (port.upcallsInFlight >= WAITING_PER_PORT || !ring.offer(packet)) {
            lost++;
            loop.drop(packet, DropReason.UPCALL_QUEUE_FULL);
        } else {
            port.upcallsInFlight++;
            loop.askConductor();
        }
    }

    /** The next packet that waits for a decision, or null; for the conductor's thread alone. */
    @Nullable
    Packet next() {
        return ring.poll();
    }

    /** Ends an upcall: caches the flow if that is wanted, and gives the packet what the flow says. As a command. */
    void complete(Packet packet, Megaflow flow, boolean install) {
        DatapathPort port = loop.ports.get(packet.inPort);
        if (port != null && port.upcallsInFlight > 0) {
            port.upcallsInFlight--;
        }
        if (install) {
            flows.insert(flow);
        }
        loop.run(flow, packet);
        loop.flushPorts();
    }
}
