package dev.culvert.openflow.codec;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.field.Fields;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.AggregateStats;
import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.Capability;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.FragmentHandling;
import dev.culvert.openflow.message.Instruction;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.PortConfig;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.PortFeature;
import dev.culvert.openflow.message.PortState;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.QueueStats;
import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchConfig;
import dev.culvert.openflow.message.SwitchDescription;
import dev.culvert.openflow.message.TableFeatures;
import dev.culvert.openflow.message.TableStats;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** At least one message of every form that a version has, with values that survive the way through that version. */
public final class Samples {
    private Samples() {}

    /** A TCP match that every form of match can hold. */
    static final Match TCP = Match.builder()
            .exact(Fields.IN_PORT, 3)
            .exact(Fields.ETH_SRC, 0x001122334455L)
            .exact(Fields.ETH_TYPE, 0x0800)
            .merge(Fields.VLAN_TCI, 0x1000 | 5 | 3 << 13, 0xffff)
            .exact(Fields.NW_TOS, 0x20)
            .exact(Fields.NW_PROTO, 6)
            .masked(Fields.IP_SRC, Bits.of(0x0a010000L, 4), Bits.prefix(16, 4))
            .exact(Fields.IP_DST, 0x01020304L)
            .exact(Fields.find("tcp_dst").orElseThrow(), 80)
            .build();

    /** All samples of a version. */
    public static List<Message> of(Version version) {
        List<Message> all = new ArrayList<>(List.of(
                new Message.EchoRequest(Bits.of(0x0102030405L, 5)),
                new Message.EchoReply(Bits.of(0, 0)),
                new Message.Failure(ErrorCode.OFPBRC_BAD_LEN.wire(version).orElseThrow(), Bits.of(request(version), 8)),
                new Message.FeaturesRequest(),
                features(version),
                new Message.ConfigRequest(),
                new Message.ConfigReply(new SwitchConfig(FragmentHandling.NX_MATCH, false, 0xffff)),
                new Message.SetConfig(
                        new SwitchConfig(FragmentHandling.DROP, !version.atLeast(Version.OPENFLOW_13), 128)),
                new Message.BarrierRequest(),
                new Message.BarrierReply(),
                new Message.PortStatus(Message.PortStatus.Reason.MODIFY, port(version)),
                new Message.RoleRequest(Role.PRIMARY, generation(version)),
                new Message.RoleReply(Role.SECONDARY, generation(version)),
                new Message.SetAsync(AsyncConfig.standard()),
                new Message.FlowModTableId(true),
                new Message.SetPacketInFormat(1),
                new Message.SetControllerId(7),
                new StatsRequest.Description(),
                new StatsRequest.Tables(),
                new StatsRequest.Ports(OfPort.ANY),
                new StatsRequest.Ports(OfPort.LOCAL),
                new StatsRequest.Queues(OfPort.ANY, StatsRequest.ALL_QUEUES),
                new StatsRequest.Queues(4, 2),
                new StatsRequest.PortDescriptions(version.atLeast(Version.OPENFLOW_15) ? 9 : OfPort.ANY),
                new StatsRequest.Flows(query(version, false), false),
                new StatsRequest.Aggregate(query(version, false), false),
                new StatsReply.Description(new SwitchDescription("maker", "hardware", "1.0", "42", "a switch")),
                new StatsReply.Aggregate(new AggregateStats(5, 600, 7), false),
                new StatsReply.Flows(List.of(flow(version, false), bare(version)), false),
                new StatsReply.Ports(List.of(counters(version, 1), counters(version, OfPort.LOCAL))),
                new StatsReply.Queues(List.of(new QueueStats(
                        1, 2, 3, 4, 5, version.atLeast(Version.OPENFLOW_13) ? 6_000_000_007L : PortStats.UNSUPPORTED))),
                new StatsReply.PortDescriptions(List.of(port(version))),
                new StatsReply.Tables(List.of(table(version, 0), table(version, 1), table(version, 2)))));
        if (version == Version.OPENFLOW_10) {
            all.add(new Message.SetFlowFormat(Message.SetFlowFormat.NXM));
            all.add(new StatsRequest.Flows(query(version, true), true));
            all.add(new StatsRequest.Aggregate(query(version, true), true));
            all.add(new StatsReply.Flows(List.of(flow(version, true), bare(version)), true));
            all.add(new StatsReply.Aggregate(new AggregateStats(5, 600, 7), true));
        }
        if (version.atLeast(Version.OPENFLOW_13)) {
            all.add(new Message.AsyncRequest());
            all.add(new Message.AsyncReply(AsyncConfig.standard()));
            all.add(new StatsRequest.TableFeatureList());
            all.add(new StatsReply.TableFeatureList(List.of(uniform(version, 0), uniform(version, 1))));
        }
        return all;
    }

    /** The eight bytes of a features request. */
    private static long request(Version version) {
        return ((long) version.wire() << 56) | 0x0005_0008_0000_0001L;
    }

    private static OptionalLong generation(Version version) {
        return version.atLeast(Version.OPENFLOW_12) ? OptionalLong.of(7) : OptionalLong.empty();
    }

    private static Message features(Version version) {
        Set<Capability> capabilities = EnumSet.of(Capability.FLOW_STATS, Capability.QUEUE_STATS);
        capabilities.add(version == Version.OPENFLOW_10 ? Capability.STP : Capability.GROUP_STATS);
        return new Message.FeaturesReply(
                0x0000aa55aa550001L,
                256,
                254,
                version.atLeast(Version.OPENFLOW_13) ? 1 : 0,
                capabilities,
                version == Version.OPENFLOW_10 ? TableStatsCodec.actions(0xfff, version) : Set.of(),
                version.atLeast(Version.OPENFLOW_13) ? List.of() : List.of(port(version)));
    }

    private static PortDescription port(Version version) {
        boolean of10 = version == Version.OPENFLOW_10;
        return new PortDescription(
                OfPort.LOCAL,
                0xaa55aa550000L,
                "br-int",
                EnumSet.of(PortConfig.PORT_DOWN, PortConfig.NO_FWD),
                EnumSet.of(PortState.LINK_DOWN, of10 ? PortState.STP_LEARN : PortState.LIVE),
                EnumSet.of(PortFeature.FD_1GB, PortFeature.COPPER),
                EnumSet.of(PortFeature.FD_100MB, PortFeature.AUTO_NEG),
                EnumSet.of(PortFeature.FD_10GB),
                EnumSet.noneOf(PortFeature.class),
                1_000_000,
                10_000_000);
    }

    private static FlowQuery query(Version version, boolean nicira) {
        boolean cookies = nicira || version != Version.OPENFLOW_10;
        boolean groups = version != Version.OPENFLOW_10;
        return new FlowQuery(3, 1, groups ? 9 : FlowQuery.ANY_GROUP, cookies ? 0x10 : 0, cookies ? 0xf0 : 0, TCP);
    }

    private static FlowStats flow(Version version, boolean nicira) {
        boolean ages = nicira || version.atLeast(Version.OPENFLOW_15);
        List<Instruction> instructions = new ArrayList<>();
        instructions.add(new Instruction.ApplyActions(
                List.of(new Action.Output(OfPort.CONTROLLER, 128), untag(version), new Action.Output(2, 0))));
        if (version != Version.OPENFLOW_10) {
            instructions.add(new Instruction.WriteActions(List.of(new Action.Group(8), new Action.SetQueue(1))));
            instructions.add(new Instruction.WriteMetadata(0x12, 0xff));
            instructions.add(new Instruction.GotoTable(5));
        }
        return new FlowStats(
                3,
                100,
                TCP,
                0x1234,
                5_250_000_000L,
                60,
                300,
                ages ? 2 : FlowStats.UNKNOWN_AGE,
                nicira ? 4 : FlowStats.UNKNOWN_AGE,
                version.atLeast(Version.OPENFLOW_14) ? 9 : 0,
                version.atLeast(Version.OPENFLOW_13) ? 1 : 0,
                10,
                1000,
                instructions);
    }

    private static Action untag(Version version) {
        return version == Version.OPENFLOW_10 ? new Action.StripVlan() : new Action.PopVlan();
    }

    private static FlowStats bare(Version version) {
        return new FlowStats(
                0,
                0x8000,
                Match.ANY,
                0,
                1_000_000_000L,
                0,
                0,
                version.atLeast(Version.OPENFLOW_15) ? 0 : FlowStats.UNKNOWN_AGE,
                FlowStats.UNKNOWN_AGE,
                0,
                0,
                0,
                0,
                List.of());
    }

    private static PortStats counters(Version version, int port) {
        boolean named = version.atLeast(Version.OPENFLOW_14);
        List<Long> rmon = new ArrayList<>();
        for (long i = 0; i < PortStats.Rmon.values().length; i++) {
            rmon.add(100 + i);
        }
        return new PortStats(
                port,
                version.atLeast(Version.OPENFLOW_13) ? 12_345_678_900L : PortStats.UNSUPPORTED,
                List.of(1L, 2L, 3L, 4L, 5L, 6L, PortStats.UNSUPPORTED, 8L, 9L, 10L, 11L, 12L),
                named ? rmon : List.of(),
                named ? List.of(new PortStats.CustomCounter("fragmented", 3)) : List.of());
    }

    private static TableStats table(Version version, int number) {
        return new TableStats(
                number,
                number == 0 ? 4 : 0,
                5,
                6,
                version.atLeast(Version.OPENFLOW_13) ? Optional.empty() : Optional.of(uniform(version, number)));
    }

    /** A uniform table, with what a version cannot tell left out. */
    private static TableFeatures uniform(Version version, int number) {
        WireWriter out = new WireWriter();
        TableFeatures all = TableFeatures.uniform(number, 3, 1_000_000);
        try {
            if (version.atLeast(Version.OPENFLOW_13)) {
                TableFeaturesCodec.write(out, all, version);
                byte[] bytes = out.toBytes();
                return TableFeaturesCodec.read(
                        new WireReader(bytes, 0, bytes.length, ErrorCode.OFPBRC_BAD_LEN), version);
            }
            TableStatsCodec.write(out, new TableStats(number, 0, 0, 0, Optional.of(all)), version);
            byte[] bytes = out.toBytes();
            return TableStatsCodec.read(new WireReader(bytes, 0, bytes.length, ErrorCode.OFPBRC_BAD_LEN), version)
                    .features()
                    .orElseThrow();
        } catch (dev.culvert.openflow.DecodeException e) {
            throw new AssertionError(e);
        }
    }
}
