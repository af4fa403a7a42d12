package dev.culvert.linux;

import java.util.List;

/**
 * A subscription to changes of interfaces, addresses and routes, in the network namespace that the opening thread was in.
 * One thread at a time reads it.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class LinkMonitor implements AutoCloseable {
    private LinkMonitor() {}

    /** Subscribes. What changed before is not told: subscribe first, then ask {@link Netlink}. */
    public static LinkMonitor open() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Returns the descriptor, which is readable when there is something to read. */
    public int fd() {
        return -1;
    }

    /**
     * Returns what has changed since the last call, in order.
     *
     * @param timeoutMillis how long to wait for a change when there is none; 0 only looks, negative waits for ever
     * @return empty when the time passed
     */
    public List<NetworkChange> read(int timeoutMillis) throws LinuxException {
        throw new UnsupportedOperationException("" + timeoutMillis);
    }

    @Override
    public void close() {}
}
