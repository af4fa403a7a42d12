package dev.culvert.linux;

import java.util.function.Consumer;

/**
 * A subscription to changes of the ARP and neighbour discovery caches, in the network namespace that the opening thread was
 * in. One thread at a time reads it.
 */
public final class NeighbourMonitor implements AutoCloseable {
    static final int RTMGRP_NEIGH = 0x4;

    private final NetlinkSocket socket;

    private NeighbourMonitor(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Subscribes. What changed before is not told: subscribe first, then ask {@link Netlink#neighbour}. */
    public static NeighbourMonitor open() throws LinuxException {
        return new NeighbourMonitor(NetlinkSocket.open(RTMGRP_NEIGH));
    }

    /** Returns the descriptor, which is readable when there is something to read. */
    public int fd() {
        return socket.fd();
    }

    /**
     * Tells what has changed since the last call, in order. Does not wait.
     *
     * @param changed is given each entry as it is now; one that is gone is not {@link Neighbour#valid}
     * @return false where the kernel had more to tell than there was room for: ask for everything anew. What was told is older
     *     than that
     */
    public boolean read(Consumer<Neighbour> changed) throws LinuxException {
        boolean whole = true;
        while (true) {
            byte[] datagram;
            try {
                datagram = socket.receive(0);
            } catch (LinuxException e) {
                if (e.errno() != Errno.ENOBUFS) {
                    throw e;
                }
                whole = false; // and nothing more is kept until all that waits has been read
                continue;
            }
            if (datagram.length == 0) {
                return whole;
            }
            for (NetlinkMessage message : NetlinkMessage.parse(datagram)) {
                tell(message, changed);
            }
        }
    }

    private static void tell(NetlinkMessage message, Consumer<Neighbour> changed) {
        boolean gone = message.type() == Rtnetlink.RTM_DELNEIGH;
        Neighbour now = gone || message.type() == Rtnetlink.RTM_NEWNEIGH ? Rtnetlink.neighbour(message) : null;
        if (now != null) {
            changed.accept(gone ? new Neighbour(now.ifindex(), now.address(), 0, 0, 0) : now);
        }
    }

    /** Ends the subscription. */
    @Override
    public void close() {
        socket.close();
    }
}
