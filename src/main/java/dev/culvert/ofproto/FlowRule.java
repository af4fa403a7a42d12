package dev.culvert.ofproto;

/**
 * A flow of a bridge's OpenFlow table, with its counters. A bridge that no controller programs has one: priority 0,
 * every packet, NORMAL. Counters are credited from the flow cache, so they run at most a second behind.
 */
public final class FlowRule {
    private final long createdNanos;
    private long packets;
    private long bytes;
    private long usedNanos;

    FlowRule(long createdNanos) {
        this.createdNanos = createdNanos;
        this.usedNanos = createdNanos;
    }

    /**
     * Adds what a cached flow has carried since it was last asked.
     *
     * @param morePackets packets since then
     * @param moreBytes bytes since then
     * @param used when the last of them came, in nanoseconds
     */
    void credit(long morePackets, long moreBytes, long used) {
        packets += morePackets;
        bytes += moreBytes;
        usedNanos = Math.max(usedNanos, used);
    }

    /** Packets that matched. */
    public long packets() {
        return packets;
    }

    /** Bytes that matched, from the Ethernet header on. */
    public long bytes() {
        return bytes;
    }

    /** When the flow was added, in nanoseconds. */
    public long createdNanos() {
        return createdNanos;
    }

    /** When a packet matched last, in nanoseconds; when it was added, if none ever did. */
    public long usedNanos() {
        return usedNanos;
    }
}
