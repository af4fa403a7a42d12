package dev.culvert.linux;

import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A route, or the answer where packets to one destination go.
 *
 * @param destination the network's address; of an answer, the destination itself
 * @param prefixLength how many leading bits the network has; 0 for a default route
 * @param table the routing table: 254 main, 255 local
 * @param type RTN_* of linux/rtnetlink.h: 1 unicast, 2 local, 3 broadcast, 6 blackhole, 7 unreachable
 * @param protocol who made it, RTPROT_* of linux/rtnetlink.h
 * @param ifindex the interface that packets leave by; 0 when the type has none
 * @param gateway the next router; null when the destination is on the link
 * @param source the source address that the kernel prefers; null when the route names none
 * @param priority the metric: lower wins
 * @param mtu the route's own limit in bytes; 0 when it has none, and the interface's counts
 * @param encapsulated whether it puts headers of its own around packets (MPLS, segment routing; ip-route(8), encap)
 */
public record Route(
        InetAddress destination,
        int prefixLength,
        int table,
        int type,
        int protocol,
        int ifindex,
        @Nullable InetAddress gateway,
        @Nullable InetAddress source,
        long priority,
        int mtu,
        boolean encapsulated) {
    /** Table of the addresses that are this host's own. */
    public static final int TABLE_LOCAL = 255;
    /** Table of ordinary routes. */
    public static final int TABLE_MAIN = 254;
    /** Type: packets go to a neighbour or a router. */
    public static final int UNICAST = 1;
    /** Type: packets are for this host. */
    public static final int LOCAL = 2;

    /** Tells whether the route is of one of the two tables that every host uses. */
    boolean ordinary() {
        return table == TABLE_MAIN || table == TABLE_LOCAL;
    }
}
