package dev.culvert.datapath;

/**
 * What went through a port. What a loop counts is written by this loop alone; a reader may be a moment late, never torn
 * (64-bit JVMs).
 * "Received" is what came into the switch, "transmitted" what left it. A TCP super-frame counts as one packet, as the
 * kernel counts it on a veth.
 */
public final class PortCounters {
    long rxPackets;
    long rxBytes;
    long rxDropped;
    long rxErrors;
    long txPackets;
    long txBytes;
    long txDropped;
    long txErrors;
    long besideTxPackets;
    long besideTxBytes;

    PortCounters() {}

    /** Adds what others have counted. */
    void add(PortCounters other) {
        rxPackets += other.rxPackets;
        rxBytes += other.rxBytes;
        rxDropped += other.rxDropped;
        rxErrors += other.rxErrors;
        txPackets += other.txPackets;
        txBytes += other.txBytes;
        txDropped += other.txDropped;
        txErrors += other.txErrors;
        besideTxPackets += other.besideTxPackets;
        besideTxBytes += other.besideTxBytes;
    }

    /** Packets that came in. */
    public long rxPackets() {
        return rxPackets;
    }

    /** Bytes that came in, from the Ethernet header on. */
    public long rxBytes() {
        return rxBytes;
    }

    /** Packets that came in and were dropped for want of room. */
    public long rxDropped() {
        return rxDropped;
    }

    /** Packets that came in damaged. */
    public long rxErrors() {
        return rxErrors;
    }

    /** Packets that left. */
    public long txPackets() {
        return txPackets;
    }

    /** Bytes that left, from the Ethernet header on. */
    public long txBytes() {
        return txBytes;
    }

    /** Those of {@link #txPackets} that the device does not know of: handed to the far end of a veth in the kernel. */
    public long besideTxPackets() {
        return besideTxPackets;
    }

    /** Bytes of those. */
    public long besideTxBytes() {
        return besideTxBytes;
    }

    /** Packets that should have left and had no room, no route, or were too large. */
    public long txDropped() {
        return txDropped;
    }

    /** Packets that the kernel refused to send. */
    public long txErrors() {
        return txErrors;
    }
}
