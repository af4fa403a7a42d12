package dev.culvert.linux;

/**
 * Keeps the frames that arrive at an interface from this host's own network stack, while packet sockets still see them:
 * they are served before the tc ingress hook, where this drops everything.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class IngressDrop implements AutoCloseable {
    private IngressDrop() {}

    /**
     * Starts dropping.
     *
     * @throws LinuxException EPERM when neither eBPF nor traffic control is permitted
     */
    public static IngressDrop attach(int ifindex) throws LinuxException {
        throw new UnsupportedOperationException("" + ifindex);
    }

    /** Stops dropping. */
    @Override
    public void close() {}
}
