package dev.culvert.ovsdb.client;

import java.util.List;

/** What a client's owner wants to hear. All methods are called by tasks of the client's executor, in order. */
public interface ClientListener {
    /**
     * The copy has changed. The first call after a connection was made comes when the copy is complete, even if nothing
     * changed; it tells the difference to what was known before.
     *
     * @param replica the copy, with the changes
     * @param changes what differs, one element a row; the changes of one transaction are never torn apart
     */
    void changed(Replica replica, List<ReplicaChange> changes);

    /**
     * The connection is lost, and will be made again.
     *
     * @param reason why
     */
    default void disconnected(String reason) {}

    /**
     * A lock that the client wants was won or lost.
     *
     * @param lock its name
     * @param held whether the client holds it now
     */
    default void lockChanged(String lock, boolean held) {}

    /**
     * The server says that somebody else has a lock that the client wants: it had it first, or has just stolen it. The client has its
     * turn when the other lets go.
     *
     * @param lock its name
     */
    default void lockContended(String lock) {}
}
