package dev.culvert.linux;

import java.util.ArrayList;
import java.util.List;

/**
 * A subscription to changes of interfaces, addresses and routes, in the network namespace that the opening thread was in.
 * One thread at a time reads it; waiting needs a platform thread.
 */
public final class LinkMonitor implements AutoCloseable {
    static final int RTMGRP_LINK = 0x1;
    static final int RTMGRP_IPV4_IFADDR = 0x10;
    static final int RTMGRP_IPV4_ROUTE = 0x40;
    static final int RTMGRP_IPV6_IFADDR = 0x100;
    static final int RTMGRP_IPV6_ROUTE = 0x400;
    static final int RTMGRP_IPV4_RULE = 0x80;
    static final int RTNLGRP_IPV6_RULE = 19;
    static final int RTNLGRP_NEXTHOP = 32;
    private static final int GROUPS = RTMGRP_LINK
            | RTMGRP_IPV4_IFADDR
            | RTMGRP_IPV4_ROUTE
            | RTMGRP_IPV4_RULE
            | RTMGRP_IPV6_IFADDR
            | RTMGRP_IPV6_ROUTE
            | (1 << (RTNLGRP_IPV6_RULE - 1))
            | (1 << (RTNLGRP_NEXTHOP - 1));

    /** So many changes at most are returned at once; the rest waits in the socket, whose buffer is bounded. */
    private static final int CHANGES_MAX = 1_000;

    private final NetlinkSocket socket;

    private LinkMonitor(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Subscribes. What changed before is not told: subscribe first, then ask {@link Netlink}. */
    public static LinkMonitor open() throws LinuxException {
        return new LinkMonitor(NetlinkSocket.open(GROUPS));
    }

    /** Returns the descriptor, which is readable when there is something to read. */
    public int fd() {
        return socket.fd();
    }

    /**
     * Returns what has changed since the last call, in order.
     *
     * @param timeoutMillis how long to wait for a change when there is none; 0 only looks, negative waits for ever
     * @return empty when the time passed, or when what changed is not told here
     */
    public List<NetworkChange> read(int timeoutMillis) throws LinuxException {
        List<NetworkChange> changes = new ArrayList<>();
        int patience = timeoutMillis;
        while (changes.size() < CHANGES_MAX) {
            byte[] datagram;
            try {
                datagram = socket.receive(patience);
            } catch (LinuxException e) {
                if (e.errno() != Errno.ENOBUFS) {
                    throw e;
                }
                changes.add(new NetworkChange.Resync());
                return changes;
            }
            if (datagram.length == 0) {
                return changes;
            }
            for (NetlinkMessage message : NetlinkMessage.parse(datagram)) {
                addChanges(message, changes);
            }
            patience = 0;
        }
        return changes;
    }

    /** Ends the subscription. */
    @Override
    public void close() {
        socket.close();
    }

    private static void addChanges(NetlinkMessage message, List<NetworkChange> changes) {
        switch (message.type()) {
            case Rtnetlink.RTM_NEWLINK, Rtnetlink.RTM_DELLINK -> {
                Link link = Rtnetlink.link(message);
                if (link != null) {
                    boolean removed = message.type() == Rtnetlink.RTM_DELLINK;
                    changes.add(removed ? new NetworkChange.LinkRemoved(link) : new NetworkChange.LinkChanged(link));
                }
            }
            case Rtnetlink.RTM_NEWADDR, Rtnetlink.RTM_DELADDR -> {
                InterfaceAddress address = Rtnetlink.address(message);
                if (address != null) {
                    boolean removed = message.type() == Rtnetlink.RTM_DELADDR;
                    changes.add(
                            removed
                                    ? new NetworkChange.AddressRemoved(address)
                                    : new NetworkChange.AddressChanged(address));
                }
            }
            case Rtnetlink.RTM_NEWROUTE, Rtnetlink.RTM_DELROUTE -> {
                boolean removed = message.type() == Rtnetlink.RTM_DELROUTE;
                for (Route route : Rtnetlink.routes(message)) {
                    changes.add(
                            !route.ordinary()
                                    ? new NetworkChange.RoutingChanged()
                                    : removed
                                            ? new NetworkChange.RouteRemoved(route)
                                            : new NetworkChange.RouteChanged(route));
                }
            }
            case Rtnetlink.RTM_NEWRULE, Rtnetlink.RTM_DELRULE, Rtnetlink.RTM_NEWNEXTHOP, Rtnetlink.RTM_DELNEXTHOP ->
                changes.add(new NetworkChange.RoutingChanged());
            default -> {}
        }
    }
}
