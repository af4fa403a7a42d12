package dev.culvert.openflow.codec;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Capability;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.FragmentHandling;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchConfig;
import dev.culvert.openflow.message.SwitchDescription;
import dev.culvert.openflow.message.WireFlag;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** From bytes to messages. Total: whatever the bytes, the outcome is a message or a {@link DecodeException}. */
public final class MessageReader {
    private static final int DESCRIPTION_TEXT = 256;
    private static final int SERIAL_TEXT = 32;
    private static final int INVALID_TTL = 1 << 2;
    private static final int NICIRA_ROLE_OFFSET = 1;
    private static final long NO_GENERATION = -1;

    private MessageReader() {}

    /**
     * Reads one message.
     *
     * @param bytes a whole message, its length field true
     * @throws DecodeException with the error to answer
     */
    public static Envelope read(byte[] bytes) throws DecodeException {
        if (HelloCodec.isHello(bytes)) {
            Version version = Version.ofWire(bytes[0] & 0xff).orElse(Version.OPENFLOW_15);
            return new Envelope(
                    version, Frame.parse(bytes).xid(), HelloCodec.read(bytes).message());
        }
        Frame frame = Frame.parse(bytes);
        WireReader in = new WireReader(bytes, frame.bodyOffset(), bytes.length, ErrorCode.OFPBRC_BAD_LEN);
        Message message = read(frame, in);
        in.end();
        return new Envelope(frame.version(), frame.xid(), message, frame.more());
    }

    private static Message read(Frame frame, WireReader in) throws DecodeException {
        Version version = frame.version();
        return switch (frame.type()) {
            case OFPT_ERROR -> failure(in, version);
            case OFPT_ECHO_REQUEST -> new Message.EchoRequest(in.rest());
            case OFPT_ECHO_REPLY -> new Message.EchoReply(in.rest());
            case OFPT_FEATURES_REQUEST -> new Message.FeaturesRequest();
            case OFPT_FEATURES_REPLY -> features(in, version);
            case OFPT_GET_CONFIG_REQUEST -> new Message.ConfigRequest();
            case OFPT_GET_CONFIG_REPLY -> new Message.ConfigReply(config(in, version));
            case OFPT_SET_CONFIG -> new Message.SetConfig(config(in, version));
            case OFPT_BARRIER_REQUEST -> new Message.BarrierRequest();
            case OFPT_BARRIER_REPLY -> new Message.BarrierReply();
            case OFPT_PORT_STATUS -> portStatus(in, version);
            case OFPT_ROLE_REQUEST, NXT_ROLE_REQUEST -> {
                Message.RoleReply role = role(in, frame.type() == MessageType.NXT_ROLE_REQUEST);
                yield new Message.RoleRequest(role.role(), role.generation());
            }
            case OFPT_ROLE_REPLY, NXT_ROLE_REPLY -> role(in, frame.type() == MessageType.NXT_ROLE_REPLY);
            case OFPT_GET_ASYNC_REQUEST -> new Message.AsyncRequest();
            case OFPT_GET_ASYNC_REPLY -> new Message.AsyncReply(AsyncCodec.read(in, version));
            case OFPT_SET_ASYNC -> new Message.SetAsync(AsyncCodec.read(in, version));
            case NXT_SET_ASYNC_CONFIG -> new Message.SetAsync(AsyncCodec.readFixed(in));
            case NXT_SET_ASYNC_CONFIG2 -> new Message.SetAsync(AsyncCodec.readProperties(in));
            case NXT_SET_FLOW_FORMAT -> new Message.SetFlowFormat(in.u32());
            case NXT_SET_PACKET_IN_FORMAT -> new Message.SetPacketInFormat(in.u32());
            case NXT_FLOW_MOD_TABLE_ID -> {
                boolean enabled = in.u8() != 0;
                in.skip(7);
                yield new Message.FlowModTableId(enabled);
            }
            case NXT_SET_CONTROLLER_ID -> {
                in.skip(6);
                yield new Message.SetControllerId(in.u16());
            }
            case OFPST_DESC_REQUEST -> new StatsRequest.Description();
            case OFPST_TABLE_REQUEST -> new StatsRequest.Tables();
            case OFPST_FLOW_REQUEST -> new StatsRequest.Flows(FlowCodec.readQuery(in, version, false), false);
            case NXST_FLOW_REQUEST -> new StatsRequest.Flows(FlowCodec.readQuery(in, version, true), true);
            case OFPST_AGGREGATE_REQUEST -> new StatsRequest.Aggregate(FlowCodec.readQuery(in, version, false), false);
            case NXST_AGGREGATE_REQUEST -> new StatsRequest.Aggregate(FlowCodec.readQuery(in, version, true), true);
            case OFPST_TABLE_FEATURES_REQUEST ->
                // one with a body asks for a change of the tables, which is another matter
                in.remaining() == 0 ? new StatsRequest.TableFeatureList() : other(frame, in);
            case OFPST_PORT_REQUEST -> new StatsRequest.Ports(port(in, version, 6));
            case OFPST_QUEUE_REQUEST -> new StatsRequest.Queues(port(in, version, 2, 0), in.u32());
            case OFPST_PORT_DESC_REQUEST ->
                new StatsRequest.PortDescriptions(
                        version.atLeast(Version.OPENFLOW_15) ? port(in, version, 6) : OfPort.ANY);
            case OFPST_DESC_REPLY -> new StatsReply.Description(description(in));
            case OFPST_AGGREGATE_REPLY -> new StatsReply.Aggregate(FlowCodec.readAggregate(in, version), false);
            case NXST_AGGREGATE_REPLY -> new StatsReply.Aggregate(FlowCodec.readAggregate(in, version), true);
            case OFPST_FLOW_REPLY -> new StatsReply.Flows(list(in, i -> FlowCodec.readStats(i, version, false)), false);
            case NXST_FLOW_REPLY -> new StatsReply.Flows(list(in, i -> FlowCodec.readStats(i, version, true)), true);
            case OFPST_TABLE_REPLY -> new StatsReply.Tables(list(in, i -> TableStatsCodec.read(i, version)));
            case OFPST_TABLE_FEATURES_REPLY ->
                new StatsReply.TableFeatureList(list(in, i -> TableFeaturesCodec.read(i, version)));
            case OFPST_PORT_REPLY -> new StatsReply.Ports(list(in, i -> PortStatsCodec.read(i, version)));
            case OFPST_QUEUE_REPLY -> new StatsReply.Queues(list(in, i -> QueueStatsCodec.read(i, version)));
            case OFPST_PORT_DESC_REPLY -> new StatsReply.PortDescriptions(list(in, i -> PortCodec.read(i, version)));
            default -> other(frame, in);
        };
    }

    private static Message other(Frame frame, WireReader in) throws DecodeException {
        return new Message.Other(frame.type(), in.rest());
    }

    private static Message failure(WireReader in, Version version) throws DecodeException {
        int type = in.u16();
        int code = in.u16();
        int experimenter = ErrorCode.NO_EXPERIMENTER;
        if (type == ErrorCode.EXPERIMENTER_TYPE && version.atLeast(Version.OPENFLOW_12)) {
            experimenter = in.u32();
        } else if (type == MessageWriter.NICIRA_ERROR_TYPE && !version.atLeast(Version.OPENFLOW_12)) {
            experimenter = in.u32();
            type = in.u16();
            code = in.u16();
        }
        return new Message.Failure(new ErrorCode.Wire(experimenter, type, code), in.rest());
    }

    private static Message features(WireReader in, Version version) throws DecodeException {
        long datapathId = in.u64();
        int buffers = in.u32();
        int tables = in.u8();
        int auxiliary = in.u8();
        in.skip(2);
        Set<Capability> capabilities = capabilities(in.u32(), version);
        int reserved = in.u32();
        boolean of10 = version == Version.OPENFLOW_10;
        List<PortDescription> ports =
                version.atLeast(Version.OPENFLOW_13) ? List.of() : list(in, i -> PortCodec.read(i, version));
        return new Message.FeaturesReply(
                datapathId,
                buffers,
                tables,
                version.atLeast(Version.OPENFLOW_13) ? auxiliary : 0,
                capabilities,
                of10 ? TableStatsCodec.actions(reserved, version) : Set.of(),
                ports);
    }

    private static Set<Capability> capabilities(int bits, Version version) {
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        capabilities.addAll(WireFlag.set(Capability.class, bits));
        capabilities.retainAll(MessageWriter.capabilitiesOf(version));
        return capabilities;
    }

    private static SwitchConfig config(WireReader in, Version version) throws DecodeException {
        int flags = in.u16();
        boolean invalidTtl = (flags & INVALID_TTL) != 0 && !version.atLeast(Version.OPENFLOW_13);
        return new SwitchConfig(FragmentHandling.ofWire(flags), invalidTtl, in.u16());
    }

    private static Message portStatus(WireReader in, Version version) throws DecodeException {
        int number = in.u8();
        in.skip(7);
        PortDescription port = PortCodec.read(in, version);
        for (Message.PortStatus.Reason reason : Message.PortStatus.Reason.values()) {
            if (reason.wire() == number) {
                return new Message.PortStatus(reason, port);
            }
        }
        throw new DecodeException(ErrorCode.NXBRC_BAD_REASON, "port status reason " + number);
    }

    private static Message.RoleReply role(WireReader in, boolean nicira) throws DecodeException {
        int number = in.u32();
        Role role = Role.ofWire(nicira ? number + NICIRA_ROLE_OFFSET : number)
                .filter(r -> !nicira || r != Role.NOCHANGE)
                .orElseThrow(() -> new DecodeException(ErrorCode.OFPRRFC_BAD_ROLE, "role " + number));
        if (nicira) {
            return new Message.RoleReply(role, OptionalLong.empty());
        }
        in.skip(4);
        long generation = in.u64();
        boolean none = generation == NO_GENERATION || role == Role.NOCHANGE;
        return new Message.RoleReply(role, none ? OptionalLong.empty() : OptionalLong.of(generation));
    }

    private static int port(WireReader in, Version version, int padding10) throws DecodeException {
        return port(in, version, padding10, 4);
    }

    private static int port(WireReader in, Version version, int padding10, int padding11) throws DecodeException {
        boolean of10 = version == Version.OPENFLOW_10;
        int port = of10 ? OfPort.fromOf10(in.u16()) : in.u32();
        in.skip(of10 ? padding10 : padding11);
        // OpenFlow 1.0 asks for all ports of a queue request with the number of ALL
        return of10 && port == OfPort.ALL ? OfPort.ANY : port;
    }

    private static SwitchDescription description(WireReader in) throws DecodeException {
        return new SwitchDescription(
                in.text(DESCRIPTION_TEXT),
                in.text(DESCRIPTION_TEXT),
                in.text(DESCRIPTION_TEXT),
                in.text(SERIAL_TEXT),
                in.text(DESCRIPTION_TEXT));
    }

    private interface ElementReader<T> {
        T read(WireReader in) throws DecodeException;
    }

    /** Elements to the end; each takes at least its fixed size, so that a message of 64 KB holds few thousands at most. */
    private static <T> List<T> list(WireReader in, ElementReader<T> reader) throws DecodeException {
        List<T> elements = new ArrayList<>();
        while (in.remaining() > 0) {
            elements.add(reader.read(in));
        }
        return elements;
    }
}
