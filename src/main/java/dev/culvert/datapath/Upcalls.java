package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import dev.culvert.packet.PacketRing;
import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The packets of a loop that no cached flow covers, on their way to the conductor and back; and those of the same flows
 * that came meanwhile, which wait so that they do not overtake. They need not be asked about, for the answer to the first
 * is mostly theirs too.
 */
final class Upcalls {
    /** Upcalls that wait at most, and how many of one port. */
    private static final int WAITING = 256;

    private static final int WAITING_PER_PORT = 64;

    /** Packets that wait behind an upcall at most, and how many of one port. */
    private static final int BEHIND = 256;

    private static final int BEHIND_PER_PORT = 128;

    /** Flows are told apart by so many numbers; those that share one only wait for each other now and then. */
    private static final int BUCKETS = 4096;

    /** Something that is to be done when all upcalls until a certain one have been answered. */
    private record Later(long asked, Runnable task) {}

    private final PollLoop loop;
    private final FlowTable flows;
    private final PacketRing ring = new PacketRing(WAITING);
    private final short[] away = new short[BUCKETS];
    private final @Nullable Packet[] behind = new @Nullable Packet[BEHIND];
    private final Queue<Later> later = new ArrayDeque<>();
    private int behindCount;
    private long asked;
    private long answered;

    /** Packets that found no room. */
    long lost;

    Upcalls(PollLoop loop, FlowTable flows) {
        this.loop = loop;
        this.flows = flows;
    }

    /** Takes a packet over if one before it of its flow is with the conductor; tells whether it has. */
    boolean holdBack(Packet packet) {
        if (asked == answered || away[bucket(packet)] == 0) {
            return false;
        }
        DatapathPort port = loop.ports.get(packet.inPort);
        if (port == null) {
            loop.drop(packet, DropReason.PORT_DOWN);
        } else if (behindCount == BEHIND || port.packetsBehind >= BEHIND_PER_PORT) {
            lost++;
            loop.drop(packet, DropReason.UPCALL_QUEUE_FULL, port.counters);
        } else {
            port.packetsBehind++;
            behind[behindCount++] = packet;
        }
        return true;
    }

    /** Takes a packet over and has the conductor decide about it. */
    void ask(Packet packet) {
        DatapathPort port = loop.ports.get(packet.inPort);
        int bucket = bucket(packet);
        if (port == null) {
            loop.drop(packet, DropReason.PORT_DOWN);
        } else if (port.upcallsInFlight >= WAITING_PER_PORT || !ring.offer(packet)) {
            lost++;
            loop.drop(packet, DropReason.UPCALL_QUEUE_FULL, port.counters);
        } else {
            port.upcallsInFlight++;
            away[bucket]++;
            asked++;
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
        int bucket = bucket(packet);
        away[bucket]--;
        answered++;
        if (install) {
            flows.insert(flow);
        }
        loop.run(flow, packet);
        if (behindCount > 0 && away[bucket] == 0) {
            release(bucket);
        }
        loop.flushPorts();
        while (!later.isEmpty() && isOver(later.element().asked)) {
            later.remove().task.run();
        }
    }

    /** Has something done when all packets that are with the conductor now, or behind those, have gone on. */
    void afterThese(Runnable task) {
        long last = asked + behindCount; // each of those may have to ask, too
        if (isOver(last)) {
            task.run();
        } else {
            later.add(new Later(last, task));
        }
    }

    private boolean isOver(long last) {
        return answered >= last || (answered == asked && behindCount == 0);
    }

    /** Lets those go on that waited for the last upcall of a bucket, in order, as far as none of them has to ask again. */
    private void release(int bucket) {
        int count = behindCount;
        behindCount = 0;
        boolean blocked = false;
        for (int i = 0; i < count; i++) {
            Packet packet = behind[i];
            behind[i] = null;
            if (packet == null) {
                continue;
            }
            Megaflow flow = blocked || bucket(packet) != bucket ? null : loop.lookup(packet);
            if (blocked || bucket(packet) != bucket || (flow != null && away[bucket] > 0)) {
                blocked |= bucket(packet) == bucket;
                behind[behindCount++] = packet;
                continue;
            }
            DatapathPort port = loop.ports.get(packet.inPort);
            if (port != null && port.packetsBehind > 0) {
                port.packetsBehind--;
            }
            if (flow == null) {
                loop.miss(packet);
            } else {
                loop.hit(flow, packet);
            }
        }
    }

    private static int bucket(Packet packet) {
        return (packet.entropy ^ packet.inPort * 31) & BUCKETS - 1;
    }
}
