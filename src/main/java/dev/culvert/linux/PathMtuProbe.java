package dev.culvert.linux;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/** What the kernel knows of the path to one neighbour: its MTU and the source address, by a connected UDP socket. */
@SuppressWarnings("DoNotCallSuggester")
public final class PathMtuProbe implements AutoCloseable {
    private PathMtuProbe() {}

    /**
     * Connects to a neighbour; nothing is sent.
     *
     * @param local the source address, or null for the route's
     * @param mark for policy routing, 0 for none
     * @throws LinuxException ENETUNREACH and the like when there is no way, EADDRNOTAVAIL when {@code local} is not ours
     */
    public static PathMtuProbe open(InetAddress remote, @Nullable InetAddress local, int mark) throws LinuxException {
        throw new UnsupportedOperationException("" + remote + local + mark);
    }

    /** Returns the path's MTU in bytes, outer IP header included, as the kernel knows it now. */
    public int mtu() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Returns the source address of packets to the neighbour. */
    public InetAddress localAddress() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Looks the route up again, as after a change of routes. */
    public void refresh() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    @Override
    public void close() {}
}
