package dev.culvert.datapath;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.NeighbourMonitor;
import dev.culvert.linux.Netlink;

/**
 * What those need to know of the host who send past its IP stack.
 *
 * @param netlink for questions
 * @param neighbours what tells of their link addresses
 * @param ipsec whether the host has policies
 */
record HostView(Netlink netlink, NeighbourMonitor neighbours, HostIpsec ipsec) implements AutoCloseable {
    /**
     * Opens it in the calling thread's network namespace.
     *
     * @throws LinuxException EPERM without CAP_NET_ADMIN
     */
    static HostView open() throws LinuxException {
        Netlink netlink = Netlink.open();
        NeighbourMonitor neighbours = null;
        try {
            neighbours = NeighbourMonitor.open();
            return new HostView(netlink, neighbours, HostIpsec.open());
        } catch (LinuxException e) {
            netlink.close();
            if (neighbours != null) {
                neighbours.close();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        netlink.close();
        neighbours.close();
        ipsec.close();
    }
}
