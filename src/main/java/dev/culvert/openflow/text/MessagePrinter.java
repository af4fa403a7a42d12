package dev.culvert.openflow.text;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.Frame;
import dev.culvert.openflow.codec.HelloCodec;
import dev.culvert.openflow.codec.MessageReader;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.ActionKind;
import dev.culvert.openflow.message.AggregateStats;
import dev.culvert.openflow.message.Capability;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchConfig;
import dev.culvert.openflow.message.SwitchDescription;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;

/** Whole messages as ovs-ofctl(8) prints them: name, version unless it is 1.0, transaction, contents. */
public final class MessagePrinter {
    private MessagePrinter() {}

    /** A message in text, ended by a newline. Bytes that make no sense are told as such, and dumped. */
    public static String print(byte[] bytes, PrintOptions options) {
        StringBuilder out = new StringBuilder();
        try {
            Frame frame = Frame.parse(bytes);
            out.append(frame.type().text());
            if (frame.version() != Version.OPENFLOW_10) {
                out.append(" (").append(frame.version().shortName()).append(')');
            }
            out.append(" (xid=0x").append(Integer.toHexString(frame.xid())).append("):");
            out.append(frame.more() ? " flags=[more]" : "");
            out.append(contents(MessageReader.read(bytes), bytes, options));
        } catch (DecodeException e) {
            out.append(out.isEmpty() ? "" : " ")
                    .append("***decode error: ")
                    .append(e.code())
                    .append("***\n");
            out.append(HexDump.of(bytes));
        }
        if (out.charAt(out.length() - 1) != '\n') {
            out.append('\n');
        }
        return out.toString();
    }

    private static String contents(Envelope envelope, byte[] bytes, PrintOptions options) {
        Version version = envelope.version();
        return switch (envelope.message()) {
            case Message.Symmetric message -> symmetric(message, bytes, version, options);
            case Message.ToSwitch message -> toSwitch(message);
            case Message.FromSwitch message -> fromSwitch(message, options);
            case StatsRequest request -> request(request, options);
            case StatsReply reply -> reply(reply, version, options);
        };
    }

    private static String symmetric(Message.Symmetric message, byte[] bytes, Version version, PrintOptions options) {
        return switch (message) {
            case Message.Hello(Set<Version> versions) -> hello(versions, bytes);
            case Message.Failure(ErrorCode.Wire place, Bits data) -> failure(place, data, version, options);
            case Message.EchoRequest(Bits data) -> echo(data, options);
            case Message.EchoReply(Bits data) -> echo(data, options);
            case Message.Other(var _, Bits body) -> " " + body.size() + " bytes\n" + HexDump.of(body.toBytes());
        };
    }

    private static String hello(Set<Version> versions, byte[] bytes) {
        String bitmap = versions.stream().map(v -> "0x0" + v.wire()).collect(Collectors.joining(", "));
        boolean understood = HelloCodec.read(bytes).understood();
        return "\n version bitmap: " + bitmap + "\n"
                + (understood ? "" : " unknown data in hello:\n" + HexDump.of(bytes));
    }

    private static String failure(ErrorCode.Wire place, Bits data, Version version, PrintOptions options) {
        ErrorCode code = ErrorCode.of(version, place).orElse(null);
        if (code == null) {
            return " ***decode error: OFPBRC_BAD_LEN***\n" + HexDump.of(data.toBytes());
        }
        String text = " " + code + "\n";
        // a hello's failure explains itself in words; the data of all others is the request's beginning
        if (code == ErrorCode.OFPHFC_INCOMPATIBLE || code == ErrorCode.OFPHFC_EPERM) {
            return text + printable(data.toBytes()) + "\n";
        }
        return text + print(data.toBytes(), options);
    }

    private static String printable(byte[] bytes) {
        StringBuilder out = new StringBuilder();
        for (byte b : bytes) {
            boolean plain = b >= 0x20 && b < 0x7f;
            out.append(plain ? String.valueOf((char) b) : String.format(java.util.Locale.ROOT, "\\x%02x", b & 0xff));
        }
        return out.toString();
    }

    private static String echo(Bits data, PrintOptions options) {
        return " " + data.size() + " bytes of payload\n" + (options.verbosity() > 1 ? HexDump.of(data.toBytes()) : "");
    }

    private static String toSwitch(Message.ToSwitch message) {
        return switch (message) {
            case Message.SetConfig(SwitchConfig config) -> config(config);
            case Message.RoleRequest(Role role, OptionalLong generation) -> role(role, generation);
            case Message.SetAsync(var config) -> AsyncText.format(config);
            case Message.SetFlowFormat(int format) ->
                " format=" + (format == 0 ? "openflow10" : format == Message.SetFlowFormat.NXM ? "nxm" : "(unknown)");
            case Message.FlowModTableId(boolean enabled) -> enabled ? " enable" : " disable";
            case Message.SetPacketInFormat(int format) ->
                " format="
                        + switch (format) {
                            case 0 -> "standard";
                            case 1 -> "nxt_packet_in";
                            case 2 -> "nxt_packet_in2";
                            default -> "(unknown)";
                        };
            case Message.SetControllerId(int id) -> " id=" + id;
            case Message.FeaturesRequest _, Message.ConfigRequest _, Message.BarrierRequest _, Message.AsyncRequest _ ->
                "";
        };
    }

    private static String fromSwitch(Message.FromSwitch message, PrintOptions options) {
        return switch (message) {
            case Message.FeaturesReply features -> features(features, options);
            case Message.ConfigReply(SwitchConfig config) -> config(config);
            case Message.BarrierReply _ -> "";
            case Message.PortStatus(var reason, var port) ->
                " " + reason.text() + ":" + PortText.description(port, options);
            case Message.RoleReply(Role role, OptionalLong generation) -> role(role, generation);
            case Message.AsyncReply(var config) -> AsyncText.format(config);
        };
    }

    private static String features(Message.FeaturesReply features, PrintOptions options) {
        StringBuilder out = new StringBuilder(" dpid:");
        String dpid = Long.toHexString(features.datapathId());
        out.append("0".repeat(16 - dpid.length()))
                .append(dpid)
                .append("\nn_tables:")
                .append(features.tables());
        out.append(", n_buffers:").append(Integer.toUnsignedString(features.buffers()));
        out.append(features.auxiliaryId() == 0 ? "" : ", auxiliary_id:" + features.auxiliaryId());
        out.append("\ncapabilities: ").append(names(features.capabilities())).append('\n');
        if (!features.actions().isEmpty()) {
            String actions = features.actions().stream()
                    .sorted(java.util.Comparator.comparingInt(MessagePrinter::actionOrder))
                    .map(ActionKind::text)
                    .collect(Collectors.joining(" "));
            out.append("actions: ").append(actions).append('\n');
        }
        return out.append(PortText.descriptions(features.ports(), options)).toString();
    }

    private static int actionOrder(ActionKind kind) {
        return List.of(ActionKind.values()).indexOf(kind);
    }

    private static String names(Collection<Capability> capabilities) {
        String names = capabilities.stream().map(Capability::name).collect(Collectors.joining(" "));
        return names.isEmpty() ? "0" : names;
    }

    private static String config(SwitchConfig config) {
        return " frags=" + config.fragments().text()
                + (config.invalidTtlToController() ? " invalid_ttl_to_controller" : "")
                + " miss_send_len=" + config.missSendLen() + "\n";
    }

    private static String role(Role role, OptionalLong generation) {
        return " role=" + role.text()
                + (generation.isPresent() ? " generation_id=" + Long.toUnsignedString(generation.getAsLong()) : "");
    }

    private static String request(StatsRequest request, PrintOptions options) {
        return switch (request) {
            case StatsRequest.Flows(var query, boolean _) -> FlowText.query(query, options);
            case StatsRequest.Aggregate(var query, boolean _) -> FlowText.query(query, options);
            case StatsRequest.Ports(int port) -> " port_no=" + options.port(port);
            case StatsRequest.PortDescriptions(int port) -> " port=" + options.port(port);
            case StatsRequest.Queues(int port, int queue) ->
                " port=" + options.port(port) + " queue="
                        + (queue == StatsRequest.ALL_QUEUES ? "ALL" : Integer.toUnsignedString(queue));
            case StatsRequest.Description _, StatsRequest.Tables _, StatsRequest.TableFeatureList _ -> "";
        };
    }

    private static String reply(StatsReply reply, Version version, PrintOptions options) {
        return switch (reply) {
            case StatsReply.Description(SwitchDescription text) -> description(text);
            case StatsReply.Flows(var flows, boolean _) ->
                "\n"
                        + flows.stream()
                                .map(flow -> FlowText.format(flow, options) + "\n")
                                .collect(Collectors.joining());
            case StatsReply.Aggregate(AggregateStats stats, boolean _) ->
                " packet_count=" + counter(stats.packets()) + " byte_count=" + counter(stats.bytes()) + " flow_count="
                        + Integer.toUnsignedString(stats.flows());
            case StatsReply.Tables(var tables) -> TableText.stats(tables, version);
            case StatsReply.TableFeatureList(var tables) -> TableText.features(tables, version);
            case StatsReply.Ports(var ports) -> PortText.stats(ports, options);
            case StatsReply.PortDescriptions(var ports) -> "\n" + PortText.descriptions(ports, options);
            case StatsReply.Queues(var queues) -> PortText.queues(queues, options);
        };
    }

    private static String counter(long value) {
        return value == PortStats.UNSUPPORTED ? "?" : Long.toUnsignedString(value);
    }

    private static String description(SwitchDescription text) {
        return "\nManufacturer: " + text.manufacturer() + "\nHardware: " + text.hardware() + "\nSoftware: "
                + text.software() + "\nSerial Num: " + text.serialNumber() + "\nDP Description: " + text.datapath()
                + "\n";
    }
}
