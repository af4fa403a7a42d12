package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.OvsdbException;

/** Where commits are kept. */
@FunctionalInterface
public interface CommitLog {
    /**
     * Keeps a commit; the transaction takes effect only if this returns.
     *
     * @param commit what to keep
     * @throws OvsdbException with tag "I/O error" if it could not be kept; nothing of it is
     */
    void append(Commit commit) throws OvsdbException;
}
