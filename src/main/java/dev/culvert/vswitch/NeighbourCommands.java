package dev.culvert.vswitch;

import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Neighbour;
import dev.culvert.linux.Netlink;
import dev.culvert.packet.IpAddress;
import dev.culvert.unixctl.UnixctlException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** {@code tnl/neigh/*}, formerly {@code tnl/arp/*}: the neighbours that tunnel packets go to, which are the kernel's. */
final class NeighbourCommands {
    private static final String LIFETIME = "net/ipv4/neigh/default/gc_stale_time";

    /** A namespace other than the first has no defaults to read; each of its devices was given them. */
    private static final String LIFETIME_OF_DEVICE = "net/ipv4/neigh/lo/gc_stale_time";

    private static final int MAX_LIFETIME = 3600;

    private final SwitchCommands commands;
    private final Netlink netlink;
    private final HostEntries host;

    NeighbourCommands(SwitchCommands commands, Netlink netlink, HostEntries host) {
        this.commands = commands;
        this.netlink = netlink;
        this.host = host;
    }

    void register() {
        for (String family : List.of("tnl/neigh/", "tnl/arp/")) {
            commands.add(family + "show", "", 0, 0, _ -> show());
            commands.add(family + "set", "BRIDGE IP MAC", 3, 3, this::set);
            commands.add(family + "flush", "", 0, 0, _ -> flush());
            commands.add(family + "aging", "[SECS]", 0, 1, NeighbourCommands::aging);
        }
    }

    private String show() throws UnixctlException {
        try {
            Map<Integer, String> names = new HashMap<>();
            netlink.links().forEach(link -> names.put(link.ifindex(), link.name()));
            List<Neighbour> neighbours = new ArrayList<>(netlink.neighbours());
            neighbours.removeIf(neighbour -> !neighbour.valid() || neighbour.nobody() || neighbour.mac() == 0);
            neighbours.sort(Comparator.comparing(
                    neighbour -> IpAddress.of(neighbour.address()).low(), Long::compareUnsigned));
            StringBuilder text = new StringBuilder();
            text.append("%-46s%-20s%s\n".formatted("IP", "MAC", "Bridge"));
            text.append("=".repeat(74)).append('\n');
            for (Neighbour neighbour : neighbours) {
                text.append("%-46s%-20s%s\n"
                        .formatted(
                                RouteCommands.text(neighbour.address()),
                                Macs.format(neighbour.mac()),
                                names.getOrDefault(neighbour.ifindex(), "?")));
            }
            return text.toString();
        } catch (LinuxException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        }
    }

    private String set(List<String> arguments) throws UnixctlException {
        IpAddress address = IpAddress.parse(arguments.get(1));
        if (address == null) {
            throw new UnixctlException("bad IP address");
        }
        Long mac = Macs.parse(arguments.get(2));
        if (mac == null) {
            throw new UnixctlException("bad MAC address");
        }
        try {
            Link device = netlink.link(arguments.getFirst()).orElse(null);
            if (device == null) {
                throw new UnixctlException("no such interface");
            }
            host.setNeighbour(device, address.toInetAddress(), mac);
            return "OK";
        } catch (LinuxException e) {
            throw new UnixctlException(e.reason());
        }
    }

    private String flush() throws UnixctlException {
        try {
            host.flushNeighbours();
            return "OK";
        } catch (LinuxException e) {
            throw new UnixctlException(e.reason());
        }
    }

    private static String aging(List<String> arguments) throws UnixctlException {
        if (arguments.isEmpty()) {
            return HostSetting.read(HostSetting.exists(LIFETIME) ? LIFETIME : LIFETIME_OF_DEVICE);
        }
        int seconds = Reconciler.number(arguments.getFirst(), 0, 0, MAX_LIFETIME + 1);
        if (seconds < 1 || seconds > MAX_LIFETIME) {
            throw new UnixctlException("bad aging value");
        }
        throw new UnixctlException("neighbours age as the host says: see gc_stale_time in arp(7)");
    }
}
