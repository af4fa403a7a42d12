package dev.culvert.openflow.service;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.message.AsyncConfig;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.Role;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import dev.culvert.stream.Tls;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * OpenFlow for one bridge: {@code <run>/NAME.mgmt} for tools, {@code <run>/NAME.snoop} for listeners-in, and controllers. All
 * its methods are called on the owner's executor, which is also the only place where it calls the {@link OpenFlowSwitch}; its
 * connections are virtual threads.
 */
public final class OpenFlowService implements Closeable {
    private static final System.Logger LOG = System.getLogger("connmgr");
    private static final int MAX_TOOLS = 256;
    private static final int MAX_SNOOPERS = 16;

    /** The time that a tool has for its hello. */
    private static final Duration HELLO_LIMIT = Duration.ofSeconds(8);

    private final OpenFlowSwitch bridge;
    private final Executor conductor;
    private final Directories directories;
    private final Tls tls;
    private final Roles roles = new Roles();
    private final MessageCounts counts = new MessageCounts();
    private final Responder responder;
    private final List<Session> sessions = new CopyOnWriteArrayList<>();
    private final Controllers controllers;
    private volatile Set<Version> versions = EnumSet.allOf(Version.class);
    private @Nullable Door tools;
    private @Nullable Door snoop;

    /**
     * A service that listens nowhere yet.
     *
     * @param bridge what it shows
     * @param conductor the owner's executor: runs one task at a time, in order
     * @param directories where sockets are made
     * @param tls what {@code ssl:} and {@code pssl:} controllers are spoken to with
     */
    public OpenFlowService(OpenFlowSwitch bridge, Executor conductor, Directories directories, Tls tls) {
        this.bridge = bridge;
        this.conductor = conductor;
        this.directories = directories;
        this.tls = tls;
        this.responder = new Responder(bridge, roles);
        this.controllers = new Controllers(
                bridge.name(),
                directories,
                tls,
                () -> versions,
                (stream, config) -> session(stream, config.service(), config.asyncMessages()),
                new Host());
    }

    /**
     * Makes the sockets of the bridge's name and begins to answer there.
     *
     * @throws StreamException if a socket cannot be made; neither exists then
     */
    public void listen() throws StreamException {
        Door opened = new Door(bridge.name(), socket(".mgmt"), tls, MAX_TOOLS, this::serveTool);
        try {
            snoop = new Door(bridge.name(), socket(".snoop"), tls, MAX_SNOOPERS, this::listenIn);
            tools = opened;
        } catch (StreamException e) {
            opened.close();
            throw e;
        }
    }

    private StreamAddress.Passive socket(String suffix) throws StreamException {
        String path = directories.run().resolve(bridge.name() + suffix).toString();
        return StreamAddress.passive("punix:" + path, StreamAddress.OPENFLOW_PORT, directories);
    }

    /** Accepts these versions only, from now on; conversations that already have another end. An empty set means all. */
    public void setVersions(Set<Version> accepted) {
        Set<Version> wanted = EnumSet.allOf(Version.class);
        if (!accepted.isEmpty()) {
            wanted.retainAll(accepted);
        }
        if (wanted.equals(versions)) {
            return;
        }
        versions = wanted;
        sessions.forEach(Session::close);
        controllers.reconnect();
    }

    /**
     * Talks to these controllers and to no others. Those that stay keep their connections.
     *
     * @return why a controller cannot be served, by its target, until {@link #retryControllers} finds that it can; one that is only
     *     out of reach is not in here
     */
    public Map<String, String> setControllers(Collection<ControllerConfig> wanted) {
        return controllers.set(wanted);
    }

    /** Tries again to listen where it could not be listened. */
    public void retryControllers() {
        controllers.retry();
    }

    /** How it stands with each controller. */
    public List<ControllerStatus> controllers() {
        return controllers.statuses();
    }

    /** What it has done. */
    public OpenFlowStatistics statistics() {
        return new OpenFlowStatistics(sessions.size(), counts.received.sum(), counts.sent.sum(), counts.errors.sum());
    }

    /** Begins the conversations with all controllers anew. */
    public void reconnect() {
        controllers.reconnect();
    }

    /** The TCP port on which controllers of that passive target can connect; 0 if there is none. */
    public int controllerPort(String target) {
        return controllers.port(target);
    }

    /** Tells those who want to know that a port came, went or changed. */
    public void portChanged(Message.PortStatus.Reason reason, PortDescription port) {
        Message status = new Message.PortStatus(reason, port);
        for (Session session : sessions) {
            session.tell(AsyncConfig.Kind.PORT_STATUS, reason.wire(), status);
        }
    }

    private Session session(MessageStream stream, boolean service, boolean told) {
        return new Session(bridge.name(), stream, new PeerState(service, told), responder, conductor, counts);
    }

    private void serveTool(MessageStream stream, Runnable introduced) throws IOException {
        Session session = session(stream, true, true);
        Host host = new Host();
        try {
            session.open(versions, 1, HELLO_LIMIT);
            introduced.run();
            host.opened(session);
            session.run();
        } finally {
            session.close();
            host.ended(session);
        }
    }

    private void listenIn(MessageStream stream, Runnable introduced) throws IOException {
        Session session = mostPowerful();
        if (session == null) {
            throw new EOFException("no controller is connected");
        }
        Snooper snooper = new Snooper(stream);
        session.addSnooper(snooper);
        try {
            snooper.run(HELLO_LIMIT, introduced);
        } finally {
            session.removeSnooper(snooper);
            snooper.close();
        }
    }

    /** The session of the controller that has most to say; null if none is connected. Roles are read as they happen to be. */
    private @Nullable Session mostPowerful() {
        Session best = null;
        for (Session session : sessions) {
            if (!session.isService() && (best == null || rank(session) > rank(best))) {
                best = session;
            }
        }
        return best;
    }

    private static int rank(Session session) {
        Role role = session.peer().role();
        return role == Role.PRIMARY ? 2 : role == Role.SECONDARY ? 0 : 1;
    }

    /** Closes all connections and removes the sockets. */
    @Override
    public void close() {
        for (Door door : new Door[] {tools, snoop}) {
            if (door != null) {
                door.close();
            }
        }
        controllers.close();
        sessions.forEach(Session::close);
    }

    /** Keeps the list of sessions, and their part in the roles, in step with connections. */
    private final class Host implements SessionHost {
        @Override
        public void opened(Session session) {
            sessions.add(session);
            onConductor(() -> roles.join(session.peer()));
        }

        @Override
        public void ended(Session session) {
            sessions.remove(session);
            onConductor(() -> roles.leave(session.peer()));
        }

        private void onConductor(Runnable task) {
            try {
                conductor.execute(task);
            } catch (RejectedExecutionException e) {
                LOG.log(Level.DEBUG, bridge.name() + ": the switch is gone");
            }
        }
    }
}
