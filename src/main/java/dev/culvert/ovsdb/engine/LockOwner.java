package dev.culvert.ovsdb.engine;

/** Tells which locks of RFC 7047 section 4.1.8 the client of a transaction holds. */
@FunctionalInterface
public interface LockOwner {
    /** A client that holds none. */
    LockOwner NONE = _ -> false;

    /**
     * Whether the client holds a lock.
     *
     * @param lock its name
     * @return true if it does
     */
    boolean holds(String lock);
}
