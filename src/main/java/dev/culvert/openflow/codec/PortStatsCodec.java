package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.PortStats.CustomCounter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Port counters: {@code ofp_port_stats} of OpenFlow 1.0 (104 bytes), 1.1 and 1.2 (the same with a wider port), 1.3 (an age
 * after it), and 1.4 and later (80 bytes and properties: the Ethernet one, and Intel's two with RMON and named counters).
 * Sources: OpenFlow 1.0, 5.3.5; 1.3, A.3.5.6; 1.4, 7.3.5.6; {@code intel-ext.h}.
 */
final class PortStatsCodec {
    private static final int COUNTERS = PortStats.Counter.values().length;
    /** Counters in the fixed part since OpenFlow 1.4; the other four moved into the Ethernet property. */
    private static final int FIXED_COUNTERS = 8;

    private static final int FIXED_14 = 80;
    private static final int ETHERNET = 0;
    private static final int INTEL = 0x0000aa01;
    private static final int INTEL_RMON = 1;
    private static final int INTEL_CUSTOM = 2;
    private static final int RMON_COUNTERS = PortStats.Rmon.values().length;
    private static final int MAX_CUSTOM_NAME = 63;

    private PortStatsCodec() {}

    static PortStats read(WireReader in, Version version) throws DecodeException {
        if (version.atLeast(Version.OPENFLOW_14)) {
            return read14(in);
        }
        int port;
        if (version == Version.OPENFLOW_10) {
            port = OfPort.fromOf10(in.u16());
            in.skip(6);
        } else {
            port = in.u32();
            in.skip(4);
        }
        List<Long> counters = counters(in, COUNTERS);
        long duration = version.atLeast(Version.OPENFLOW_13) ? Durations.read(in) : PortStats.UNSUPPORTED;
        return new PortStats(port, duration, counters, List.of(), List.of());
    }

    private static PortStats read14(WireReader in) throws DecodeException {
        int length = in.u16();
        in.skip(2);
        int port = in.u32();
        long duration = Durations.read(in);
        List<Long> counters = counters(in, FIXED_COUNTERS);
        List<Long> rmon = List.of();
        List<CustomCounter> custom = List.of();
        WireReader properties = in.slice(length - FIXED_14, ErrorCode.OFPBRC_BAD_LEN);
        while (properties.remaining() > 0) {
            Property property = Property.read(properties);
            WireReader body = property.body();
            if (property.type() == ETHERNET) {
                body.skip(4);
                counters.addAll(counters(body, COUNTERS - FIXED_COUNTERS));
            } else if (property.experimenter() == INTEL && property.experimenterType() == INTEL_RMON) {
                body.skip(4);
                rmon = counters(body, RMON_COUNTERS);
            } else if (property.experimenter() == INTEL && property.experimenterType() == INTEL_CUSTOM) {
                custom = custom(body);
            }
        }
        // a property that came twice would leave more counters than there are names for
        return new PortStats(port, duration, counters.subList(0, Math.min(COUNTERS, counters.size())), rmon, custom);
    }

    private static List<Long> counters(WireReader in, int count) throws DecodeException {
        List<Long> counters = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            counters.add(in.u64());
        }
        return counters;
    }

    private static List<CustomCounter> custom(WireReader in) throws DecodeException {
        in.skip(2);
        int count = in.u16();
        List<CustomCounter> counters = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String name = in.text(in.u8());
            counters.add(new CustomCounter(name, in.u64()));
        }
        return counters;
    }

    static void write(WireWriter out, PortStats stats, Version version) {
        if (version.atLeast(Version.OPENFLOW_14)) {
            write14(out, stats);
            return;
        }
        if (version == Version.OPENFLOW_10) {
            out.u16(OfPort.toOf10(stats.port())).zeros(6);
        } else {
            out.u32(stats.port()).zeros(4);
        }
        stats.counters().forEach(out::u64);
        if (version.atLeast(Version.OPENFLOW_13)) {
            Durations.write(out, stats.durationNanos());
        }
    }

    private static void write14(WireWriter out, PortStats stats) {
        int start = out.size();
        out.u16(0).zeros(2).u32(stats.port());
        Durations.write(out, stats.durationNanos());
        stats.counters().subList(0, FIXED_COUNTERS).forEach(out::u64);
        int ethernet = Property.begin(out, ETHERNET);
        out.zeros(4);
        stats.counters().subList(FIXED_COUNTERS, COUNTERS).forEach(out::u64);
        Property.finish(out, ethernet);
        if (!stats.rfc2819().isEmpty()) {
            int rmon = Property.begin(out, Property.EXPERIMENTER);
            out.u32(INTEL).u32(INTEL_RMON).zeros(4);
            stats.rfc2819().forEach(out::u64);
            Property.finish(out, rmon);
        }
        if (!stats.custom().isEmpty()) {
            int custom = Property.begin(out, Property.EXPERIMENTER);
            out.u32(INTEL).u32(INTEL_CUSTOM).zeros(2).u16(stats.custom().size());
            for (CustomCounter counter : stats.custom()) {
                byte[] name = counter.name().getBytes(StandardCharsets.UTF_8);
                int length = Math.min(name.length, MAX_CUSTOM_NAME);
                out.u8(length).bytes(java.util.Arrays.copyOf(name, length)).u64(counter.value());
            }
            Property.finish(out, custom);
        }
        out.patchLength(start, start);
    }
}
