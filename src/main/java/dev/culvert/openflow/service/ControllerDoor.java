package dev.culvert.openflow.service;

import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.message.Role;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** An address at which controllers connect: of those who are there the one that came first stands for them all. */
final class ControllerDoor implements ControllerPeer {
    /** What is said with a visitor, until it ends with the exception that tells why. */
    interface Talk {
        void with(MessageStream stream, Runnable introduced, ControllerDoor door) throws java.io.IOException;
    }

    private final Set<Session> sessions = ConcurrentHashMap.newKeySet();
    private final Door door;
    private ControllerConfig config;
    private volatile long leftNanos = System.nanoTime();

    /** @param opener opens the door, given what to do with visitors */
    ControllerDoor(ControllerConfig config, Opener opener, Talk talk) throws dev.culvert.stream.StreamException {
        this.config = config;
        this.door = opener.open((stream, introduced) -> talk.with(stream, introduced, this));
    }

    /** Opens a door. */
    interface Opener {
        Door open(Door.Visit visit) throws dev.culvert.stream.StreamException;
    }

    void entered(Session session) {
        sessions.add(session);
    }

    void left(Session session) {
        if (sessions.remove(session)) {
            leftNanos = System.nanoTime();
        }
    }

    int localPort() {
        return door.localPort();
    }

    @Override
    public ControllerConfig config() {
        return config;
    }

    @Override
    public void configure(ControllerConfig wanted) {
        config = wanted;
        sessions.forEach(session -> session.setProbeInterval(wanted.inactivityProbe()));
    }

    @Override
    public ControllerStatus status() {
        Optional<Session> first = sessions.stream().min(Comparator.comparingLong(Session::openedNanos));
        boolean admitted = sessions.stream().anyMatch(Session::isAdmitted);
        Optional<Role> role = first.map(session -> session.peer().role());
        return new ControllerStatus(
                config,
                first.isPresent(),
                role,
                first.map(Session::state).orElse("VOID"),
                Optional.empty(),
                first.map(session -> Duration.ofNanos(System.nanoTime() - session.openedNanos())),
                Optional.empty(),
                admitted ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - leftNanos));
    }

    @Override
    public void reconnect() {
        sessions.forEach(Session::close);
    }

    @Override
    public void close() {
        door.close();
    }
}
