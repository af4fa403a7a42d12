package dev.culvert.vswitch;

import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Neighbour;
import dev.culvert.linux.Netlink;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.ipsec.IpsecTrace;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of a traced packet behind a tunnel's port: the way on the underlay, the neighbour, IPsec. What it says of them is
 * what the datapath has been told. One serves one trace; a flood to thousands of tunnels is told in full for the first.
 */
final class TraceTunnels {
    /** Tunnels that are told in full. */
    private static final int FULL_MAX = 32;

    private record Hop(int ifindex, IpAddress address) {}

    private final Netlink netlink;
    private final IpsecTrace ipsec;
    private final Map<Hop, Neighbour> neighbours = new HashMap<>();
    private boolean looked;
    private int told;

    TraceTunnels(Netlink netlink, IpsecTrace ipsec) {
        this.netlink = netlink;
        this.ipsec = ipsec;
    }

    /** Where the lines go. */
    interface Lines {
        /** Something that happens. */
        void detail(String text);

        /** Something that is in the way. */
        void warning(String text);
    }

    /**
     * Tells what becomes of a packet that leaves by a tunnel.
     *
     * @param port the tunnel's name
     * @param path the way of its packets as the datapath knows it; null for one that has no fixed neighbour
     */
    void tell(String port, TunnelConfig config, Paths.@Nullable Path path, Lines lines) {
        lines.detail("output to native tunnel");
        if (told++ >= FULL_MAX) {
            return;
        }
        if (config.remote().flow() || config.outKey().flow()) {
            lines.warning("Tunneling decided against output");
            lines.warning("%s: what flows are to set is dropped as tunnel_not_set".formatted(port));
            return;
        }
        if (path == null || path.egress() == 0) {
            lines.warning("native tunnel routing failed");
            lines.detail(describe(port, config));
            return;
        }
        way(port, config, path, lines);
        IpsecTrace.Outgoing protection = ipsec.of(port);
        if (protection != null && protection.leaves()) {
            lines.detail(protection.text());
        } else if (protection != null) {
            lines.warning(protection.text());
        }
    }

    private void way(String port, TunnelConfig config, Paths.Path path, Lines lines) {
        Link device = device(path.egress());
        String name = device == null ? "interface " + path.egress() : device.name();
        IpAddress hop = path.way().hop();
        boolean leads = path.way().ifindex() != 0;
        IpAddress remote = config.remote().address();
        lines.detail("tunneling to %s via %s".formatted(leads ? hop : remote, name));
        Neighbour neighbour = leads ? neighbour(path.way().ifindex(), hop) : null;
        if (neighbour != null && device != null) {
            lines.detail("tunneling from %s %s to %s %s"
                    .formatted(Macs.format(device.mac()), path.way().source(), Macs.format(neighbour.mac()), remote));
        }
        lines.detail(describe(port, config));
        lines.detail("route: source %s, interface %s, %s, path MTU %d"
                .formatted(
                        path.way().source(),
                        name,
                        !leads
                                ? "to this host itself or with an encapsulation of its own"
                                : hop.equals(remote) ? "on the link" : "next hop " + hop,
                        path.mtu()));
        if (!leads) {
            return;
        }
        lines.detail(
                neighbour == null
                        ? "neighbour: %s has no link address yet, the kernel asks for it".formatted(hop)
                        : "neighbour: %s has %s%s"
                                .formatted(
                                        hop, Macs.format(neighbour.mac()), neighbour.permanent() ? ", for ever" : ""));
    }

    private static String describe(String port, TunnelConfig config) {
        TunnelConfig.Key key = config.outKey();
        return "tunnel: %s, %s to %s, %s%s"
                .formatted(
                        port,
                        config.type().label(),
                        config.remote().address(),
                        key.present() ? "key " + Long.toUnsignedString(key.value()) : "no key",
                        config.type().isUdp() ? ", UDP port " + config.port() : "");
    }

    private @Nullable Link device(int ifindex) {
        try {
            return netlink.link(ifindex).orElse(null);
        } catch (LinuxException e) {
            return null; // gone in the meantime: its number has to do
        }
    }

    /** The kernel's entry that has a link address; null where it has none. */
    private @Nullable Neighbour neighbour(int ifindex, IpAddress hop) {
        if (!looked) {
            looked = true;
            try {
                for (Neighbour neighbour : netlink.neighbours()) {
                    if (neighbour.valid() && neighbour.mac() != 0) {
                        neighbours.put(new Hop(neighbour.ifindex(), IpAddress.of(neighbour.address())), neighbour);
                    }
                }
            } catch (LinuxException e) {
                return null; // as unknown to us as to the packet
            }
        }
        return neighbours.get(new Hop(ifindex, hop));
    }
}
