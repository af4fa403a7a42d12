package dev.culvert.datapath;

import dev.culvert.packet.DropReason;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What went through a port. What a loop counts is written by this loop alone; a reader may be a moment late, never torn
 * (64-bit JVMs).
 * "Received" is what came into the switch, "transmitted" what left it. A TCP super-frame counts as one packet, as the
 * kernel counts it on a veth.
 */
public final class PortCounters {
    private static final DropReason[] REASONS = DropReason.values();

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

    /** Drops by reason; made with the first one, for most ports have none. */
    private long @Nullable [] drops;

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
        long[] others = other.drops;
        if (others != null) {
            for (int i = 0; i < REASONS.length; i++) {
                if (others[i] != 0) {
                    count(REASONS[i], others[i]);
                }
            }
        }
    }

    /** Counts drops that the port is to blame for. */
    void count(DropReason reason, long packets) {
        long[] counts = drops;
        if (counts == null) {
            counts = new long[REASONS.length];
            drops = counts;
        }
        counts[reason.ordinal()] += packets;
    }

    /** Counts a packet that did not fit the path, and that the loop has counted for itself. */
    void tooLong() {
        txDropped++;
        count(DropReason.MTU_EXCEEDED, 1);
    }

    /**
     * Packets that were dropped for something that the port has to do with, by reason: those above, and others that came in by it
     * and went nowhere. Reasons that never occurred are left out.
     */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> all = new EnumMap<>(DropReason.class);
        long[] counts = drops;
        for (int i = 0; counts != null && i < REASONS.length; i++) {
            if (counts[i] != 0) {
                all.put(REASONS[i], counts[i]);
            }
        }
        return all;
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
