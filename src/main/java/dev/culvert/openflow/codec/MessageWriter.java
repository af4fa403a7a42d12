package dev.culvert.openflow.codec;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.ActionKind;
import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.Capability;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchConfig;
import dev.culvert.openflow.message.WireFlag;
import java.util.EnumSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;

/** From messages to bytes. Statistics are written by {@link StatsWriter}, since their lists can need several messages. */
public final class MessageWriter {
    /** The error type under which Nicira's errors hide in OpenFlow 1.0 and 1.1. */
    static final int NICIRA_ERROR_TYPE = 0xb0c2;

    private static final int INVALID_TTL = 1 << 2;
    private static final long NO_GENERATION = -1;
    /** How much of a failed request an error repeats; a message must stay below 64 KB, and more helps nobody. */
    private static final int MAX_ERROR_DATA = 64;

    /** What the length field of a message holds. */
    private static final int MAX_MESSAGE = 0xffff;

    /** A features reply without its ports, and a port in it (OpenFlow 1.0, 5.2.1 and 5.3.1; OpenFlow 1.1, A.2.1 and A.3.1). */
    private static final int FEATURES_SIZE = 32;

    private static final int PORT_SIZE_10 = 48;
    private static final int PORT_SIZE_11 = 64;

    private MessageWriter() {}

    /**
     * The bytes of a message, or of the several messages that a long list takes.
     *
     * @throws IllegalArgumentException if the version has no such message
     */
    public static List<byte[]> write(Envelope envelope) {
        Version version = envelope.version();
        int xid = envelope.xid();
        return switch (envelope.message()) {
            case StatsRequest request -> List.of(StatsWriter.write(request, version, xid));
            case StatsReply reply -> StatsWriter.write(reply, version, xid);
            case Message.Hello(Set<Version> versions) -> List.of(HelloCodec.write(versions, xid));
            case Message.Symmetric message -> List.of(Frame.finish(symmetric(message, version, xid)));
            case Message.ToSwitch message -> List.of(Frame.finish(toSwitch(message, version, xid)));
            case Message.FromSwitch message -> List.of(Frame.finish(fromSwitch(message, version, xid)));
        };
    }

    /**
     * The error that answers a request.
     *
     * @param code what was wrong; if {@code version} cannot say it, Nicira's error for that case
     * @param request the bytes of the request; the answer repeats their beginning and bears their transaction number
     */
    public static byte[] error(Version version, ErrorCode code, byte[] request) {
        ErrorCode.Wire place = code.wire(version)
                .orElseGet(() -> ErrorCode.NXBRC_UNENCODABLE_ERROR.wire(version).orElseThrow());
        int xid = request.length < Frame.HEADER
                ? 0
                : (int) Bits.of(java.util.Arrays.copyOfRange(request, 4, 8)).toLong();
        Bits data = Bits.of(java.util.Arrays.copyOf(request, Math.min(request.length, MAX_ERROR_DATA)));
        return write(new Envelope(version, xid, new Message.Failure(place, data)))
                .getFirst();
    }

    /** The capabilities whose bits {@code version} has. */
    static Set<Capability> capabilitiesOf(Version version) {
        Set<Capability> capabilities = EnumSet.allOf(Capability.class);
        capabilities.remove(version == Version.OPENFLOW_10 ? Capability.GROUP_STATS : Capability.STP);
        if (version.atLeast(Version.OPENFLOW_12)) {
            capabilities.remove(Capability.ARP_MATCH_IP);
        } else {
            capabilities.remove(Capability.PORT_BLOCKED);
        }
        if (!version.atLeast(Version.OPENFLOW_14)) {
            capabilities.remove(Capability.BUNDLES);
            capabilities.remove(Capability.FLOW_MONITORING);
        }
        return capabilities;
    }

    private static WireWriter begin(MessageType type, Version version, int xid) {
        return Frame.begin(version, xid, type, false);
    }

    private static WireWriter symmetric(Message.Symmetric message, Version version, int xid) {
        return switch (message) {
            case Message.Hello hello -> throw new IllegalArgumentException(hello.toString());
            case Message.EchoRequest(Bits data) ->
                begin(MessageType.OFPT_ECHO_REQUEST, version, xid).bits(data);
            case Message.EchoReply(Bits data) ->
                begin(MessageType.OFPT_ECHO_REPLY, version, xid).bits(data);
            case Message.Failure(ErrorCode.Wire place, Bits data) -> failure(place, data, version, xid);
            case Message.Other(MessageType type, Bits body) ->
                begin(type, version, xid).bits(body);
        };
    }

    private static WireWriter failure(ErrorCode.Wire place, Bits data, Version version, int xid) {
        WireWriter out = begin(MessageType.OFPT_ERROR, version, xid);
        if (place.experimenter() == ErrorCode.NO_EXPERIMENTER) {
            out.u16(place.type()).u16(place.code());
        } else if (version.atLeast(Version.OPENFLOW_12)) {
            out.u16(place.type()).u16(place.code()).u32(place.experimenter());
        } else {
            out.u16(NICIRA_ERROR_TYPE).u16(0).u32(place.experimenter());
            out.u16(place.type()).u16(place.code());
        }
        return out.bits(data);
    }

    private static WireWriter toSwitch(Message.ToSwitch message, Version version, int xid) {
        return switch (message) {
            case Message.FeaturesRequest() -> begin(MessageType.OFPT_FEATURES_REQUEST, version, xid);
            case Message.ConfigRequest() -> begin(MessageType.OFPT_GET_CONFIG_REQUEST, version, xid);
            case Message.SetConfig(SwitchConfig config) ->
                config(begin(MessageType.OFPT_SET_CONFIG, version, xid), config, version);
            case Message.BarrierRequest() -> begin(MessageType.OFPT_BARRIER_REQUEST, version, xid);
            case Message.RoleRequest(Role role, OptionalLong generation) ->
                role(MessageType.OFPT_ROLE_REQUEST, MessageType.NXT_ROLE_REQUEST, role, generation, version, xid);
            case Message.AsyncRequest() -> begin(MessageType.OFPT_GET_ASYNC_REQUEST, version, xid);
            case Message.SetAsync(AsyncConfig config) -> {
                boolean standard = version.atLeast(Version.OPENFLOW_13);
                MessageType type = standard ? MessageType.OFPT_SET_ASYNC : MessageType.NXT_SET_ASYNC_CONFIG;
                WireWriter out = begin(type, version, xid);
                AsyncCodec.write(out, config, version);
                yield out;
            }
            case Message.SetFlowFormat(int format) ->
                begin(MessageType.NXT_SET_FLOW_FORMAT, version, xid).u32(format);
            case Message.FlowModTableId(boolean enabled) ->
                begin(MessageType.NXT_FLOW_MOD_TABLE_ID, version, xid)
                        .u8(enabled ? 1 : 0)
                        .zeros(7);
            case Message.SetPacketInFormat(int format) ->
                begin(MessageType.NXT_SET_PACKET_IN_FORMAT, version, xid).u32(format);
            case Message.SetControllerId(int id) ->
                begin(MessageType.NXT_SET_CONTROLLER_ID, version, xid).zeros(6).u16(id);
        };
    }

    private static WireWriter fromSwitch(Message.FromSwitch message, Version version, int xid) {
        return switch (message) {
            case Message.FeaturesReply features -> features(features, version, xid);
            case Message.ConfigReply(SwitchConfig config) ->
                config(begin(MessageType.OFPT_GET_CONFIG_REPLY, version, xid), config, version);
            case Message.BarrierReply() -> begin(MessageType.OFPT_BARRIER_REPLY, version, xid);
            case Message.RoleReply(Role role, OptionalLong generation) ->
                role(MessageType.OFPT_ROLE_REPLY, MessageType.NXT_ROLE_REPLY, role, generation, version, xid);
            case Message.AsyncReply(AsyncConfig config) -> {
                WireWriter out = begin(MessageType.OFPT_GET_ASYNC_REPLY, version, xid);
                AsyncCodec.write(out, config, version);
                yield out;
            }
            case Message.PortStatus(Message.PortStatus.Reason reason, PortDescription port) -> {
                WireWriter out = begin(MessageType.OFPT_PORT_STATUS, version, xid)
                        .u8(reason.wire())
                        .zeros(7);
                PortCodec.write(out, port, version);
                yield out;
            }
        };
    }

    private static WireWriter features(Message.FeaturesReply features, Version version, int xid) {
        WireWriter out = begin(MessageType.OFPT_FEATURES_REPLY, version, xid);
        out.u64(features.datapathId()).u32(features.buffers()).u8(features.tables());
        out.u8(version.atLeast(Version.OPENFLOW_13) ? features.auxiliaryId() : 0)
                .zeros(2);
        Set<Capability> capabilities = EnumSet.noneOf(Capability.class);
        capabilities.addAll(features.capabilities());
        capabilities.retainAll(capabilitiesOf(version));
        out.u32(WireFlag.bits(capabilities));
        Set<ActionKind> actions = features.actions();
        out.u32(version == Version.OPENFLOW_10 ? TableStatsCodec.actionBits(actions, version) : 0);
        if (!version.atLeast(Version.OPENFLOW_13)) {
            // As many as fit in whole: a tool that finds no room for one more asks for port descriptions, which can be
            // split.
            int size = version == Version.OPENFLOW_10 ? PORT_SIZE_10 : PORT_SIZE_11;
            features.ports().stream()
                    .limit((MAX_MESSAGE - FEATURES_SIZE) / size)
                    .forEach(port -> PortCodec.write(out, port, version));
        }
        return out;
    }

    private static WireWriter config(WireWriter out, SwitchConfig config, Version version) {
        boolean ttl = config.invalidTtlToController() && !version.atLeast(Version.OPENFLOW_13);
        return out.u16(config.fragments().wire() | (ttl ? INVALID_TTL : 0)).u16(config.missSendLen());
    }

    private static WireWriter role(
            MessageType standard, MessageType nicira, Role role, OptionalLong generation, Version version, int xid) {
        if (version.atLeast(Version.OPENFLOW_12)) {
            return begin(standard, version, xid).u32(role.wire()).zeros(4).u64(generation.orElse(NO_GENERATION));
        }
        return begin(nicira, version, xid).u32(role.wire() - 1);
    }
}
