package dev.culvert.datapath;

import dev.culvert.packet.Packet;

/** What the datapath asks of whoever knows where packets go: the one arrow that points upward. */
@FunctionalInterface
public interface UpcallHandler {
    /**
     * Decides about a packet that no cached flow covers. Runs on the thread that calls {@link Datapath#upcalls}; the
     * packet is lent until the call returns.
     *
     * @param packet the packet, with its port of arrival in {@link Packet#inPort}
     * @param key its flow key
     * @return what to do with it, and with all that are like it
     */
    Verdict decide(Packet packet, long[] key);

    /**
     * An answer to an upcall.
     *
     * @param flow actions for this packet, and the mask that says which others are like it
     * @param install whether the flow goes into the cache; if not, it serves this packet only
     */
    record Verdict(Megaflow flow, boolean install) {}
}
