package dev.culvert.openflow.message;

/** The state of a port: {@code ofp_port_state}. BLOCKED and LIVE are OpenFlow 1.1's, the STP bits OpenFlow 1.0's. */
public enum PortState implements WireFlag {
    /** No link. */
    LINK_DOWN(1),
    /** Blocked by a protocol outside OpenFlow. */
    BLOCKED(1 << 1),
    /** Fit for fast failover. */
    LIVE(1 << 2),
    /** Low bit of OpenFlow 1.0's spanning tree state (0 listen, 1 learn, 2 forward, 3 block). */
    STP_LEARN(1 << 8),
    /** High bit of OpenFlow 1.0's spanning tree state. */
    STP_FORWARD(1 << 9);

    private final int bit;

    PortState(int bit) {
        this.bit = bit;
    }

    @Override
    public int bit() {
        return bit;
    }
}
