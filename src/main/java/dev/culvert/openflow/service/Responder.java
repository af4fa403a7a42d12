package dev.culvert.openflow.service;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.QueueStats;
import dev.culvert.openflow.message.Role;
import dev.culvert.openflow.message.StatsReply;
import dev.culvert.openflow.message.StatsRequest;
import dev.culvert.openflow.message.SwitchConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** The switch's answers to requests. It runs on the owner's executor, and touches what belongs to it. */
final class Responder {
    private final OpenFlowSwitch bridge;
    private final Roles roles;

    Responder(OpenFlowSwitch bridge, Roles roles) {
        this.bridge = bridge;
        this.roles = roles;
    }

    /**
     * Does what a message asks.
     *
     * @param peer the state of the session that it came from
     * @return the answer, if the message has one
     * @throws RequestException if it is refused, with the error to answer
     */
    Optional<Message> answer(Envelope request, PeerState peer) throws RequestException {
        return switch (request.message()) {
            case StatsRequest stats -> Optional.of(statistics(stats));
            case Message.Symmetric message -> symmetric(message);
            case Message.ToSwitch message -> toSwitch(message, request.version(), peer);
            // a switch's messages make no sense from a controller; Open vSwitch refuses their types too
            case Message.FromSwitch _ -> throw new RequestException(ErrorCode.OFPBRC_BAD_TYPE);
            case StatsReply _ -> throw new RequestException(ErrorCode.OFPBRC_BAD_TYPE);
        };
    }

    private static Optional<Message> symmetric(Message.Symmetric message) throws RequestException {
        return switch (message) {
            case Message.EchoRequest(var data) -> Optional.of(new Message.EchoReply(data));
            case Message.EchoReply _, Message.Hello _, Message.Failure _ -> Optional.empty();
            case Message.Other(MessageType type, var _) ->
                throw new RequestException(type.isStats() ? ErrorCode.OFPBRC_BAD_STAT : ErrorCode.OFPBRC_BAD_TYPE);
        };
    }

    private Optional<Message> toSwitch(Message.ToSwitch message, Version version, PeerState peer)
            throws RequestException {
        switch (message) {
            case Message.FeaturesRequest _:
                return Optional.of(features(version));
            case Message.ConfigRequest _:
                return Optional.of(new Message.ConfigReply(new SwitchConfig(
                        bridge.fragmentHandling(), peer.invalidTtlToController(), peer.missSendLen())));
            case Message.SetConfig(SwitchConfig config):
                setConfig(config, peer);
                return Optional.empty();
            case Message.BarrierRequest _:
                // requests of a session are done one after the other, so all before this are
                return Optional.of(new Message.BarrierReply());
            case Message.RoleRequest role:
                return Optional.of(roles.request(peer, role));
            case Message.AsyncRequest _:
                return Optional.of(new Message.AsyncReply(peer.async()));
            case Message.SetAsync(var config):
                peer.setAsync(peer.async().with(config));
                return Optional.empty();
            case Message.SetFlowFormat(int format):
                if (format != 0 && format != Message.SetFlowFormat.NXM) {
                    throw new RequestException(ErrorCode.OFPBRC_EPERM);
                }
                return Optional.empty();
            case Message.SetPacketInFormat(int format):
                if (format < 0 || format > 2) {
                    throw new RequestException(ErrorCode.OFPBRC_EPERM);
                }
                return Optional.empty();
            // both change how flow modifications and packets are written, of which there are none yet
            case Message.FlowModTableId _, Message.SetControllerId _:
                return Optional.empty();
        }
    }

    private Message features(Version version) {
        List<PortDescription> ports = version.atLeast(Version.OPENFLOW_13) ? List.of() : bridge.ports();
        return new Message.FeaturesReply(
                bridge.datapathId(),
                bridge.bufferCount(),
                bridge.tableCount(),
                0,
                bridge.capabilities(),
                bridge.actions(),
                ports);
    }

    private void setConfig(SwitchConfig config, PeerState peer) throws RequestException {
        if (peer.role() == Role.SECONDARY) {
            throw new RequestException(ErrorCode.OFPBRC_IS_SECONDARY);
        }
        if (config.fragments() != bridge.fragmentHandling() && !bridge.setFragmentHandling(config.fragments())) {
            throw new RequestException(ErrorCode.OFPSCFC_BAD_FLAGS);
        }
        peer.setConfig(config.invalidTtlToController(), config.missSendLen());
    }

    private StatsReply statistics(StatsRequest request) throws RequestException {
        return switch (request) {
            case StatsRequest.Description _ -> new StatsReply.Description(bridge.description());
            case StatsRequest.Flows(var query, boolean nicira) -> {
                check(query.table());
                yield new StatsReply.Flows(bridge.flows(query), nicira);
            }
            case StatsRequest.Aggregate(var query, boolean nicira) -> {
                check(query.table());
                yield new StatsReply.Aggregate(bridge.aggregate(query), nicira);
            }
            case StatsRequest.Tables _ -> new StatsReply.Tables(bridge.tables());
            case StatsRequest.TableFeatureList _ ->
                new StatsReply.TableFeatureList(bridge.tables().stream()
                        .flatMap(table -> table.features().stream())
                        .toList());
            case StatsRequest.Ports(int port) ->
                new StatsReply.Ports(select(bridge.portStats(), port, stats -> stats.port() == port));
            case StatsRequest.PortDescriptions(int port) ->
                new StatsReply.PortDescriptions(select(bridge.ports(), port, p -> p.number() == port));
            case StatsRequest.Queues(int port, int queue) -> queues(port, queue);
        };
    }

    private void check(int table) throws RequestException {
        if (table != 0xff && table >= bridge.tableCount()) {
            throw new RequestException(ErrorCode.OFPBRC_BAD_TABLE_ID);
        }
    }

    private StatsReply queues(int port, int queue) throws RequestException {
        boolean all = port == OfPort.ANY;
        if (!all && bridge.ports().stream().noneMatch(p -> p.number() == port)) {
            throw new RequestException(ErrorCode.OFPQOFC_BAD_PORT);
        }
        List<QueueStats> queues = new ArrayList<>(select(bridge.queueStats(), port, stats -> stats.port() == port));
        queues.removeIf(stats -> queue != StatsRequest.ALL_QUEUES && stats.queue() != queue);
        if (queues.isEmpty() && queue != StatsRequest.ALL_QUEUES) {
            throw new RequestException(ErrorCode.OFPQOFC_BAD_QUEUE);
        }
        return new StatsReply.Queues(queues);
    }

    private static <T> List<T> select(List<T> all, int port, Predicate<T> wanted) {
        return port == OfPort.ANY ? all : all.stream().filter(wanted).toList();
    }
}
