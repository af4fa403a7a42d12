package dev.culvert.openflow.service;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.MessageStream;
import dev.culvert.openflow.connection.Reasons;
import dev.culvert.openflow.message.Role;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.EOFException;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The way to one controller: connects, talks, and connects again after a pause that doubles from one second up to the
 * configured longest. A virtual thread carries it.
 */
final class ControllerLink implements ControllerPeer {
    private static final System.Logger LOG = System.getLogger("rconn");
    private static final Duration FIRST_BACKOFF = Duration.ofSeconds(1);
    /** A handshake of TCP, and then one of TLS, that takes longer has failed. */
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(8);

    private final String name;
    private final StreamAddress.Active address;
    private final Supplier<Set<Version>> versions;
    private final Tls tls;
    private final BiFunction<MessageStream, ControllerConfig, Session> sessions;
    private final SessionHost host;
    private final Thread thread;
    /** A permit ends the pause between two attempts. */
    private final Semaphore hurry = new Semaphore(0);

    private volatile ControllerConfig config;
    private volatile boolean closed;
    private volatile String state = "VOID";
    private volatile @Nullable Session session;
    private volatile @Nullable String lastError;
    private volatile long connectedNanos;
    private volatile long disconnectedNanos;
    private volatile long admittedNanos = System.nanoTime();

    ControllerLink(
            String bridge,
            ControllerConfig config,
            StreamAddress.Active address,
            Supplier<Set<Version>> versions,
            Tls tls,
            BiFunction<MessageStream, ControllerConfig, Session> sessions,
            SessionHost host) {
        this.config = config;
        this.name = bridge + "<->" + config.target();
        this.address = address;
        this.versions = versions;
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
                    Duration longest = config.maxBackoff();
                    Duration doubled = backoff.isZero() || lived ? FIRST_BACKOFF : backoff.multipliedBy(2);
                    backoff = doubled.compareTo(longest) > 0 ? longest : doubled;
                    state = "BACKOFF";
                    LOG.log(Level.INFO, name + ": waiting " + backoff.toSeconds() + " seconds before reconnect");
                    if (hurry.tryAcquire(backoff.toMillis(), TimeUnit.MILLISECONDS)) {
                        hurry.drainPermits();
                        backoff = Duration.ZERO;
                    }
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
        boolean lived = false;
        Session made = null;
        try {
            LOG.log(Level.INFO, name + ": connecting...");
            made = sessions.apply(new MessageStream(Streams.connect(address, CONNECT_TIMEOUT, tls)), config);
            session = made;
            if (closed) {
                made.close();
            }
            made.open(versions.get(), 1, config.maxBackoff());
            made.setProbeInterval(config.inactivityProbe());
            lived = true;
            connectedNanos = System.nanoTime();
            state = "ACTIVE";
            host.opened(made);
            LOG.log(Level.INFO, name + ": connected");
            made.run();
        } catch (SocketTimeoutException e) {
            ended(made, "connection timed out", e);
        } catch (EOFException e) {
            ended(made, lived ? "connection closed by peer" : "connection failed (End of file)", e);
        } catch (IOException e) {
            ended(made, (lived ? "connection dropped (" : "connection failed (") + Reasons.of(e) + ")", e);
        } finally {
            if (made != null) {
                made.close();
                session = null;
                if (made.isAdmitted()) {
                    admittedNanos = System.nanoTime();
                }
                host.ended(made);
            }
            if (lived) {
                disconnectedNanos = System.nanoTime();
            }
        }
        return lived;
    }

    private void ended(@Nullable Session over, String text, IOException cause) {
        if (over != null && over.wasSilent()) {
            lastError = "Connection timed out"; // the watch has told the log
        } else if (!closed) {
            lastError = Reasons.of(cause);
            LOG.log(Level.INFO, name + ": " + text);
        }
    }

    @Override
    public ControllerStatus status() {
        Session current = session;
        boolean connected = current != null && state.equals("ACTIVE");
        Optional<Role> role =
                current != null && connected ? Optional.of(current.peer().role()) : Optional.empty();
        return new ControllerStatus(
                config,
                connected,
                role,
                current != null && connected ? current.state() : state,
                Optional.ofNullable(lastError),
                since(connectedNanos),
                since(disconnectedNanos),
                current != null && current.isAdmitted()
                        ? Duration.ZERO
                        : Duration.ofNanos(System.nanoTime() - admittedNanos));
    }

    private static Optional<Duration> since(long nanos) {
        return nanos == 0 ? Optional.empty() : Optional.of(Duration.ofNanos(System.nanoTime() - nanos));
    }

    @Override
    public ControllerConfig config() {
        return config;
    }

    @Override
    public void configure(ControllerConfig wanted) {
        ControllerConfig before = config;
        config = wanted;
        Session current = session;
        if (current != null
                && state.equals("ACTIVE")
                && !before.inactivityProbe().equals(wanted.inactivityProbe())) {
            current.setProbeInterval(wanted.inactivityProbe());
        }
    }

    @Override
    public void reconnect() {
        hurry.release();
        Session current = session;
        if (current != null) {
            current.close();
        }
    }

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
