package dev.culvert.openflow.codec;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Statistics to bytes. A list that outgrows a message goes on in another; each but the last says so. */
final class StatsWriter {
    /** What a message's list may take: the length field has 16 bits, and headers need some of them. */
    static final int MAX_BODY = 65_000;

    private static final int DESCRIPTION_TEXT = 256;
    private static final int SERIAL_TEXT = 32;

    private StatsWriter() {}

    static byte[] write(StatsRequest request, Version version, int xid) {
        WireWriter out = Frame.begin(version, xid, type(request), false);
        boolean of10 = version == Version.OPENFLOW_10;
        switch (request) {
            case StatsRequest.Flows(var query, boolean nicira) -> FlowCodec.writeQuery(out, query, version, nicira);
            case StatsRequest.Aggregate(var query, boolean nicira) -> FlowCodec.writeQuery(out, query, version, nicira);
            case StatsRequest.Ports(int port)
            when of10 -> out.u16(OfPort.toOf10(port)).zeros(6);
            case StatsRequest.Ports(int port) -> out.u32(port).zeros(4);
            case StatsRequest.PortDescriptions(int port)
            when version.atLeast(Version.OPENFLOW_15) -> out.u32(port).zeros(4);
            case StatsRequest.Queues(int port, int queue)
            when of10 ->
                out.u16(OfPort.toOf10(port == OfPort.ANY ? OfPort.ALL : port))
                        .zeros(2)
                        .u32(queue);
            case StatsRequest.Queues(int port, int queue) -> out.u32(port).u32(queue);
            case StatsRequest.Description _,
                    StatsRequest.Tables _,
                    StatsRequest.TableFeatureList _,
                    StatsRequest.PortDescriptions _ -> {
                // these are all in their type
            }
        }
        return Frame.finish(out);
    }

    private static MessageType type(StatsRequest request) {
        return switch (request) {
            case StatsRequest.Description _ -> MessageType.OFPST_DESC_REQUEST;
            case StatsRequest.Flows flows ->
                flows.nicira() ? MessageType.NXST_FLOW_REQUEST : MessageType.OFPST_FLOW_REQUEST;
            case StatsRequest.Aggregate aggregate ->
                aggregate.nicira() ? MessageType.NXST_AGGREGATE_REQUEST : MessageType.OFPST_AGGREGATE_REQUEST;
            case StatsRequest.Tables _ -> MessageType.OFPST_TABLE_REQUEST;
            case StatsRequest.TableFeatureList _ -> MessageType.OFPST_TABLE_FEATURES_REQUEST;
            case StatsRequest.Ports _ -> MessageType.OFPST_PORT_REQUEST;
            case StatsRequest.PortDescriptions _ -> MessageType.OFPST_PORT_DESC_REQUEST;
            case StatsRequest.Queues _ -> MessageType.OFPST_QUEUE_REQUEST;
        };
    }

    static List<byte[]> write(StatsReply reply, Version version, int xid) {
        return switch (reply) {
            case StatsReply.Description(SwitchDescription text) -> {
                WireWriter out = Frame.begin(version, xid, MessageType.OFPST_DESC_REPLY, false);
                out.text(text.manufacturer(), DESCRIPTION_TEXT).text(text.hardware(), DESCRIPTION_TEXT);
                out.text(text.software(), DESCRIPTION_TEXT).text(text.serialNumber(), SERIAL_TEXT);
                yield List.of(Frame.finish(out.text(text.datapath(), DESCRIPTION_TEXT)));
            }
            case StatsReply.Aggregate(var stats, boolean nicira) -> {
                MessageType type = nicira ? MessageType.NXST_AGGREGATE_REPLY : MessageType.OFPST_AGGREGATE_REPLY;
                WireWriter out = Frame.begin(version, xid, type, false);
                FlowCodec.writeAggregate(out, stats, version);
                yield List.of(Frame.finish(out));
            }
            case StatsReply.Flows(var flows, boolean nicira) ->
                list(
                        nicira ? MessageType.NXST_FLOW_REPLY : MessageType.OFPST_FLOW_REPLY,
                        version,
                        xid,
                        flows,
                        (out, flow) -> FlowCodec.writeStats(out, flow, version, nicira));
            case StatsReply.Tables(var tables) ->
                list(
                        MessageType.OFPST_TABLE_REPLY,
                        version,
                        xid,
                        tables,
                        (out, table) -> TableStatsCodec.write(out, table, version));
            case StatsReply.TableFeatureList(var tables) ->
                list(
                        MessageType.OFPST_TABLE_FEATURES_REPLY,
                        version,
                        xid,
                        tables,
                        (out, table) -> TableFeaturesCodec.write(out, table, version));
            case StatsReply.Ports(var ports) ->
                list(
                        MessageType.OFPST_PORT_REPLY,
                        version,
                        xid,
                        ports,
                        (out, port) -> PortStatsCodec.write(out, port, version));
            case StatsReply.PortDescriptions(var ports) ->
                list(
                        MessageType.OFPST_PORT_DESC_REPLY,
                        version,
                        xid,
                        ports,
                        (out, port) -> PortCodec.write(out, port, version));
            case StatsReply.Queues(var queues) ->
                list(
                        MessageType.OFPST_QUEUE_REPLY,
                        version,
                        xid,
                        queues,
                        (out, queue) -> QueueStatsCodec.write(out, queue, version));
        };
    }

    private static <T> List<byte[]> list(
            MessageType type, Version version, int xid, List<T> elements, BiConsumer<WireWriter, T> writer) {
        List<byte[]> messages = new ArrayList<>();
        int first = 0;
        do {
            WireWriter body = new WireWriter();
            int next = first;
            while (next < elements.size()) {
                WireWriter element = new WireWriter();
                writer.accept(element, elements.get(next));
                if (element.size() > MAX_BODY) {
                    next++; // nothing that a switch has is so large; it could not be sent in any way
                    continue;
                } else if (body.size() + element.size() > MAX_BODY) {
                    break;
                }
                body.bytes(element.toBytes());
                next++;
            }
            boolean more = next < elements.size();
            messages.add(Frame.finish(Frame.begin(version, xid, type, more).bytes(body.toBytes())));
            first = next;
        } while (first < elements.size());
        return messages;
    }
}
