package dev.culvert.datapath;

import dev.culvert.datapath.NextHops.Hop;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.NeighbourMonitor;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.PacketSocket;
import dev.culvert.tunnel.TunnelConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives tunnels under raw ESP their {@link EspLink}, where the next hop's link address is known and nothing about a packet can
 * choose another way. Such packets pass by the host's output hooks: netfilter sees one a second, and while the host has IPsec
 * policies, one of which may be for them, all go by its stack. The conductor's.
 *
 * <p>{@code -Dculvert.esp.link=false} turns it off.
 */
final class EspLinks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("tunnel");

    private final PollLoop loop;
    private final Map<Tunnel, Hop> tunnels = new HashMap<>();
    private final Map<Integer, PacketSocket> sockets = new HashMap<>();
    private boolean allowed = Boolean.parseBoolean(System.getProperty("culvert.esp.link", "true"));
    private @Nullable Netlink netlink;
    private @Nullable NeighbourMonitor monitor;
    private @Nullable NextHops hops;
    private @Nullable HostIpsec policies;

    /** @param loop the one that sends all ESP */
    EspLinks(PollLoop loop) {
        this.loop = loop;
    }

    /** Takes notice of where a tunnel's packets go now. */
    void path(Tunnel tunnel) {
        Hop hop = Hop.of(tunnel);
        if (hop.equals(tunnels.get(tunnel))) {
            return;
        }
        forget(tunnel);
        NextHops known = fits(tunnel) ? open() : null;
        if (known != null) {
            known.use(hop);
            tunnels.put(tunnel, hop);
            settle(tunnel, hop);
        }
    }

    /** Has a tunnel's packets go by the host's stack, as those of any other. */
    void forget(Tunnel tunnel) {
        tunnel.link = null;
        Hop hop = tunnels.remove(tunnel);
        if (hop == null || hops == null) {
            return;
        }
        hops.release(hop);
        if (tunnels.values().stream().noneMatch(other -> other.ifindex() == hop.ifindex())) {
            close(sockets.remove(hop.ifindex()));
        }
    }

    /** Takes over what has changed about neighbours, interfaces and policies; to be called about twice a second. */
    void watch() {
        NextHops known = hops;
        HostIpsec watched = policies;
        if (known == null || watched == null || tunnels.isEmpty()) {
            return;
        }
        try {
            if (watched.changed()) {
                tunnels.forEach(this::settle);
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
            allowed = false;
            Set.copyOf(tunnels.keySet()).forEach(this::forget);
            return;
        }
        settle(known.news());
        settle(known.refresh());
    }

    @Override
    public void close() {
        sockets.values().forEach(PacketSocket::close);
        if (policies != null) {
            policies.close();
        }
        if (monitor != null) {
            monitor.close();
        }
        if (netlink != null) {
            netlink.close();
        }
    }

    private void settle(Set<Hop> changed) {
        if (!changed.isEmpty()) {
            tunnels.forEach((tunnel, hop) -> {
                if (changed.contains(hop)) {
                    settle(tunnel, hop);
                }
            });
        }
    }

    private void settle(Tunnel tunnel, Hop hop) {
        NextHops known = hops;
        EspLink link = null;
        if (known != null && known.address(hop) != 0 && policies != null && !policies.any()) {
            PacketSocket socket = socket(hop.ifindex());
            link = socket == null ? null : new EspLink(socket, known.address(hop), known.source(hop));
        }
        tunnel.link = link;
    }

    private @Nullable PacketSocket socket(int ifindex) {
        PacketSocket socket = sockets.get(ifindex);
        if (socket == null) {
            try {
                socket = PacketSocket.plainSender(ifindex);
                sockets.put(ifindex, socket);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.DEBUG, e.getMessage()); // the interface has gone
            }
        }
        return socket;
    }

    private void close(@Nullable PacketSocket socket) {
        if (socket != null) {
            loop.command(() -> {
                loop.tunnelSender.flush(); // what was gathered for it
                socket.close();
            });
        }
    }

    private @Nullable NextHops open() {
        if (hops == null && allowed) {
            try {
                policies = HostIpsec.open();
                monitor = NeighbourMonitor.open();
                netlink = Netlink.open();
                hops = new NextHops(netlink, monitor);
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.INFO, "ESP goes by the host''s IP stack: {0}", e.getMessage());
                allowed = false;
            }
        }
        return hops;
    }

    private static boolean fits(Tunnel tunnel) {
        TunnelConfig config = tunnel.config;
        return tunnel.protection != null
                && tunnel.way.ifindex() != 0
                && tunnel.sends()
                && config.egressMark() == 0
                && !config.tosInherited()
                && (TunnelPort.isIpv6(config) || config.dontFragment());
    }
}
