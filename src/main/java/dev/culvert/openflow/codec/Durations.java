package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.message.PortStats;

/** Ages on the wire: seconds and nanoseconds, 32 bits each, all ones if unknown. */
final class Durations {
    private static final long NANOS = 1_000_000_000L;
    private static final int UNKNOWN = 0xffffffff;

    private Durations() {}

    /** Nanoseconds, or {@link PortStats#UNSUPPORTED}. */
    static long read(WireReader in) throws DecodeException {
        int seconds = in.u32();
        int nanos = in.u32();
        if (seconds == UNKNOWN && nanos == UNKNOWN) {
            return PortStats.UNSUPPORTED;
        }
        return (seconds & 0xffff_ffffL) * NANOS + (nanos & 0xffff_ffffL);
    }

    static void write(WireWriter out, long nanos) {
        if (nanos == PortStats.UNSUPPORTED) {
            out.u32(UNKNOWN).u32(UNKNOWN);
        } else {
            out.u32((int) (nanos / NANOS)).u32((int) (nanos % NANOS));
        }
    }
}
