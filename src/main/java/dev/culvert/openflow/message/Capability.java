package dev.culvert.openflow.message;

/** What a switch can do: {@code ofp_capabilities}. A constant's bit means something only in the versions that have it. */
public enum Capability implements WireFlag {
    /** Flow statistics. */
    FLOW_STATS(1),
    /** Table statistics. */
    TABLE_STATS(1 << 1),
    /** Port statistics. */
    PORT_STATS(1 << 2),
    /** Spanning tree; OpenFlow 1.0 only. */
    STP(1 << 3),
    /** Group statistics; OpenFlow 1.1 and later, at the bit that was STP's. */
    GROUP_STATS(1 << 3),
    /** Reassembles fragments. */
    IP_REASM(1 << 5),
    /** Queue statistics. */
    QUEUE_STATS(1 << 6),
    /** Matches addresses in ARP packets; OpenFlow 1.0 and 1.1. */
    ARP_MATCH_IP(1 << 7),
    /** Blocks looping ports; OpenFlow 1.2 and later. */
    PORT_BLOCKED(1 << 8),
    /** Bundles; OpenFlow 1.4 and later. */
    BUNDLES(1 << 9),
    /** Flow monitoring; OpenFlow 1.4 and later. */
    FLOW_MONITORING(1 << 10);

    private final int bit;

    Capability(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
