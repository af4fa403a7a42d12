package dev.culvert.openflow.service;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/**
 * A bridge's controllers, those that it connects to and those that connect to it. Belongs to the owner's executor; the
 * conversations are virtual threads.
 */
final class Controllers {
    private static final System.Logger LOG = System.getLogger("connmgr");

    /** Controllers of a bridge, and visitors of one address. */
    private static final int MAX = 64;

    private final String bridge;
    private final Directories directories;
    private final Tls tls;
    private final Supplier<Set<Version>> versions;
    private final BiFunction<MessageStream, ControllerConfig, Session> sessions;
    private final SessionHost host;
    private final Map<String, ControllerPeer> peers = new LinkedHashMap<>();
    /** Those that cannot be served as yet, by their targets, and why. */
    private final Map<ControllerConfig, String> failures = new LinkedHashMap<>();

    Controllers(
            String bridge,
            Directories directories,
            Tls tls,
            Supplier<Set<Version>> versions,
            BiFunction<MessageStream, ControllerConfig, Session> sessions,
            SessionHost host) {
        this.bridge = bridge;
        this.directories = directories;
        this.tls = tls;
        this.versions = versions;
        this.sessions = sessions;
        this.host = host;
    }

    /**
     * Talks to these and to no others. Those that stay keep their connections.
     *
     * @return why one cannot be served, by its target
     */
    Map<String, String> set(Collection<ControllerConfig> wanted) {
        Map<String, ControllerConfig> byTarget = new LinkedHashMap<>();
        wanted.stream().limit(MAX).forEach(config -> byTarget.put(config.target(), config));
        peers.values().removeIf(peer -> {
            ControllerConfig still = byTarget.get(peer.config().target());
            boolean gone = still == null || !still.isCompatible(peer.config());
            if (gone) {
                peer.close();
                LOG.log(Level.INFO, bridge + ": removed " + kind(peer.config()));
            }
            return gone;
        });
        failures.keySet().retainAll(byTarget.values());
        byTarget.values().forEach(this::set);
        Map<String, String> errors = new LinkedHashMap<>();
        failures.forEach((config, error) -> errors.put(config.target(), error));
        return errors;
    }

    /** Tries again to serve those that could not be served. */
    void retry() {
        List.copyOf(failures.keySet()).forEach(this::set);
    }

    private static String kind(ControllerConfig config) {
        return (config.service() ? "service" : "primary") + " controller \"" + config.target() + "\"";
    }

    private void set(ControllerConfig config) {
        ControllerPeer present = peers.get(config.target());
        if (present != null) {
            present.configure(config);
            return;
        }
        try {
            peers.put(config.target(), open(config));
            failures.remove(config);
            LOG.log(Level.INFO, bridge + ": added " + kind(config));
        } catch (StreamException e) {
            // it is tried again and again, but told once
            if (!e.reason().equals(failures.put(config, e.reason()))) {
                LOG.log(
                        Level.ERROR,
                        bridge + ": failed to serve controller \"" + config.target() + "\": " + e.getMessage());
            }
        }
    }

    private ControllerPeer open(ControllerConfig config) throws StreamException {
        StreamAddress address = StreamAddress.of(config.target(), StreamAddress.OPENFLOW_PORT, directories);
        return switch (address) {
            case StreamAddress.Passive passive ->
                new ControllerDoor(config, visit -> new Door(bridge, passive, tls, MAX, visit), this::receive);
            case StreamAddress.Active active -> {
                ControllerLink link = new ControllerLink(bridge, config, active, versions, tls, sessions, host);
                link.start();
                yield link;
            }
        };
    }

    private void receive(MessageStream stream, Runnable introduced, ControllerDoor door) throws IOException {
        ControllerConfig config = door.config();
        Session session = sessions.apply(stream, config);
        try {
            session.open(versions.get(), 1, config.maxBackoff());
            introduced.run();
            session.setProbeInterval(config.inactivityProbe());
            door.entered(session);
            host.opened(session);
            session.run();
        } finally {
            session.close();
            door.left(session);
            host.ended(session);
        }
    }

    /** Begins all conversations anew. */
    void reconnect() {
        peers.values().forEach(ControllerPeer::reconnect);
    }

    List<ControllerStatus> statuses() {
        return peers.values().stream().map(ControllerPeer::status).toList();
    }

    /** The TCP port on which controllers of that passive target can connect; 0 if there is none. */
    int port(String target) {
        return peers.get(target) instanceof ControllerDoor door ? door.localPort() : 0;
    }

    void close() {
        peers.values().forEach(ControllerPeer::close);
        peers.clear();
    }
}
