package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.message.AggregateStats;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.Instruction;
import java.util.List;

/**
 * Flow queries and flow statistics, in four forms: OpenFlow 1.0's, Nicira's (for OpenFlow 1.0), OpenFlow 1.1's to 1.4's, and
 * OpenFlow 1.5's. Sources: OpenFlow 1.0, 5.3.5; {@code nx_flow_stats}; OpenFlow 1.1, A.3.5.2; OpenFlow 1.5, 7.3.5.2.
 */
final class FlowCodec {
    private static final int LENGTH = 2;

    private FlowCodec() {}

    static FlowQuery readQuery(WireReader in, Version version, boolean nicira) throws DecodeException {
        if (nicira) {
            int outPort = OfPort.fromOf10(in.u16());
            int matchLength = in.u16();
            int table = in.u8();
            in.skip(3);
            OxmCodec.WithCookie match = OxmCodec.read(in.slice(matchLength, ErrorCode.OFPBRC_BAD_LEN), true);
            in.skipPadding(matchLength);
            return new FlowQuery(
                    table, outPort, FlowQuery.ANY_GROUP, match.cookie(), match.cookieMask(), match.match());
        } else if (version == Version.OPENFLOW_10) {
            Match match = Match10Codec.read(in);
            int table = in.u8();
            in.skip(1);
            return new FlowQuery(table, OfPort.fromOf10(in.u16()), FlowQuery.ANY_GROUP, 0, 0, match);
        }
        int table = in.u8();
        in.skip(3);
        int outPort = in.u32();
        int outGroup = in.u32();
        in.skip(4);
        return new FlowQuery(table, outPort, outGroup, in.u64(), in.u64(), readMatch(in, version));
    }

    static void writeQuery(WireWriter out, FlowQuery query, Version version, boolean nicira) {
        if (nicira) {
            int start = out.size();
            out.u16(OfPort.toOf10(query.outPort())).u16(0).u8(query.table()).zeros(3);
            int matchStart = out.size();
            if (query.cookieMask() != 0) {
                OxmCodec.writeCookie(out, query.cookie(), query.cookieMask());
            }
            OxmCodec.write(out, query.match(), version);
            out.patchLength(start + 2, matchStart);
            out.pad8(matchStart);
        } else if (version == Version.OPENFLOW_10) {
            Match10Codec.write(out, query.match());
            out.u8(query.table()).zeros(1).u16(OfPort.toOf10(query.outPort()));
        } else {
            out.u8(query.table())
                    .zeros(3)
                    .u32(query.outPort())
                    .u32(query.outGroup())
                    .zeros(4);
            out.u64(query.cookie()).u64(query.cookieMask());
            writeMatch(out, query.match(), version);
        }
    }

    static FlowStats readStats(WireReader in, Version version, boolean nicira) throws DecodeException {
        int length = in.u16();
        WireReader body = in.slice(length - LENGTH, ErrorCode.OFPBRC_BAD_LEN);
        if (version == Version.OPENFLOW_10) {
            return nicira ? readNicira(body, version) : read10(body);
        }
        return version.atLeast(Version.OPENFLOW_15) ? read15(body, version) : read11(body, version);
    }

    private static FlowStats read10(WireReader in) throws DecodeException {
        int table = in.u8();
        in.skip(1);
        Match match = Match10Codec.read(in);
        long duration = Durations.read(in);
        int priority = in.u16();
        int idle = in.u16();
        int hard = in.u16();
        in.skip(6);
        long cookie = in.u64();
        long packets = in.u64();
        long bytes = in.u64();
        List<Instruction> actions = InstructionCodec.read(in, Version.OPENFLOW_10);
        return new FlowStats(
                table, priority, match, cookie, duration, idle, hard, -1, -1, 0, 0, packets, bytes, actions);
    }

    private static FlowStats readNicira(WireReader in, Version version) throws DecodeException {
        int table = in.u8();
        in.skip(1);
        long duration = Durations.read(in);
        int priority = in.u16();
        int idle = in.u16();
        int hard = in.u16();
        int matchLength = in.u16();
        // ages are one too high, so that zero can mean that the switch does not know
        int idleAge = in.u16() - 1;
        int hardAge = in.u16() - 1;
        long cookie = in.u64();
        long packets = in.u64();
        long bytes = in.u64();
        Match match = OxmCodec.read(in.slice(matchLength, ErrorCode.OFPBMC_BAD_LEN), false)
                .match();
        in.skipPadding(matchLength);
        List<Instruction> actions = InstructionCodec.read(in, version);
        return new FlowStats(
                table, priority, match, cookie, duration, idle, hard, idleAge, hardAge, 0, 0, packets, bytes, actions);
    }

    private static FlowStats read11(WireReader in, Version version) throws DecodeException {
        int table = in.u8();
        in.skip(1);
        long duration = Durations.read(in);
        int priority = in.u16();
        int idle = in.u16();
        int hard = in.u16();
        int flags = in.u16();
        int importance = in.u16();
        in.skip(2);
        long cookie = in.u64();
        long packets = in.u64();
        long bytes = in.u64();
        Match match = readMatch(in, version);
        return new FlowStats(
                table,
                priority,
                match,
                cookie,
                duration,
                idle,
                hard,
                FlowStats.UNKNOWN_AGE,
                FlowStats.UNKNOWN_AGE,
                version.atLeast(Version.OPENFLOW_14) ? importance : 0,
                version.atLeast(Version.OPENFLOW_13) ? flags : 0,
                packets,
                bytes,
                InstructionCodec.read(in, version));
    }

    private static FlowStats read15(WireReader in, Version version) throws DecodeException {
        in.skip(2);
        int table = in.u8();
        in.skip(1);
        int priority = in.u16();
        int idle = in.u16();
        int hard = in.u16();
        int flags = in.u16();
        int importance = in.u16();
        long cookie = in.u64();
        Match match = readMatch(in, version);
        OxsCodec.Stats stats = OxsCodec.read(in);
        return new FlowStats(
                table,
                priority,
                match,
                cookie,
                stats.durationNanos(),
                idle,
                hard,
                stats.idleSeconds(),
                FlowStats.UNKNOWN_AGE,
                importance,
                flags,
                stats.packets(),
                stats.bytes(),
                InstructionCodec.read(in, version));
    }

    static void writeStats(WireWriter out, FlowStats flow, Version version, boolean nicira) {
        int start = out.size();
        if (version.atLeast(Version.OPENFLOW_15)) {
            out.u16(0).zeros(2).u8(flow.table()).zeros(1).u16(flow.priority());
            out.u16(flow.idleTimeout())
                    .u16(flow.hardTimeout())
                    .u16(flow.flags())
                    .u16(flow.importance());
            out.u64(flow.cookie());
            writeMatch(out, flow.match(), version);
            OxsCodec.write(out, flow);
        } else if (version.atLeast(Version.OPENFLOW_11)) {
            out.u16(0).u8(flow.table()).zeros(1);
            Durations.write(out, flow.durationNanos());
            out.u16(flow.priority()).u16(flow.idleTimeout()).u16(flow.hardTimeout());
            out.u16(version.atLeast(Version.OPENFLOW_13) ? flow.flags() : 0);
            out.u16(version.atLeast(Version.OPENFLOW_14) ? flow.importance() : 0)
                    .zeros(2);
            out.u64(flow.cookie()).u64(flow.packets()).u64(flow.bytes());
            writeMatch(out, flow.match(), version);
        } else if (nicira) {
            out.u16(0).u8(flow.table()).zeros(1);
            Durations.write(out, flow.durationNanos());
            out.u16(flow.priority())
                    .u16(flow.idleTimeout())
                    .u16(flow.hardTimeout())
                    .u16(0);
            out.u16(age(flow.idleAge())).u16(age(flow.hardAge()));
            out.u64(flow.cookie()).u64(flow.packets()).u64(flow.bytes());
            int matchStart = out.size();
            OxmCodec.write(out, flow.match(), version);
            out.patch16(start + 18, out.size() - matchStart);
            out.pad8(matchStart);
        } else {
            out.u16(0).u8(flow.table()).zeros(1);
            Match10Codec.write(out, flow.match());
            Durations.write(out, flow.durationNanos());
            out.u16(flow.priority())
                    .u16(flow.idleTimeout())
                    .u16(flow.hardTimeout())
                    .zeros(6);
            out.u64(flow.cookie()).u64(flow.packets()).u64(flow.bytes());
        }
        InstructionCodec.write(out, flow.instructions(), version);
        out.patchLength(start, start);
    }

    private static int age(int seconds) {
        return Math.clamp(seconds + 1L, 0, 0xffff);
    }

    static AggregateStats readAggregate(WireReader in, Version version) throws DecodeException {
        if (version.atLeast(Version.OPENFLOW_15)) {
            OxsCodec.Stats stats = OxsCodec.read(in);
            return new AggregateStats(stats.packets(), stats.bytes(), stats.flows());
        }
        AggregateStats stats = new AggregateStats(in.u64(), in.u64(), in.u32());
        in.skip(4);
        return stats;
    }

    static void writeAggregate(WireWriter out, AggregateStats stats, Version version) {
        if (version.atLeast(Version.OPENFLOW_15)) {
            OxsCodec.write(out, stats);
        } else {
            out.u64(stats.packets()).u64(stats.bytes()).u32(stats.flows()).zeros(4);
        }
    }

    private static Match readMatch(WireReader in, Version version) throws DecodeException {
        // Open vSwitch writes extensible matches in OpenFlow 1.1 too, where the fixed form cannot say enough
        boolean fixed = version == Version.OPENFLOW_11 && in.peek16(0) == Match11Codec.TYPE;
        return fixed ? Match11Codec.read(in) : OxmCodec.readMatch(in);
    }

    private static void writeMatch(WireWriter out, Match match, Version version) {
        if (version == Version.OPENFLOW_11) {
            Match11Codec.write(out, match);
        } else {
            OxmCodec.writeMatch(out, match, version);
        }
    }
}
