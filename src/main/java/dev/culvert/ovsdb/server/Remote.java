package dev.culvert.ovsdb.server;

import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** An address at which a server has clients, whoever of the two connects. Safe for threads, except where it says otherwise. */
public abstract sealed class Remote implements Closeable permits ActiveRemote, PassiveRemote {
    private final OvsdbServer server;
    private final Set<ServerSession> sessions = ConcurrentHashMap.newKeySet();
    private volatile RemoteOptions options;
    private volatile boolean closed;

    Remote(OvsdbServer server, RemoteOptions options) {
        this.server = server;
        this.options = options;
    }

    /** The address, as its owner wrote it. */
    public abstract StreamAddress address();

    /** The TCP port that is listened on; 0 where there is none. */
    public int localPort() {
        return 0;
    }

    /** Is as patient as that from now on, also with those who are connected. */
    public void configure(RemoteOptions wanted) {
        if (!wanted.equals(options)) {
            options = wanted;
            sessions.forEach(session -> session.setProbeInterval(wanted.inactivityProbe()));
        }
    }

    final RemoteOptions options() {
        return options;
    }

    final boolean isClosed() {
        return closed;
    }

    /** Begins to serve a client; null if there are too many, or the remote is closed. */
    final @Nullable ServerSession serve(Stream stream) throws IOException {
        ServerSession session = server.serve(stream, options.inactivityProbe());
        if (session == null) {
            return null;
        }
        sessions.add(session);
        var _ = session.closed().thenRun(() -> sessions.remove(session));
        if (closed) {
            session.close("remote removed");
        }
        return session;
    }

    /** Those who are connected, in no order. */
    final List<ServerSession> sessions() {
        return List.copyOf(sessions);
    }

    /** How it stands; for the server's thread alone. */
    abstract RemoteStatus status();

    /** What is said of a client: its locks. For the server's thread alone. */
    static void describe(ServerSession session, RemoteStatus.Builder status) {
        Set<String> held = new TreeSet<>();
        Set<String> waiting = new TreeSet<>();
        Set<String> lost = new TreeSet<>();
        for (String lock : session.locks()) {
            Set<String> list = session.holdsLock(lock) ? held : session.hasStolen(lock) ? lost : waiting;
            list.add(lock);
        }
        status.locks("locks_held", held).locks("locks_waiting", waiting).locks("locks_lost", lost);
    }

    /** Serves nobody there any more: whoever is connected is disconnected. */
    @Override
    public void close() {
        closed = true;
        server.forget(this);
        sessions.forEach(session -> session.close("remote removed"));
    }
}
