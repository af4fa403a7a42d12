package dev.culvert.observe.doctor;

import dev.culvert.linux.InterfaceAddress;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Neighbour;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.Route;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.SwitchState;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The way to a tunnel's other end: addresses, route, interface, neighbour, answers, and what size of packet gets through. */
final class UnderlayCheck {
    /** A path that takes less has no room for a tunnel in which IPv6 works (RFC 8200 section 5). */
    private static final int LEAST = 1280;

    /** What a tunnel over IPv6 with VXLAN puts around a frame, the largest here. */
    private static final int OVERHEAD = 70;

    private final Netlink netlink;
    private final Set<IpAddress> own;
    private final boolean pings = Echo.isAvailable();

    /** Remote ends that were looked at, and whether they answer. */
    private final Map<IpAddress, Boolean> answers = new HashMap<>();

    UnderlayCheck(Netlink netlink) throws LinuxException {
        this.netlink = netlink;
        own = netlink.addresses().stream()
                .map(InterfaceAddress::address)
                .map(IpAddress::of)
                .collect(Collectors.toSet());
    }

    /** This host's addresses. */
    Set<IpAddress> own() {
        return own;
    }

    /** Whether packets to a tunnel's other end have a chance; each end is looked at once. */
    boolean check(SwitchState.Port port, TunnelConfig config, List<Finding> findings) throws LinuxException {
        IpAddress remote = config.remote().address();
        Boolean known = answers.get(remote);
        if (known != null) {
            return known;
        }
        boolean works = look(port, config, remote, findings);
        answers.put(remote, works);
        return works;
    }

    private boolean look(SwitchState.Port port, TunnelConfig config, IpAddress remote, List<Finding> findings)
            throws LinuxException {
        String name = port.name();
        IpAddress local = config.local().address();
        if (own.contains(remote)) {
            findings.add(new Finding(
                    name,
                    "remote_ip " + remote + " is an address of this host itself",
                    "set it to the other host's: ovs-vsctl set interface " + name + " options:remote_ip=ADDRESS"));
            return false;
        }
        if (!local.equals(IpAddress.NONE) && !own.contains(local)) {
            findings.add(new Finding(
                    name,
                    "local_ip " + local + " is no address of this host",
                    "set it to one that is, or leave it out"));
            return false;
        }
        SwitchState.Egress way = port.way();
        Link out = way == null || way.ifindex() == 0
                ? null
                : netlink.link(way.ifindex()).orElse(null);
        if (out == null) {
            return withoutRoute(name, remote, findings);
        }
        if (!out.adminUp() || !out.carrier()) {
            findings.add(down(name, out));
            return false;
        }
        if (!pings) {
            return true;
        }
        if (!Echo.answers(remote, local, 0)) {
            findings.add(silent(name, remote, out));
            return false;
        }
        int mtu = way == null ? out.mtu() : way.mtu();
        if (!Echo.answers(remote, local, mtu)) {
            int largest = Echo.largest(remote, local, mtu);
            findings.add(new Finding(
                    name,
                    "packets of %d bytes do not get to %s, though %s takes them; %d do"
                            .formatted(mtu, remote, out.name(), largest),
                    "ip link set %s mtu %d, or enlarge what is narrower on the way".formatted(out.name(), largest)));
        } else if (mtu < LEAST + OVERHEAD) {
            findings.add(new Finding(
                    name,
                    "the path to %s takes %d bytes, %d less than a tunnel needs for IPv6 and full speed"
                            .formatted(remote, mtu, LEAST + OVERHEAD - mtu),
                    "ip link set %s mtu 1500".formatted(out.name())));
        }
        return true;
    }

    /** Without a route; often because the interface that it went by is down. */
    private boolean withoutRoute(String name, IpAddress remote, List<Finding> findings) throws LinuxException {
        for (InterfaceAddress address : netlink.addresses()) {
            if (covers(address, remote)) {
                Link link = netlink.link(address.ifindex()).orElse(null);
                if (link != null && (!link.adminUp() || !link.carrier())) {
                    findings.add(down(name, link));
                    return false;
                }
            }
        }
        findings.add(new Finding(
                name,
                "there is no route to " + remote,
                "correct remote_ip, or add the route: ip route add " + remote + " via ROUTER"));
        return false;
    }

    private static Finding down(String name, Link link) {
        return link.adminUp()
                ? new Finding(
                        name,
                        "its underlay " + link.name() + " has no carrier",
                        "plug the cable in, or set its other end up")
                : new Finding(name, "its underlay " + link.name() + " is down", "ip link set " + link.name() + " up");
    }

    private static boolean covers(InterfaceAddress address, IpAddress remote) {
        byte[] network = address.address().getAddress();
        byte[] host = remote.toInetAddress().getAddress();
        if (network.length != host.length) {
            return false;
        }
        for (int bit = 0; bit < address.prefixLength(); bit++) {
            int mask = 0x80 >> bit % 8;
            if (((network[bit / 8] ^ host[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    private Finding silent(String name, IpAddress remote, Link out) throws LinuxException {
        InetAddress hop = nextHop(remote);
        Neighbour neighbour = netlink.neighbour(out.ifindex(), hop);
        if (neighbour == null || !neighbour.valid()) {
            return new Finding(
                    name,
                    "nobody on %s answers for %s".formatted(out.name(), hop.getHostAddress()),
                    hop.equals(remote.toInetAddress())
                            ? "is remote_ip right, and the other host up? ovs-vsctl set interface " + name
                                    + " options:remote_ip=ADDRESS"
                            : "is the router up, and the route right? ip route get " + remote);
        }
        return new Finding(
                name,
                remote + " does not answer pings, though its link address is known",
                "is there a firewall on the way, or is the other host's route back missing?");
    }

    private InetAddress nextHop(IpAddress remote) throws LinuxException {
        Route route = netlink.routeTo(remote.toInetAddress(), 0);
        @Nullable InetAddress gateway = route.gateway();
        return gateway == null ? remote.toInetAddress() : gateway;
    }
}
