package dev.culvert.vswitch;

import dev.culvert.datapath.Way;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.PathMtuProbe;
import dev.culvert.linux.Route;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Looks up which ways the packets of tunnels go. Ten thousand tunnels may have one neighbour: what was looked up is kept
 * until {@link #lookAnew}. The conductor's.
 */
final class Paths {
    /** Path MTU where there is no route yet: Ethernet's. */
    private static final int DEFAULT_MTU = 1500;

    /**
     * A way to a neighbour.
     *
     * @param mtu bytes of outer IP that it takes
     * @param egress the interface that packets leave by; 0 where there is no route
     * @param way how they leave where that interface leads to another host
     */
    record Path(int mtu, int egress, Way way) {}

    private record Ends(IpAddress remote, IpAddress local, int mark) {}

    private final Netlink netlink;
    private final Map<Ends, Path> known = new HashMap<>();

    Paths(Netlink netlink) {
        this.netlink = netlink;
    }

    /** Forgets what was looked up: routes may have changed since. */
    void lookAnew() {
        known.clear();
    }

    /** The way of a tunnel's packets; null for one that takes its neighbour from the flow. */
    @Nullable
    Path of(TunnelConfig config) {
        return config.remote().isFixed()
                ? known.computeIfAbsent(
                        new Ends(config.remote().address(), config.local().address(), config.egressMark()), this::look)
                : null;
    }

    private Path look(Ends ends) {
        InetAddress remote = ends.remote.toInetAddress();
        InetAddress local = ends.local.equals(IpAddress.NONE) ? null : ends.local.toInetAddress();
        try (PathMtuProbe probe = PathMtuProbe.open(remote, local, ends.mark)) {
            InetAddress source = probe.localAddress();
            Route route = route(remote, source, ends.mark);
            IpAddress from = IpAddress.of(source);
            // what the stack puts around packets of such a route, nobody else does
            if (route == null || route.type() != Route.UNICAST || route.encapsulated()) {
                return new Path(probe.mtu(), route == null ? 0 : route.ifindex(), new Way(0, from, IpAddress.NONE));
            }
            return new Path(probe.mtu(), route.ifindex(), new Way(route.ifindex(), from, hop(route)));
        } catch (LinuxException e) {
            Route route = route(remote, null, ends.mark);
            Way nowhere = new Way(0, ends.local, IpAddress.NONE);
            return new Path(DEFAULT_MTU, route == null ? 0 : route.ifindex(), nowhere);
        }
    }

    private static IpAddress hop(Route route) {
        InetAddress gateway = route.gateway();
        return IpAddress.of(gateway == null ? route.destination() : gateway);
    }

    private @Nullable Route route(InetAddress remote, @Nullable InetAddress source, int mark) {
        try {
            return netlink.routeTo(remote, source, mark);
        } catch (LinuxException e) {
            return null; // no way: there is nothing to say but that
        }
    }
}
