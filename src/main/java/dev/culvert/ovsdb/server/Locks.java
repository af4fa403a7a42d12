package dev.culvert.ovsdb.server;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who holds, and who waits for, the named locks of RFC 7047 section 4.1.8. Used by the server's thread. */
final class Locks {
    /** For each lock its clients; the first one holds it. */
    private final Map<String, List<ServerSession>> queues = new HashMap<>();

    /** Whether a client holds a lock. */
    boolean holds(ServerSession session, String lock) {
        List<ServerSession> queue = queues.get(lock);
        return queue != null && queue.getFirst() == session;
    }

    /** Makes a client wait for a lock; true if it has it at once. */
    boolean lock(ServerSession session, String lock) {
        queues.computeIfAbsent(lock, _ -> new ArrayList<>(1)).add(session);
        return holds(session, lock);
    }

    /** Gives a lock to a client at once; returns who has lost it, or null. Who had stolen it does not wait to get it back. */
    @Nullable
    ServerSession steal(ServerSession session, String lock) {
        List<ServerSession> queue = queues.computeIfAbsent(lock, _ -> new ArrayList<>(1));
        ServerSession victim = queue.isEmpty() ? null : queue.getFirst();
        if (victim != null && victim.hasStolen(lock)) {
            queue.removeFirst();
        }
        queue.addFirst(session);
        return victim;
    }

    /** Lets go of a lock; returns who has it now because of that, or null. */
    @Nullable
    ServerSession unlock(ServerSession session, String lock) {
        boolean held = holds(session, lock);
        List<ServerSession> queue = queues.get(lock);
        if (queue == null) {
            return null;
        }
        queue.remove(session);
        if (queue.isEmpty()) {
            queues.remove(lock);
            return null;
        }
        return held ? queue.getFirst() : null;
    }
}
