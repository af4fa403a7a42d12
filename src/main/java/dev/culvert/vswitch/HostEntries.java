package dev.culvert.vswitch;

import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Neighbour;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.Route;
import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Routes and neighbours that people have the switch put into the host's tables, because tunnels go the host's ways. The kernel
 * keeps them, marked as this switch's by their protocol number; so they outlive it, and its successor knows them.
 */
final class HostEntries {
    private static final System.Logger LOG = System.getLogger("ovs_router");

    /** One that /etc/iproute2/rt_protos gives to nobody. */
    static final int PROTOCOL = 79;

    private final Netlink netlink;

    HostEntries(Netlink netlink) {
        this.netlink = netlink;
    }

    /** The routes that are this switch's. */
    List<Route> routes() throws LinuxException {
        return netlink.routes().stream()
                .filter(route -> route.protocol() == PROTOCOL)
                .toList();
    }

    /** The neighbours that are this switch's. */
    List<Neighbour> neighbours() throws LinuxException {
        return netlink.neighbours().stream()
                .filter(neighbour -> neighbour.protocol() == PROTOCOL)
                .toList();
    }

    /** Adds a route, in place of one that this switch had to the same network. */
    void addRoute(InetAddress network, int length, Link device, @Nullable InetAddress gateway) throws LinuxException {
        Route route = new Route(
                network,
                length,
                Route.TABLE_MAIN,
                Route.UNICAST,
                PROTOCOL,
                device.ifindex(),
                gateway,
                null,
                0,
                0,
                false);
        netlink.addRoute(route, find(network, length) != null);
    }

    /** Takes this switch's route to a network away; false where there is none. */
    boolean removeRoute(InetAddress network, int length) throws LinuxException {
        Route route = find(network, length);
        if (route != null) {
            netlink.removeRoute(route);
        }
        return route != null;
    }

    private @Nullable Route find(InetAddress network, int length) throws LinuxException {
        for (Route route : routes()) {
            if (route.prefixLength() == length && Objects.equals(route.destination(), network)) {
                return route;
            }
        }
        return null;
    }

    /** Sets a neighbour's Ethernet address. */
    void setNeighbour(Link device, InetAddress address, long mac) throws LinuxException {
        netlink.setNeighbour(device.ifindex(), address, mac, PROTOCOL);
    }

    /** Has the kernel forget what it found out of neighbours, and takes away what was set here. */
    void flushNeighbours() throws LinuxException {
        for (Neighbour neighbour : netlink.neighbours()) {
            if (neighbour.protocol() == PROTOCOL || (!neighbour.permanent() && !neighbour.nobody())) {
                netlink.removeNeighbour(neighbour);
            }
        }
    }

    /** The switch ends: takes everything away that was put in here, or says what stays. */
    void leave(boolean nothing) {
        try {
            List<Route> routes = routes();
            List<Neighbour> neighbours = neighbours();
            if (!nothing && routes.size() + neighbours.size() > 0) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "{0} routes and {1} neighbours of ours stay in the host''s tables; exit --cleanup takes them away",
                        Integer.toString(routes.size()),
                        Integer.toString(neighbours.size()));
                return;
            }
            for (Route route : routes) {
                netlink.removeRoute(route);
            }
            for (Neighbour neighbour : neighbours) {
                netlink.removeNeighbour(neighbour);
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
        }
    }
}
