package dev.culvert.openflow.message;

import java.util.Collections;
import java.util.List;
import java.util.Map;

/**
 * A port's counters. A counter that the port does not keep is {@link #UNSUPPORTED}.
 *
 * @param port its number, in the 32-bit form
 * @param durationNanos how long the port has existed; {@link #UNSUPPORTED} if unknown; sent in OpenFlow 1.3 and later
 * @param counters the counters of every version, by {@link Counter}
 * @param rfc2819 the RMON counters, by {@link Rmon}; empty if none is kept; sent in OpenFlow 1.4 and later
 * @param custom counters with names of their own; sent in OpenFlow 1.4 and later
 */
public record PortStats(
        int port, long durationNanos, List<Long> counters, List<Long> rfc2819, List<CustomCounter> custom) {
    /** Stands for a counter or duration that is not kept (all bits one, on the wire as here). */
    public static final long UNSUPPORTED = -1;

    /** The counters that every version has, in the order of OpenFlow 1.0 on the wire. */
    public enum Counter {
        /** Frames received. */
        RX_PACKETS,
        /** Frames sent. */
        TX_PACKETS,
        /** Bytes received. */
        RX_BYTES,
        /** Bytes sent. */
        TX_BYTES,
        /** Frames dropped on arrival. */
        RX_DROPPED,
        /** Frames dropped before sending. */
        TX_DROPPED,
        /** Receive errors of all kinds. */
        RX_ERRORS,
        /** Transmit errors of all kinds. */
        TX_ERRORS,
        /** Alignment errors. */
        RX_FRAME_ERRORS,
        /** Receive overruns. */
        RX_OVER_ERRORS,
        /** Checksum errors. */
        RX_CRC_ERRORS,
        /** Collisions. */
        COLLISIONS
    }

    /** The RMON counters, in the order of Intel's experimenter property. Source: {@code intel-ext.h}, RFC 2819. */
    public enum Rmon {
        /** Frames of these sizes, received. */
        RX_1_TO_64,
        /** As named. */
        RX_65_TO_127,
        /** As named. */
        RX_128_TO_255,
        /** As named. */
        RX_256_TO_511,
        /** As named. */
        RX_512_TO_1023,
        /** As named. */
        RX_1024_TO_1522,
        /** As named. */
        RX_1523_TO_MAX,
        /** Frames of these sizes, sent. */
        TX_1_TO_64,
        /** As named. */
        TX_65_TO_127,
        /** As named. */
        TX_128_TO_255,
        /** As named. */
        TX_256_TO_511,
        /** As named. */
        TX_512_TO_1023,
        /** As named. */
        TX_1024_TO_1522,
        /** As named. */
        TX_1523_TO_MAX,
        /** Multicasts sent. */
        TX_MULTICAST,
        /** Broadcasts received. */
        RX_BROADCAST,
        /** Broadcasts sent. */
        TX_BROADCAST,
        /** Frames too short. */
        RX_UNDERSIZED,
        /** Frames too long. */
        RX_OVERSIZE,
        /** Frames too short with a bad checksum. */
        RX_FRAGMENTED,
        /** Frames too long with a bad checksum. */
        RX_JABBER
    }

    /**
     * A counter with a name of its own.
     *
     * @param name at most 63 bytes
     * @param value its value
     */
    public record CustomCounter(String name, long value) {}

    /** Copies the lists; a short {@code counters} list is filled with {@link #UNSUPPORTED}. */
    public PortStats {
        counters = filled(counters, Counter.values().length);
        rfc2819 = rfc2819.isEmpty() ? List.of() : filled(rfc2819, Rmon.values().length);
        custom = List.copyOf(custom);
    }

    /** The counters that are in {@code counters}, all others unsupported. */
    public static PortStats of(int port, long durationNanos, Map<Counter, Long> counters) {
        Long[] values = new Long[Counter.values().length];
        int i = 0;
        for (Counter counter : Counter.values()) {
            values[i++] = counters.getOrDefault(counter, UNSUPPORTED);
        }
        return new PortStats(port, durationNanos, List.of(values), List.of(), List.of());
    }

    private static List<Long> filled(List<Long> values, int size) {
        if (values.size() == size) {
            return List.copyOf(values);
        }
        Long[] all = Collections.nCopies(size, UNSUPPORTED).toArray(new Long[0]);
        for (int i = 0; i < Math.min(size, values.size()); i++) {
            all[i] = values.get(i);
        }
        return List.of(all);
    }
}
