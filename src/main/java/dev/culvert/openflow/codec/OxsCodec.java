package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.message.AggregateStats;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.PortStats;

/**
 * OpenFlow 1.5's extensible statistics: {@code ofp_stats} (16 bits reserved, 16 bits of length without padding), then fields
 * with a header of class 16 bits, number 7 bits, a reserved bit and length 8 bits. Source: OpenFlow 1.5, 7.2.4.
 */
final class OxsCodec {
    private static final int CLASS = 0x8002;
    private static final int DURATION = 0;
    private static final int IDLE_TIME = 1;
    private static final int FLOW_COUNT = 3;
    private static final int PACKET_COUNT = 4;
    private static final int BYTE_COUNT = 5;
    private static final long NANOS = 1_000_000_000L;

    private OxsCodec() {}

    /**
     * The statistics that Open vSwitch's peers use; those that did not come are {@link PortStats#UNSUPPORTED}, zero flows, and an
     * unknown idle age.
     *
     * @param durationNanos the age
     * @param idleSeconds seconds since the last packet
     * @param packets packets
     * @param bytes bytes
     * @param flows flows
     */
    record Stats(long durationNanos, int idleSeconds, long packets, long bytes, int flows) {}

    static Stats read(WireReader in) throws DecodeException {
        in.skip(2);
        int length = in.u16();
        WireReader fields = in.slice(length - 4, ErrorCode.OFPBRC_BAD_LEN);
        in.skipPadding(length);
        long duration = 0;
        int idle = FlowStats.UNKNOWN_AGE;
        long packets = PortStats.UNSUPPORTED;
        long bytes = PortStats.UNSUPPORTED;
        int flows = 0;
        while (fields.remaining() > 0) {
            int oxsClass = fields.u16();
            int number = fields.u8() >> 1;
            WireReader value = fields.slice(fields.u8(), ErrorCode.OFPBRC_BAD_LEN);
            if (oxsClass != CLASS) {
                continue;
            }
            switch (number) {
                case DURATION -> duration = Durations.read(value);
                case IDLE_TIME -> idle = (int) (Durations.read(value) / NANOS);
                case FLOW_COUNT -> flows = value.u32();
                case PACKET_COUNT -> packets = value.u64();
                case BYTE_COUNT -> bytes = value.u64();
                default -> {
                    // a statistic of a later time
                }
            }
        }
        return new Stats(duration, idle, packets, bytes, flows);
    }

    static void write(WireWriter out, FlowStats flow) {
        int start = begin(out);
        header(out, DURATION, 8);
        Durations.write(out, flow.durationNanos());
        if (flow.idleAge() != FlowStats.UNKNOWN_AGE) {
            header(out, IDLE_TIME, 8).u32(flow.idleAge()).u32(0);
        }
        counts(out, flow.packets(), flow.bytes());
        finish(out, start);
    }

    static void write(WireWriter out, AggregateStats stats) {
        int start = begin(out);
        counts(out, stats.packets(), stats.bytes());
        header(out, FLOW_COUNT, 4).u32(stats.flows());
        finish(out, start);
    }

    private static void counts(WireWriter out, long packets, long bytes) {
        if (packets != PortStats.UNSUPPORTED) {
            header(out, PACKET_COUNT, 8).u64(packets);
        }
        if (bytes != PortStats.UNSUPPORTED) {
            header(out, BYTE_COUNT, 8).u64(bytes);
        }
    }

    private static int begin(WireWriter out) {
        int start = out.size();
        out.zeros(2).u16(0);
        return start;
    }

    private static void finish(WireWriter out, int start) {
        out.patchLength(start + 2, start);
        out.pad8(start);
    }

    private static WireWriter header(WireWriter out, int number, int length) {
        return out.u16(CLASS).u8(number << 1).u8(length);
    }
}
