package dev.culvert.linux;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * Questions and orders to the kernel about interfaces, addresses, routes and neighbours, by rtnetlink(7), in the network
 * namespace that the opening thread was in. For any thread, one request at a time.
 */
@SuppressWarnings("DoNotCallSuggester")
public final class Netlink implements AutoCloseable {
    private Netlink() {}

    /** Opens a connection to the kernel. */
    public static Netlink open() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Returns all interfaces. */
    public List<Link> links() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Returns the interface of a name, if there is one. */
    public Optional<Link> link(String name) throws LinuxException {
        throw new UnsupportedOperationException(name);
    }

    /** Returns the interface of an index, if there is one. */
    public Optional<Link> link(int ifindex) throws LinuxException {
        throw new UnsupportedOperationException("" + ifindex);
    }

    /** Sets an interface up or down. */
    public void setUp(int ifindex, boolean up) throws LinuxException {
        throw new UnsupportedOperationException("" + ifindex + up);
    }

    /** Sets an interface's MTU in bytes. */
    public void setMtu(int ifindex, int mtu) throws LinuxException {
        throw new UnsupportedOperationException("" + ifindex + mtu);
    }

    /** Sets an interface's Ethernet address, given as in {@link Link#mac}. */
    public void setMac(int ifindex, long mac) throws LinuxException {
        throw new UnsupportedOperationException("" + ifindex + mac);
    }

    /** Returns all addresses of both families. */
    public List<InterfaceAddress> addresses() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Returns the neighbours of both families. */
    public List<Neighbour> neighbours() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /** Returns the routes of the main and local tables of both families. */
    public List<Route> routes() throws LinuxException {
        throw new UnsupportedOperationException();
    }

    /**
     * Asks where packets to a destination go.
     *
     * @param mark of the packets, 0 for none
     * @throws LinuxException ENETUNREACH and the like when there is no way
     */
    public Route routeTo(InetAddress destination, int mark) throws LinuxException {
        throw new UnsupportedOperationException("" + destination + mark);
    }

    @Override
    public void close() {}
}
