package dev.culvert.linux;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Questions and orders to the kernel about interfaces, addresses, routes and neighbours, by rtnetlink(7), in the network
 * namespace that the opening thread was in. For any thread, one request at a time.
 *
 * <p>What the kernel refuses is a {@link LinuxException} with its error number and, where it gives one, its explanation.
 */
public final class Netlink implements AutoCloseable {
    /** In a question for one destination: name the table that the answer is from. */
    static final int RTM_F_LOOKUP_TABLE = 0x1000;

    private static final System.Logger LOG = System.getLogger("netdev_linux");

    private final NetlinkSocket socket;

    private Netlink(NetlinkSocket socket) {
        this.socket = socket;
    }

    /** Opens a connection to the kernel. */
    public static Netlink open() throws LinuxException {
        return new Netlink(NetlinkSocket.open(0));
    }

    /** Returns all interfaces. */
    public List<Link> links() throws LinuxException {
        return socket.dump(linkRequest("list links", Rtnetlink.RTM_GETLINK, 0)).stream()
                .filter(message -> message.type() == Rtnetlink.RTM_NEWLINK)
                .map(Rtnetlink::link)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns the interface of a name, if there is one. */
    public Optional<Link> link(String name) throws LinuxException {
        int length = name.getBytes(StandardCharsets.UTF_8).length;
        if (length == 0 || length >= TapDevice.NAME_SIZE) {
            return Optional.empty(); // the kernel would call it invalid; it is no interface's name either way
        }
        return link(linkRequest("get link " + name, Rtnetlink.RTM_GETLINK, 0).attribute(Rtnetlink.IFLA_IFNAME, name));
    }

    /** Returns the interface of an index, if there is one. */
    public Optional<Link> link(int ifindex) throws LinuxException {
        return ifindex <= 0
                ? Optional.empty()
                : link(linkRequest("get link " + ifindex, Rtnetlink.RTM_GETLINK, ifindex));
    }

    /**
     * Returns the link address of the far end of a veth that leads into another network namespace, as in {@link Link#mac}.
     *
     * @return 0 where the interface is none, both ends are in this namespace, or this process may not look into the other
     */
    public long farAddress(int ifindex) {
        try {
            for (NetlinkMessage message : socket.request(linkRequest("get link", Rtnetlink.RTM_GETLINK, ifindex))) {
                Link link = Rtnetlink.link(message);
                if (link != null && link.kind().equals("veth")) {
                    int far = message.attributes(Rtnetlink.IFINFO_SIZE).u32(Rtnetlink.IFLA_LINK_NETNSID, -1);
                    return far < 0 ? 0 : address(link.linkIndex(), far);
                }
            }
        } catch (LinuxException notForUs) {
            LOG.log(System.Logger.Level.DEBUG, notForUs.getMessage());
        }
        return 0;
    }

    private long address(int ifindex, int namespace) throws LinuxException {
        NetlinkRequest request = linkRequest("get a link of another namespace", Rtnetlink.RTM_GETLINK, ifindex)
                .attribute(Rtnetlink.IFLA_TARGET_NETNSID, namespace);
        return link(request).map(Link::mac).orElse(0L);
    }

    /**
     * Sets an interface up or down.
     *
     * @throws LinuxException ENODEV when there is no such interface
     */
    public void setUp(int ifindex, boolean up) throws LinuxException {
        socket.request(new NetlinkRequest(up ? "set link up" : "set link down", Rtnetlink.RTM_SETLINK, 0)
                .u8(AddressFamily.UNSPEC)
                .u8(0)
                .u16(0)
                .u32(ifindex)
                .u32(up ? Link.IFF_UP : 0)
                .u32(Link.IFF_UP)); // the flags that change
    }

    /**
     * Sets an interface's MTU.
     *
     * @param mtu in bytes, without the Ethernet header
     * @throws LinuxException ENODEV when there is no such interface, EINVAL when it cannot have that MTU
     */
    public void setMtu(int ifindex, int mtu) throws LinuxException {
        socket.request(
                linkRequest("set link mtu", Rtnetlink.RTM_SETLINK, ifindex).attribute(Rtnetlink.IFLA_MTU, mtu));
    }

    /**
     * Sets an interface's Ethernet address.
     *
     * @param mac as in {@link Link#mac}
     * @throws LinuxException ENODEV when there is no such interface, EADDRNOTAVAIL when the address is multicast or zero
     */
    public void setMac(int ifindex, long mac) throws LinuxException {
        socket.request(linkRequest("set link address", Rtnetlink.RTM_SETLINK, ifindex)
                .attribute(Rtnetlink.IFLA_ADDRESS, macBytes(mac)));
    }

    private static byte[] macBytes(long mac) {
        byte[] bytes = new byte[6];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (mac >>> (40 - 8 * i));
        }
        return bytes;
    }

    /** Returns all addresses of both families. */
    public List<InterfaceAddress> addresses() throws LinuxException {
        NetlinkRequest request = new NetlinkRequest("list addresses", Rtnetlink.RTM_GETADDR, 0)
                .u8(AddressFamily.UNSPEC)
                .u8(0)
                .u16(0)
                .u32(0);
        return socket.dump(request).stream()
                .filter(message -> message.type() == Rtnetlink.RTM_NEWADDR)
                .map(Rtnetlink::address)
                .filter(Objects::nonNull)
                .toList();
    }

    /** Returns the neighbours of both families. */
    public List<Neighbour> neighbours() throws LinuxException {
        NetlinkRequest request = new NetlinkRequest("list neighbours", Rtnetlink.RTM_GETNEIGH, 0)
                .u32(AddressFamily.UNSPEC)
                .u32(0)
                .u32(0);
        return socket.dump(request).stream()
                .filter(message -> message.type() == Rtnetlink.RTM_NEWNEIGH)
                .map(Rtnetlink::neighbour)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Returns what is known of one neighbour.
     *
     * @return null when nothing is
     * @throws LinuxException if the kernel refuses the question (it can be asked since Linux 5.0)
     */
    public @Nullable Neighbour neighbour(int ifindex, InetAddress address) throws LinuxException {
        NetlinkRequest request = neighbourRequest("get neighbour", Rtnetlink.RTM_GETNEIGH, 0, ifindex, address, 0);
        try {
            return socket.request(request).stream()
                    .map(Rtnetlink::neighbour)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENOENT) {
                return null;
            }
            throw e;
        }
    }

    /**
     * Puts a neighbour in that stays until somebody takes it out, in place of what was known of its address.
     *
     * @param mac as in {@link Link#mac}
     * @param protocol a number by which whoever made it finds it again
     * @throws LinuxException ENODEV when there is no such interface, EINVAL for an address that no neighbour has
     */
    public void setNeighbour(int ifindex, InetAddress address, long mac, int protocol) throws LinuxException {
        int flags = NetlinkRequest.NLM_F_CREATE | NetlinkRequest.NLM_F_REPLACE;
        int state = Neighbour.NUD_PERMANENT;
        socket.request(neighbourRequest("set neighbour", Rtnetlink.RTM_NEWNEIGH, flags, ifindex, address, state)
                .attribute(Rtnetlink.NDA_LLADDR, macBytes(mac))
                .attributeByte(Rtnetlink.NDA_PROTOCOL, protocol));
    }

    /**
     * Takes a neighbour out.
     *
     * @throws LinuxException ENOENT when there is none
     */
    public void removeNeighbour(Neighbour neighbour) throws LinuxException {
        socket.request(neighbourRequest(
                "remove neighbour", Rtnetlink.RTM_DELNEIGH, 0, neighbour.ifindex(), neighbour.address(), 0));
    }

    private static NetlinkRequest neighbourRequest(
            String operation, int type, int flags, int ifindex, InetAddress address, int state) {
        return new NetlinkRequest(operation + " " + address.getHostAddress(), type, flags)
                .u8(SocketAddress.family(address))
                .u8(0)
                .u16(0)
                .u32(ifindex)
                .u16(state)
                .u16(0)
                .attribute(Rtnetlink.NDA_DST, address);
    }

    /**
     * Puts a unicast route into the main table.
     *
     * @param route its destination, prefix length, protocol, interface and gateway; the rest is as the kernel likes it
     * @param replace whether it takes the place of another of the same network and priority
     * @throws LinuxException EEXIST when there is such a route and it is not to be replaced, EINVAL when the destination
     *     has bits beyond its prefix, ENETUNREACH when the gateway is behind no interface
     */
    public void addRoute(Route route, boolean replace) throws LinuxException {
        int how = replace ? NetlinkRequest.NLM_F_REPLACE : NetlinkRequest.NLM_F_EXCL;
        socket.request(routeRequest("add route", Rtnetlink.RTM_NEWROUTE, NetlinkRequest.NLM_F_CREATE | how, route));
    }

    /**
     * Takes a route out of the main table: the one of that network, protocol, interface and gateway.
     *
     * @throws LinuxException ESRCH when there is none
     */
    public void removeRoute(Route route) throws LinuxException {
        socket.request(routeRequest("remove route", Rtnetlink.RTM_DELROUTE, 0, route));
    }

    private static NetlinkRequest routeRequest(String operation, int type, int flags, Route route) {
        InetAddress network = route.destination();
        InetAddress gateway = route.gateway();
        boolean onLink = gateway == null && network.getAddress().length == 4;
        NetlinkRequest request = new NetlinkRequest(operation + " " + network.getHostAddress(), type, flags)
                .u8(SocketAddress.family(network))
                .u8(route.prefixLength())
                .u8(0)
                .u8(0)
                .u8(Route.TABLE_MAIN)
                .u8(route.protocol())
                .u8(onLink ? Rtnetlink.SCOPE_LINK : 0)
                .u8(Route.UNICAST)
                .u32(0)
                .attribute(Rtnetlink.RTA_DST, network)
                .attribute(Rtnetlink.RTA_OIF, route.ifindex());
        return gateway == null ? request : request.attribute(Rtnetlink.RTA_GATEWAY, gateway);
    }

    /** Returns the routes of the main and local tables of both families; one with many next hops once for each. */
    public List<Route> routes() throws LinuxException {
        NetlinkRequest request = new NetlinkRequest("list routes", Rtnetlink.RTM_GETROUTE, 0)
                .u32(AddressFamily.UNSPEC)
                .u32(0)
                .u32(0);
        List<Route> routes = new ArrayList<>();
        for (NetlinkMessage message : socket.dump(request)) {
            if (message.type() == Rtnetlink.RTM_NEWROUTE) {
                Rtnetlink.routes(message).stream().filter(Route::ordinary).forEach(routes::add);
            }
        }
        return List.copyOf(routes);
    }

    /**
     * Asks where packets to a destination go.
     *
     * @param mark of the packets, 0 for none
     * @return the route with the destination itself as its network; its source is set
     * @throws LinuxException ENETUNREACH and the like when there is no way
     */
    public Route routeTo(InetAddress destination, int mark) throws LinuxException {
        return routeTo(destination, null, mark);
    }

    /**
     * Asks where packets from a source go.
     *
     * @param source their source address, which rules of routing may look at; null for the route's own
     * @param mark of the packets, 0 for none
     * @return the route with the destination itself as its network
     * @throws LinuxException ENETUNREACH and the like when there is no way, EINVAL when the source is not this host's
     */
    public Route routeTo(InetAddress destination, @Nullable InetAddress source, int mark) throws LinuxException {
        byte[] address = destination.getAddress();
        String operation = "route to " + destination.getHostAddress();
        NetlinkRequest request = new NetlinkRequest(operation, Rtnetlink.RTM_GETROUTE, 0)
                .u8(SocketAddress.family(destination))
                .u8(address.length * Byte.SIZE)
                .u8(source == null ? 0 : address.length * Byte.SIZE)
                .u8(0)
                .u32(0)
                .u32(RTM_F_LOOKUP_TABLE)
                .attribute(Rtnetlink.RTA_DST, address);
        if (source != null) {
            request.attribute(Rtnetlink.RTA_SRC, source.getAddress());
        }
        if (mark != 0) {
            request.attribute(Rtnetlink.RTA_MARK, mark);
        }
        int scope = SocketAddress.scope(destination);
        if (scope != 0) {
            request.attribute(Rtnetlink.RTA_OIF, scope);
        }
        return socket.request(request).stream()
                .flatMap(message -> Rtnetlink.answer(message).stream())
                .findFirst()
                .orElseThrow(() -> new LinuxException(operation, Errno.ENETUNREACH));
    }

    /** Closes the connection. */
    @Override
    public void close() {
        socket.close();
    }

    private Optional<Link> link(NetlinkRequest request) throws LinuxException {
        try {
            return socket.request(request).stream()
                    .map(Rtnetlink::link)
                    .filter(Objects::nonNull)
                    .findFirst();
        } catch (LinuxException e) {
            if (e.errno() == Errno.ENODEV) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private static NetlinkRequest linkRequest(String operation, int type, int ifindex) {
        return new NetlinkRequest(operation, type, 0)
                .u8(AddressFamily.UNSPEC)
                .u8(0)
                .u16(0)
                .u32(ifindex)
                .u32(0)
                .u32(0);
    }
}
