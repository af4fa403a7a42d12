package dev.culvert.datapath;

import dev.culvert.datapath.NextHops.Hop;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.PacketSocket;
import dev.culvert.tunnel.TunnelConfig;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives tunnels under raw ESP their {@link EspLink}, where the next hop's link address is known and nothing about a packet can
 * choose another way. Such packets pass by the host's output hooks, which are asked about one a second; and while the host has
 * IPsec policies, one of which may be for them, all go by its stack. The conductor's.
 *
 * <p>{@code -Dculvert.esp.link=false} turns it off.
 */
final class EspLinks implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("tunnel");

    /** What is watched while there are tunnels. */
    private record Watched(HostView view, NextHops hops) {}

    private final PollLoop loop;
    private final EspLink.Watch watch = new EspLink.Watch();
    private final Map<Tunnel, Way> tunnels = new HashMap<>();
    private final Map<Integer, PacketSocket> sockets = new HashMap<>();
    private boolean allowed = Boolean.parseBoolean(System.getProperty("culvert.esp.link", "true"));
    private @Nullable Watched host;

    /** @param loop the one that sends all ESP */
    EspLinks(PollLoop loop) {
        this.loop = loop;
    }

    /** Takes notice of where a tunnel's packets go now. */
    void path(Tunnel tunnel) {
        if (tunnel.way.equals(tunnels.get(tunnel))) {
            return;
        }
        forget(tunnel);
        Watched known = fits(tunnel) ? open() : null;
        if (known != null) {
            known.hops.use(Hop.of(tunnel));
            tunnels.put(tunnel, tunnel.way);
        }
    }

    /** Has a tunnel's packets go by the host's stack, as those of any other. */
    void forget(Tunnel tunnel) {
        tunnel.link = null;
        Way way = tunnels.remove(tunnel);
        if (way == null || host == null) {
            return;
        }
        host.hops.release(new Hop(way.ifindex(), way.hop()));
        if (tunnels.values().stream().noneMatch(other -> other.ifindex() == way.ifindex())) {
            close(sockets.remove(way.ifindex()));
        }
    }

    /** Takes over what has changed about neighbours, interfaces and policies; to be called about twice a second. */
    void watch() {
        Watched known = host;
        if (known == null) {
            return;
        }
        try {
            boolean other = known.view.ipsec().changed();
            Set<Hop> changed = new HashSet<>(known.hops.news());
            changed.addAll(known.hops.refresh());
            tunnels.forEach((tunnel, way) -> {
                if (tunnel.linkFailed) {
                    tunnel.linkFailed = false;
                    renew(way.ifindex());
                }
            });
            tunnels.keySet().forEach(tunnel -> {
                if (other || changed.contains(Hop.of(tunnel)) || tunnel.link == null) {
                    settle(known, tunnel);
                }
            });
            watch.nanos = System.nanoTime();
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "ESP goes by the host''s IP stack: {0}", e.getMessage());
            allowed = false;
            Set.copyOf(tunnels.keySet()).forEach(this::forget);
            known.view.close();
            host = null;
        }
    }

    @Override
    public void close() {
        sockets.values().forEach(PacketSocket::close);
        if (host != null) {
            host.view.close();
        }
    }

    /** Has the tunnels by an interface get another socket. */
    private void renew(int ifindex) {
        tunnels.forEach((tunnel, way) -> {
            if (way.ifindex() == ifindex) {
                tunnel.link = null;
            }
        });
        close(sockets.remove(ifindex));
    }

    private void settle(Watched known, Tunnel tunnel) {
        Hop hop = Hop.of(tunnel);
        long address = known.view.ipsec().any() ? 0 : known.hops.address(hop);
        PacketSocket socket = address == 0 ? null : socket(hop.ifindex());
        tunnel.link = socket == null
                ? null
                : new EspLink(
                        socket,
                        watch,
                        tunnel.way.source(),
                        tunnel.config.remote().address(),
                        address,
                        known.hops.source(hop));
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

    private @Nullable Watched open() {
        if (host == null && allowed) {
            try {
                HostView view = HostView.open();
                host = new Watched(view, new NextHops(view.netlink(), view.neighbours()));
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.INFO, "ESP goes by the host''s IP stack: {0}", e.getMessage());
                allowed = false;
            }
        }
        return host;
    }

    private static boolean fits(Tunnel tunnel) {
        TunnelConfig config = tunnel.config;
        return tunnel.protection != null
                && tunnel.way.ifindex() != 0
                && tunnel.sends()
                && config.egressMark() == 0
                && !config.tosInherited()
                && config.tos() == 0
                && (TunnelPort.isIpv6(config) || config.dontFragment());
    }
}
