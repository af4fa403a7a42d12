package dev.culvert.vswitch;

import dev.culvert.linux.InterfaceAddress;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.Route;
import dev.culvert.packet.IpAddress;
import dev.culvert.unixctl.UnixctlException;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * {@code ovs/route/*}: the ways of tunnel packets, which are the host's. What is added here becomes a route of the kernel's main
 * table.
 */
final class RouteCommands {
    private static final String MARK = "pkt_mark=";
    private static final int LOOPBACK = 1;

    private final SwitchCommands commands;
    private final Netlink netlink;
    private final HostEntries host;

    RouteCommands(SwitchCommands commands, Netlink netlink, HostEntries host) {
        this.commands = commands;
        this.netlink = netlink;
        this.host = host;
    }

    void register() {
        commands.add("ovs/route/show", "", 0, 0, _ -> show());
        commands.add("ovs/route/lookup", "ip_addr [pkt_mark=mark]", 1, 2, this::lookup);
        commands.add("ovs/route/add", "ip_addr/prefix_len out_br_name [gw] [pkt_mark=mark]", 2, 4, this::add);
        commands.add("ovs/route/del", "ip_addr/prefix_len [pkt_mark=mark]", 1, 2, this::remove);
    }

    private String show() throws UnixctlException {
        try {
            Map<Integer, String> names = new HashMap<>();
            netlink.links().forEach(link -> names.put(link.ifindex(), link.name()));
            List<InterfaceAddress> addresses = netlink.addresses();
            StringBuilder text = new StringBuilder("Route Table:\n");
            netlink.routes().stream()
                    .filter(RouteCommands::leadsSomewhere)
                    .sorted(Comparator.comparingInt((Route route) -> -rank(route))
                            .thenComparing(
                                    route -> IpAddress.of(route.destination()).high(), Long::compareUnsigned)
                            .thenComparing(
                                    route -> IpAddress.of(route.destination()).low(), Long::compareUnsigned))
                    .forEach(route -> text.append(line(route, names, addresses)));
            return text.toString();
        } catch (LinuxException e) {
            throw new UnixctlException(String.valueOf(e.getMessage()));
        }
    }

    private static boolean leadsSomewhere(Route route) {
        return route.type() == Route.UNICAST || route.type() == Route.LOCAL;
    }

    /** Longer prefixes first, and the host's own addresses before them. */
    private static int rank(Route route) {
        int length = route.prefixLength() + (route.destination().getAddress().length == 4 ? 96 : 0);
        return route.type() == Route.LOCAL ? length + 64 : length;
    }

    private static String line(Route route, Map<Integer, String> names, List<InterfaceAddress> addresses) {
        StringBuilder text = new StringBuilder();
        text.append(route.protocol() == HostEntries.PROTOCOL ? "User: " : "Cached: ");
        text.append(text(route.destination())).append('/').append(route.prefixLength());
        text.append(" dev ").append(names.getOrDefault(route.ifindex(), "?"));
        InetAddress gateway = route.gateway();
        if (gateway != null) {
            text.append(" GW ").append(text(gateway));
        }
        InetAddress source = route.source() != null ? route.source() : source(route, addresses);
        if (source != null) {
            text.append(" SRC ").append(text(source));
        }
        return text.append(route.type() == Route.LOCAL ? " local\n" : "\n").toString();
    }

    /** The address that packets get where the route itself names none. */
    private static @Nullable InetAddress source(Route route, List<InterfaceAddress> addresses) {
        if (route.type() == Route.LOCAL) {
            return route.destination();
        }
        boolean linkLocal = route.destination().isLinkLocalAddress();
        for (InterfaceAddress address : addresses) {
            if (address.ifindex() == route.ifindex()
                    && address.address().getClass().equals(route.destination().getClass())
                    && address.address().isLinkLocalAddress() == linkLocal) {
                return address.address();
            }
        }
        return null;
    }

    static String text(InetAddress address) {
        return IpAddress.of(address).toString();
    }

    private String lookup(List<String> arguments) throws UnixctlException {
        IpAddress wanted = IpAddress.parse(arguments.getFirst());
        if (wanted == null) {
            throw new UnixctlException("Invalid parameters");
        }
        Long mark = arguments.size() > 1 ? mark(arguments.get(1)) : Long.valueOf(0);
        if (mark == null) {
            throw new UnixctlException("Invalid pkt_mark");
        }
        try {
            Route route = netlink.routeTo(wanted.toInetAddress(), mark.intValue());
            int ifindex = route.type() == Route.LOCAL ? owner(wanted, route.ifindex()) : route.ifindex();
            Link device = netlink.link(ifindex).orElse(null);
            InetAddress source = route.source();
            InetAddress gateway = route.gateway();
            if (device == null || !leadsSomewhere(route)) {
                throw new UnixctlException("Not found");
            }
            return "src %s\ngateway %s\ndev %s\n"
                    .formatted(
                            source == null ? "::" : text(source),
                            gateway == null ? "::" : text(gateway),
                            device.name());
        } catch (LinuxException e) {
            throw new UnixctlException("Not found");
        }
    }

    /** The interface that has an address of this host; to the kernel all of them lead to the loopback interface. */
    private int owner(IpAddress address, int otherwise) throws LinuxException {
        for (InterfaceAddress own : netlink.addresses()) {
            if (IpAddress.of(own.address()).equals(address)) {
                return own.ifindex();
            }
        }
        return otherwise == 0 ? LOOPBACK : otherwise;
    }

    /** A network as the commands take it. */
    private record Prefix(InetAddress network, int length) {
        static Prefix parse(String text) throws UnixctlException {
            int slash = text.indexOf('/');
            IpAddress address = IpAddress.parse(slash < 0 ? text : text.substring(0, slash));
            if (address == null) {
                throw new UnixctlException("Invalid parameters");
            }
            int width = address.isIpv4() ? 32 : 128;
            int length = slash < 0 ? width : Reconciler.number(text.substring(slash + 1), -1, -1, width + 1);
            if (length < 0 || length > width) {
                throw new UnixctlException("Invalid parameters");
            }
            return new Prefix(masked(address.toInetAddress(), length), length);
        }

        private static InetAddress masked(InetAddress address, int length) {
            byte[] bytes = address.getAddress();
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] &= (byte) (0xff00 >>> Math.clamp(length - i * 8L, 0, 8));
            }
            IpAddress network = bytes.length == 4
                    ? IpAddress.ofIpv4(java.nio.ByteBuffer.wrap(bytes).getInt())
                    : new IpAddress(
                            java.nio.ByteBuffer.wrap(bytes).getLong(0),
                            java.nio.ByteBuffer.wrap(bytes).getLong(8));
            return network.toInetAddress();
        }
    }

    private String add(List<String> arguments) throws UnixctlException {
        Prefix prefix = Prefix.parse(arguments.getFirst());
        IpAddress gateway = null;
        for (String argument : arguments.subList(2, arguments.size())) {
            IpAddress parsed = IpAddress.parse(argument);
            if (mark(argument) != null) {
                throw new UnixctlException(
                        "a route for marked packets alone needs a rule of the host's: see ip-rule(8)");
            } else if (parsed == null || gateway != null) {
                throw new UnixctlException("Invalid pkt_mark or gateway");
            }
            gateway = parsed;
        }
        try {
            Link device = netlink.link(arguments.get(1)).orElse(null);
            if (device == null) {
                throw new UnixctlException("Error while inserting route.");
            }
            host.addRoute(prefix.network, prefix.length, device, gateway == null ? null : gateway.toInetAddress());
            return "OK";
        } catch (LinuxException e) {
            throw new UnixctlException("Error while inserting route.");
        }
    }

    private String remove(List<String> arguments) throws UnixctlException {
        Prefix prefix = Prefix.parse(arguments.getFirst());
        Long mark = arguments.size() > 1 ? mark(arguments.get(1)) : Long.valueOf(0);
        if (mark == null) {
            throw new UnixctlException("Invalid pkt_mark");
        }
        try {
            if (!Objects.equals(mark, 0L) || !host.removeRoute(prefix.network, prefix.length)) {
                throw new UnixctlException("Not found");
            }
            return "OK";
        } catch (LinuxException e) {
            throw new UnixctlException("Not found");
        }
    }

    /** The mark that an argument names, or null. */
    private static @Nullable Long mark(String argument) {
        if (!argument.startsWith(MARK)) {
            return null;
        }
        try {
            long mark = Long.decode(argument.substring(MARK.length()));
            return mark >= 0 && mark >>> 32 == 0 ? mark : null;
        } catch (NumberFormatException e) {
            return null;
        }
    }
}
