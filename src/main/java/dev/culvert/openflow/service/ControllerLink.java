package dev.culvert.openflow.service;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.Role;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The way to one controller: connects, watches over the silence, and connects again after a pause that doubles from one second
 * up to the configured longest. One virtual thread carries it, another the watch.
 */
final class ControllerLink implements Closeable {
    private static final System.Logger LOG = System.getLogger("rconn");
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    /** A handshake that takes longer has failed. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);

    private final ControllerConfig config;
    private final String name;
    private final Set<Version> versions;
    private final Directories directories;
    private final Tls tls;
    private final Function<MessageStream, Session> sessions;
    private final SessionHost host;
    private final Thread thread;
    private volatile boolean closed;
    private volatile boolean silent;
    private volatile String state = "VOID";
    private volatile @Nullable Session session;
    private volatile @Nullable String lastError;
    private volatile long connectedNanos;
    private volatile long disconnectedNanos;

    /** What the service does with the sessions of its links. */
    interface SessionHost {
        /** A version has been agreed on. */
        void opened(Session session);

        /** It is over. */
        void ended(Session session);
    }

    ControllerLink(
            String bridge,
            ControllerConfig config,
            Set<Version> versions,
            Directories directories,
            Tls tls,
            Function<MessageStream, Session> sessions,
            SessionHost host) {
        this.config = config;
        this.name = bridge + "<->" + config.target();
        this.versions = versions;
        this.directories = directories;
        this.tls = tls;
        this.sessions = sessions;
        this.host = host;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        Duration backoff = Duration.ZERO;
        try {
            while (!closed) {
                boolean lived = attempt();
                if (!closed) {
                    Duration doubled = backoff.isZero() || lived ? FIRST_BACKOFF : backoff.multipliedBy(2);
                    backoff = doubled.compareTo(config.maxBackoff()) > 0 ? config.maxBackoff() : doubled;
                    state = "BACKOFF";
                    LOG.log(Level.INFO, name + ": waiting " + backoff.toSeconds() + " seconds before reconnect");
                    Thread.sleep(backoff);
                }
            }
        } catch (InterruptedException e) {
            // closed while it waited: there is nothing left to do
        }
        state = "VOID";
    }

    /** Connects and talks; returns whether the handshake was done, so that the controller was a live one. */
    private boolean attempt() {
        state = "CONNECTING";
        silent = false;
        boolean lived = false;
        Session made = null;
        try {
            StreamAddress.Active address =
                    StreamAddress.active(config.target(), StreamAddress.OPENFLOW_PORT, directories);
            LOG.log(Level.INFO, name + ": connecting...");
            made = sessions.apply(new MessageStream(Streams.connect(address, CONNECT_TIMEOUT, tls)));
            session = made;
            if (closed) {
                made.close();
            }
            made.open(versions, 1);
            lived = true;
            connectedNanos = System.nanoTime();
            state = "ACTIVE";
            host.opened(made);
            LOG.log(Level.INFO, name + ": connected");
            watch(made);
            made.run();
        } catch (EOFException e) {
            ended(lived ? "connection closed by peer" : "connection failed (End of file)", e);
        } catch (IOException e) {
            ended((lived ? "connection dropped (" : "connection failed (") + Reasons.of(e) + ")", e);
        } finally {
            if (made != null) {
                made.close();
                session = null;
                host.ended(made);
            }
            if (lived) {
                disconnectedNanos = System.nanoTime();
            }
        }
        return lived;
    }

    private void ended(String text, IOException cause) {
        if (silent) {
            lastError = "Connection timed out"; // the watch has told the log
        } else if (!closed) {
            lastError = Reasons.of(cause);
            LOG.log(Level.INFO, name + ": " + text);
        }
    }

    private void watch(Session watched) {
        if (!config.inactivityProbe().isZero()) {
            Thread.ofVirtual().name(name + " watch").start(() -> watchOver(watched));
        }
    }

    private void watchOver(Session watched) {
        long probe = config.inactivityProbe().toNanos();
        try {
            while (watched.equals(session)) {
                long heard = watched.lastHeardNanos();
                long silence = System.nanoTime() - heard;
                if (silence >= probe) {
                    state = "IDLE";
                    watched.send(new Message.EchoRequest(Bits.of(0, 0)), 0);
                    Thread.sleep(Duration.ofNanos(probe));
                    if (watched.equals(session) && watched.lastHeardNanos() == heard) {
                        LOG.log(Level.ERROR, name + ": no response to inactivity probe, disconnecting");
                        silent = true;
                        watched.close();
                        return;
                    }
                    state = "ACTIVE";
                } else {
                    Thread.sleep(Duration.ofNanos(probe - silence));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** How it stands; only on the owner's executor, to which the role belongs. */
    ControllerStatus status() {
        Session current = session;
        boolean connected = current != null && (state.equals("ACTIVE") || state.equals("IDLE"));
        Optional<Role> role =
                current != null && connected ? Optional.of(current.peer().role()) : Optional.empty();
        return new ControllerStatus(
                config.target(),
                connected,
                role,
                state,
                Optional.ofNullable(lastError),
                since(connectedNanos),
                since(disconnectedNanos));
    }

    private static Optional<Duration> since(long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - nanos));
    }

    @Nullable
    Session session() {
        return session;
    }

    ControllerConfig config() {
        return config;
    }

    /** Ends the conversation and all attempts. */
    @Override
    public void close() {
        closed = true;
        Session current = session;
        if (current != null) {
            current.close();
        }
        thread.interrupt();
    }
}
