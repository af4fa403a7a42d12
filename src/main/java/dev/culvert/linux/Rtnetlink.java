package dev.culvert.linux;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The messages of rtnetlink(7), turned into records. A message of another kind, or cut short, is null or nothing. */
final class Rtnetlink {
    static final int RTM_NEWLINK = 16;
    static final int RTM_DELLINK = 17;
    static final int RTM_GETLINK = 18;
    static final int RTM_SETLINK = 19;
    static final int RTM_NEWADDR = 20;
    static final int RTM_DELADDR = 21;
    static final int RTM_GETADDR = 22;
    static final int RTM_NEWROUTE = 24;
    static final int RTM_DELROUTE = 25;
    static final int RTM_GETROUTE = 26;
    static final int RTM_NEWNEIGH = 28;
    static final int RTM_DELNEIGH = 29;
    static final int RTM_GETNEIGH = 30;
    static final int RTM_NEWRULE = 32;
    static final int RTM_DELRULE = 33;
    static final int RTM_NEWNEXTHOP = 104;
    static final int RTM_DELNEXTHOP = 105;

    static final int IFINFO_SIZE = 16;
    static final int IFADDR_SIZE = 8;
    static final int RTMSG_SIZE = 12;
    static final int NDMSG_SIZE = 12;
    static final int NEXTHOP_SIZE = 8;

    static final int IFLA_ADDRESS = 1;
    static final int IFLA_IFNAME = 3;
    static final int IFLA_MTU = 4;
    static final int RTA_DST = 1;
    static final int RTA_SRC = 2;
    static final int RTA_OIF = 4;
    static final int RTA_MARK = 16;

    static final int STATISTICS_SIZE = 23 * 8;
    static final int IFLA_LINK = 5;
    static final int IFLA_MASTER = 10;
    static final int IFLA_LINKINFO = 18;
    static final int IFLA_STATS64 = 23;
    static final int IFLA_LINK_NETNSID = 37;
    static final int IFLA_TARGET_NETNSID = 46;
    static final int IFLA_INFO_KIND = 1;
    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int NDA_DST = 1;
    static final int NDA_LLADDR = 2;
    static final int NDA_PROTOCOL = 12;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_METRICS = 8;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_TABLE = 15;
    static final int RTA_VIA = 18;
    static final int RTA_ENCAP_TYPE = 21;
    static final int RTAX_MTU = 2;
    static final int SCOPE_LINK = 253;

    /** A copy of a route that the kernel made for one destination, which is no configuration. */
    static final int RTM_F_CLONED = 0x200;

    private Rtnetlink() {}

    /** Reads RTM_NEWLINK or RTM_DELLINK (struct ifinfomsg). */
    static @Nullable Link link(NetlinkMessage message) {
        ByteBuffer payload = message.payload();
        // a bridge tells of its ports in messages of the same type but its own family, DELLINK for a port that it let
        // go
        if (payload.limit() < IFINFO_SIZE || payload.get(0) != AddressFamily.UNSPEC) {
            return null;
        }
        NetlinkAttributes attributes = message.attributes(IFINFO_SIZE);
        return new Link(
                payload.getInt(4),
                attributes.text(IFLA_IFNAME),
                attributes.mac(IFLA_ADDRESS),
                attributes.u32(IFLA_MTU, 0),
                payload.getInt(8),
                attributes.nested(IFLA_LINKINFO).text(IFLA_INFO_KIND),
                attributes.u32(IFLA_MASTER, 0),
                attributes.u32(IFLA_LINK, 0),
                statistics(attributes.bytes(IFLA_STATS64)));
    }

    /** Reads RTM_NEWADDR or RTM_DELADDR (struct ifaddrmsg). */
    static @Nullable InterfaceAddress address(NetlinkMessage message) {
        ByteBuffer payload = message.payload();
        if (payload.limit() < IFADDR_SIZE) {
            return null;
        }
        NetlinkAttributes attributes = message.attributes(IFADDR_SIZE);
        // on a point-to-point interface IFA_ADDRESS is the other side's; IFA_LOCAL is ours wherever there is one
        InetAddress local = attributes.address(IFA_LOCAL);
        InetAddress address = local != null ? local : attributes.address(IFA_ADDRESS);
        return address == null
                ? null
                : new InterfaceAddress(
                        payload.getInt(4),
                        address,
                        Byte.toUnsignedInt(payload.get(1)),
                        Byte.toUnsignedInt(payload.get(3)));
    }

    /** Reads RTM_NEWNEIGH (struct ndmsg). */
    static @Nullable Neighbour neighbour(NetlinkMessage message) {
        ByteBuffer payload = message.payload();
        if (payload.limit() < NDMSG_SIZE || payload.get(0) == AddressFamily.BRIDGE) {
            return null; // what a bridge or a vxlan device has learnt has the same form
        }
        NetlinkAttributes attributes = message.attributes(NDMSG_SIZE);
        InetAddress address = attributes.address(NDA_DST);
        return address == null
                ? null
                : new Neighbour(
                        payload.getInt(4),
                        address,
                        attributes.mac(NDA_LLADDR),
                        Short.toUnsignedInt(payload.getShort(8)),
                        attributes.u8(NDA_PROTOCOL));
    }

    /** Reads RTM_NEWROUTE or RTM_DELROUTE (struct rtmsg): one route for each of its next hops. */
    static List<Route> routes(NetlinkMessage message) {
        ByteBuffer payload = message.payload();
        if (payload.limit() < RTMSG_SIZE || (payload.getInt(8) & RTM_F_CLONED) != 0) {
            return List.of();
        }
        return hops(payload, message.attributes(RTMSG_SIZE));
    }

    /** Reads the answer to a question for one destination, which is always such a copy. */
    static List<Route> answer(NetlinkMessage message) {
        return message.payload().limit() < RTMSG_SIZE
                ? List.of()
                : hops(message.payload(), message.attributes(RTMSG_SIZE));
    }

    private static List<Route> hops(ByteBuffer payload, NetlinkAttributes attributes) {
        ByteBuffer multipath = attributes.bytes(RTA_MULTIPATH);
        if (multipath == null) {
            return route(payload, attributes, attributes, attributes.u32(RTA_OIF, 0));
        }
        List<Route> routes = new ArrayList<>();
        int at = 0;
        while (multipath.limit() - at >= NEXTHOP_SIZE) {
            int length = Short.toUnsignedInt(multipath.getShort(at));
            if (length < NEXTHOP_SIZE || length > multipath.limit() - at) {
                break;
            }
            ByteBuffer hop = multipath.slice(at, length).order(ByteOrder.nativeOrder());
            routes.addAll(route(payload, attributes, NetlinkAttributes.parse(hop, NEXTHOP_SIZE), hop.getInt(4)));
            at += NetlinkAttributes.aligned(length);
        }
        return routes;
    }

    private static List<Route> route(ByteBuffer payload, NetlinkAttributes route, NetlinkAttributes hop, int ifindex) {
        InetAddress any = unspecified(payload.get(0));
        if (any == null) {
            return List.of();
        }
        InetAddress destination = route.address(RTA_DST);
        InetAddress gateway = hop.address(RTA_GATEWAY);
        return List.of(new Route(
                destination != null ? destination : any,
                Byte.toUnsignedInt(payload.get(1)),
                route.u32(RTA_TABLE, Byte.toUnsignedInt(payload.get(4))),
                Byte.toUnsignedInt(payload.get(7)),
                Byte.toUnsignedInt(payload.get(5)),
                ifindex,
                gateway != null ? gateway : hop.addressAfterFamily(RTA_VIA),
                route.address(RTA_PREFSRC),
                Integer.toUnsignedLong(route.u32(RTA_PRIORITY, 0)),
                route.nested(RTA_METRICS).u32(RTAX_MTU, 0),
                hop.bytes(RTA_ENCAP_TYPE) != null));
    }

    private static @Nullable InetAddress unspecified(int family) {
        try {
            return switch (family) {
                case AddressFamily.INET -> InetAddress.getByAddress(new byte[4]);
                case AddressFamily.INET6 -> InetAddress.getByAddress(new byte[16]);
                default -> null;
            };
        } catch (UnknownHostException impossible) {
            throw new AssertionError("4 or 16 bytes are an address", impossible);
        }
    }

    private static LinkStatistics statistics(@Nullable ByteBuffer s) {
        if (s == null || s.limit() < STATISTICS_SIZE) {
            return LinkStatistics.NONE;
        }
        // in the order of struct rtnl_link_stats64, of which length errors (10) are not kept
        return new LinkStatistics(
                s.getLong(0),
                s.getLong(8),
                s.getLong(16),
                s.getLong(24),
                s.getLong(32),
                s.getLong(40),
                s.getLong(48),
                s.getLong(56),
                s.getLong(64),
                s.getLong(72),
                s.getLong(88),
                s.getLong(96),
                s.getLong(104),
                s.getLong(120));
    }
}
