package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.QueueStats;

/** Queue counters. Sources: OpenFlow 1.0, 5.3.5; 1.3, A.3.5.8; 1.4, 7.3.5.8. */
final class QueueStatsCodec {
    private static final int LENGTH_14 = 48;

    private QueueStatsCodec() {}

    static QueueStats read(WireReader in, Version version) throws DecodeException {
        if (version.atLeast(Version.OPENFLOW_14)) {
            int length = in.u16();
            in.skip(6);
            int port = in.u32();
            int queue = in.u32();
            QueueStats stats = counters(in, port, queue, true);
            in.slice(length - LENGTH_14, ErrorCode.OFPBRC_BAD_LEN);
            return stats;
        }
        int port;
        if (version == Version.OPENFLOW_10) {
            port = OfPort.fromOf10(in.u16());
            in.skip(2);
        } else {
            port = in.u32();
        }
        return counters(in, port, in.u32(), version.atLeast(Version.OPENFLOW_13));
    }

    private static QueueStats counters(WireReader in, int port, int queue, boolean age) throws DecodeException {
        return new QueueStats(
                port, queue, in.u64(), in.u64(), in.u64(), age ? Durations.read(in) : PortStats.UNSUPPORTED);
    }

    static void write(WireWriter out, QueueStats stats, Version version) {
        if (version.atLeast(Version.OPENFLOW_14)) {
            out.u16(LENGTH_14).zeros(6);
        }
        if (version == Version.OPENFLOW_10) {
            out.u16(OfPort.toOf10(stats.port())).zeros(2);
        } else {
            out.u32(stats.port());
        }
        out.u32(stats.queue()).u64(stats.txBytes()).u64(stats.txPackets()).u64(stats.txErrors());
        if (version.atLeast(Version.OPENFLOW_13)) {
            Durations.write(out, stats.durationNanos());
        }
    }
}
