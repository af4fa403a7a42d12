package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Netlink in namespaces of the test's own, with ip(8) as the other opinion. */
@Timeout(60)
class NetlinkIT {
    private TestNetwork network;
    private Netlink netlink;

    @BeforeEach
    void open() throws Exception {
        network = TestNetwork.of("a", "b");
        network.veth("a", "e0", "b", "e1");
        network.address("a", "e0", "10.9.0.1/24");
        network.address("a", "e0", "fd09::1/64");
        netlink = network.in("a", Netlink::open);
    }

    @AfterEach
    void close() throws Exception {
        netlink.close();
        network.close();
    }

    @Test
    void listsAndFindsLinks() throws Exception {
        assertThat(netlink.links()).extracting(Link::name).containsExactlyInAnyOrder("lo", "e0");
        Link link = netlink.link("e0").orElseThrow();
        assertThat(netlink.link(link.ifindex()).map(Link::name)).contains("e0");
        assertThat(link.kind()).isEqualTo("veth");
        assertThat(link.mtu()).isEqualTo(1500);
        assertThat(link.adminUp()).isTrue();
        assertThat(link.carrier()).isTrue();
        assertThat(link.loopback()).isFalse();
        assertThat(link.linkIndex()).isEqualTo(network.link("b", "e1").ifindex());
        assertThat(network.ip("a", "link show e0")).contains(link.macText());
        assertThat(netlink.link("lo").orElseThrow().loopback()).isTrue();
    }

    @Test
    void findsNoLinkWhereThereIsNone() throws Exception {
        assertThat(netlink.link("e9")).isEmpty();
        assertThat(netlink.link("")).isEmpty();
        assertThat(netlink.link("a-name-of-sixteen")).isEmpty();
        assertThat(netlink.link(0)).isEmpty();
        assertThat(netlink.link(1 << 30)).isEmpty();
    }

    @Test
    void changesALink() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        netlink.setMtu(ifindex, 1400);
        netlink.setMac(ifindex, 0x0211_2233_4455L);
        netlink.setUp(ifindex, false);
        Link link = netlink.link(ifindex).orElseThrow();
        assertThat(link.mtu()).isEqualTo(1400);
        assertThat(link.mac()).isEqualTo(0x0211_2233_4455L);
        assertThat(link.macText()).isEqualTo("02:11:22:33:44:55");
        assertThat(link.adminUp()).isFalse();
        assertThat(link.carrier()).isFalse();
        netlink.setUp(ifindex, true);
        assertThat(netlink.link(ifindex).orElseThrow().adminUp()).isTrue();
    }

    @Test
    void saysWhyTheKernelRefuses() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> netlink.setMtu(ifindex, 10))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EINVAL))
                .withMessageContaining("mtu less than device minimum");
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> netlink.setUp(1 << 30, true))
                .satisfies(e -> assertThat(e.reason()).isEqualTo("No such device"));
    }

    @Test
    void countsWhatALinkCarries() throws Exception {
        LinkStatistics before = netlink.link("e0").orElseThrow().statistics();
        network.address("b", "e1", "10.9.0.2/24");
        network.exec("a", "ping", "-c", "3", "-i", "0.01", "10.9.0.2");
        LinkStatistics after = netlink.link("e0").orElseThrow().statistics();
        assertThat(after.sentPackets()).isGreaterThanOrEqualTo(before.sentPackets() + 3);
        assertThat(after.receivedPackets()).isGreaterThanOrEqualTo(before.receivedPackets() + 3);
        assertThat(after.sentBytes()).isGreaterThanOrEqualTo(before.sentBytes() + 3 * 98);
        assertThat(after.receivedBytes()).isGreaterThanOrEqualTo(before.receivedBytes() + 3 * 98);
    }

    @Test
    void knowsTheMaster() throws Exception {
        network.ip("a", "link add br0 type bridge");
        network.ip("a", "link set e0 master br0");
        Link bridge = netlink.link("br0").orElseThrow();
        assertThat(bridge.kind()).isEqualTo("bridge");
        assertThat(netlink.link("e0").orElseThrow().masterIndex()).isEqualTo(bridge.ifindex());
    }

    @Test
    void listsAddresses() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        assertThat(netlink.addresses())
                .contains(
                        new InterfaceAddress(ifindex, address("10.9.0.1"), 24, 0),
                        new InterfaceAddress(ifindex, address("fd09::1"), 64, 0));
    }

    @Test
    void listsNeighbours() throws Exception {
        network.ip("a", "neigh add 10.9.0.5 lladdr 02:00:00:00:00:05 dev e0");
        network.ip("a", "neigh add fd09::5 lladdr 02:00:00:00:00:06 dev e0");
        List<Neighbour> neighbours = netlink.neighbours();
        assertThat(neighbours)
                .anyMatch(n -> n.address().equals(address("10.9.0.5")) && n.mac() == 0x0200_0000_0005L && n.valid())
                .anyMatch(n -> n.address().equals(address("fd09::5")) && n.mac() == 0x0200_0000_0006L && n.valid());
    }

    @Test
    void listsRoutes() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        network.ip("a", "route add 192.0.2.0/24 via 10.9.0.9 src 10.9.0.1 metric 50 mtu 1300");
        network.ip("a", "route add 198.51.100.0/24 nexthop via 10.9.0.8 nexthop via 10.9.0.9");
        network.ip("a", "-6 route add default via fd09::9");
        network.ip("a", "route add 203.0.113.0/24 via inet6 fd09::9");
        network.ip("a", "route add 203.0.113.0/24 via 10.9.0.9 table 99");
        List<Route> routes = netlink.routes();
        assertThat(routes)
                .contains(new Route(
                        address("192.0.2.0"),
                        24,
                        Route.TABLE_MAIN,
                        Route.UNICAST,
                        3,
                        ifindex,
                        address("10.9.0.9"),
                        address("10.9.0.1"),
                        50,
                        1300,
                        false));
        assertThat(routes)
                .filteredOn(r -> r.destination().equals(address("198.51.100.0")))
                .extracting(Route::gateway)
                .containsExactlyInAnyOrder(address("10.9.0.8"), address("10.9.0.9"));
        assertThat(routes)
                .anyMatch(r -> r.prefixLength() == 0
                        && r.destination().equals(address("::"))
                        && address("fd09::9").equals(r.gateway()));
        assertThat(routes)
                .filteredOn(r -> r.destination().equals(address("203.0.113.0")))
                .extracting(Route::gateway)
                .containsExactly(address("fd09::9"));
        assertThat(routes)
                .anyMatch(r -> r.table() == Route.TABLE_LOCAL
                        && r.type() == Route.LOCAL
                        && r.destination().equals(address("10.9.0.1")));
    }

    @Test
    void tellsOfNeighboursThatComeAndGo() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        try (NeighbourMonitor monitor = network.in("a", NeighbourMonitor::open)) {
            List<Neighbour> changes = new ArrayList<>();
            assertThat(monitor.read(changes::add)).isTrue();
            changes.clear(); // what the namespace was busy with
            netlink.setNeighbour(ifindex, address("10.9.0.6"), 0x0200_0000_0006L, 0);
            netlink.removeNeighbour(netlink.neighbour(ifindex, address("10.9.0.6")));
            assertThat(monitor.read(changes::add)).isTrue();
            assertThat(changes).anyMatch(gone("10.9.0.6"));
            assertThat(changes)
                    .filteredOn(n -> n.address().equals(address("10.9.0.6")))
                    .first()
                    .returns(ifindex, Neighbour::ifindex)
                    .returns(0x0200_0000_0006L, Neighbour::mac)
                    .returns(true, Neighbour::valid);
        }
    }

    @Test
    void aNeighbourMonitorThatFellBehindSaysSoAndIsUpToDateAgain() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        try (NeighbourMonitor monitor = network.in("a", NeighbourMonitor::open)) {
            SocketCalls.setOption(monitor.fd(), SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUF, 1);
            for (int i = 2; i < 200; i++) {
                netlink.setNeighbour(ifindex, address("10.9.0." + i), 0x0200_0000_0006L, 0);
            }
            assertThat(monitor.read(_ -> {})).isFalse();
            assertThat(monitor.read(_ -> {})).isTrue();
            netlink.setNeighbour(ifindex, address("10.9.0.200"), 0x0200_0000_0006L, 0);
            List<Neighbour> changes = new ArrayList<>();
            assertThat(monitor.read(changes::add)).isTrue();
            assertThat(changes).anyMatch(n -> n.address().equals(address("10.9.0.200")));
        }
    }

    private static Predicate<Neighbour> gone(String address) {
        return neighbour -> neighbour.address().equals(address(address)) && !neighbour.valid();
    }

    @Test
    void makesNeighboursAndRoutesThatItFindsAgain() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        for (String of : List.of("10.9.0.5", "fd09::5")) {
            netlink.setNeighbour(ifindex, address(of), 0x0200_0000_0004L, 77);
            netlink.setNeighbour(ifindex, address(of), 0x0200_0000_0005L, 77);
            Neighbour made = netlink.neighbours().stream()
                    .filter(n -> n.address().equals(address(of)))
                    .findFirst()
                    .orElseThrow();
            assertThat(netlink.neighbour(ifindex, address(of))).isEqualTo(made);
            assertThat(netlink.neighbour(ifindex, address("10.9.0.7"))).isNull();
            assertThat(made)
                    .returns(0x0200_0000_0005L, Neighbour::mac)
                    .returns(77, Neighbour::protocol)
                    .returns(true, Neighbour::permanent)
                    .returns(true, Neighbour::valid);
            netlink.removeNeighbour(made);
            assertThat(netlink.neighbours()).noneMatch(n -> n.address().equals(address(of)) && n.valid());
        }
        for (Route wanted : List.of(
                route("192.0.2.0", 24, ifindex, "10.9.0.9"),
                route("198.51.100.0", 24, ifindex, null),
                route("2001:db8::", 32, ifindex, "fd09::9"))) {
            netlink.addRoute(wanted, false);
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> netlink.addRoute(wanted, false))
                    .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.EEXIST));
            netlink.addRoute(wanted, true);
            Route made = netlink.routes().stream()
                    .filter(r -> r.protocol() == 77)
                    .findFirst()
                    .orElseThrow();
            assertThat(made)
                    .returns(wanted.destination(), Route::destination)
                    .returns(wanted.prefixLength(), Route::prefixLength)
                    .returns(wanted.gateway(), Route::gateway)
                    .returns(ifindex, Route::ifindex);
            netlink.removeRoute(made);
            assertThat(netlink.routes()).noneMatch(r -> r.protocol() == 77);
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(() -> netlink.removeRoute(made))
                    .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ESRCH));
        }
    }

    private static Route route(String network, int length, int ifindex, @Nullable String gateway) throws Exception {
        InetAddress by = gateway == null ? null : address(gateway);
        return new Route(address(network), length, Route.TABLE_MAIN, Route.UNICAST, 77, ifindex, by, null, 0, 0, false);
    }

    @Test
    void asksForARoute() throws Exception {
        int ifindex = netlink.link("e0").orElseThrow().ifindex();
        network.ip("a", "route add default via 10.9.0.9");
        network.ip("a", "rule add fwmark 7 table 77");
        network.ip("a", "route add default via 10.9.0.7 table 77");
        Route near = netlink.routeTo(address("10.9.0.2"), 0);
        assertThat(near.gateway()).isNull();
        assertThat(near.ifindex()).isEqualTo(ifindex);
        assertThat(near.source()).isEqualTo(address("10.9.0.1"));
        assertThat(netlink.routeTo(address("192.0.2.1"), 0).gateway()).isEqualTo(address("10.9.0.9"));
        assertThat(netlink.routeTo(address("192.0.2.1"), 7).gateway()).isEqualTo(address("10.9.0.7"));
        assertThat(netlink.routeTo(address("10.9.0.1"), 0).type()).isEqualTo(Route.LOCAL);
        assertThat(netlink.routeTo(address("fd09::2"), 0).source()).isEqualTo(address("fd09::1"));
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> netlink.routeTo(address("2001:db8::1"), 0))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENETUNREACH));
    }

    @Test
    void aDumpOfManyLinksIsComplete() throws Exception {
        StringBuilder batch = new StringBuilder();
        for (int i = 0; i < 300; i++) {
            batch.append("link add v").append(i).append(" type bridge\n");
        }
        String file = Files.writeString(Files.createTempFile("links", ".batch"), batch.toString())
                .toString();
        network.ip("a", "-batch " + file);
        Files.delete(Path.of(file));
        assertThat(netlink.links()).hasSize(302);
    }

    @Test
    void theMonitorSeesWhatHappens() throws Exception {
        try (LinkMonitor monitor = network.in("a", LinkMonitor::open)) {
            assertThat(monitor.read(0)).isEmpty();
            network.ip("a", "link add v0 type veth peer name v1");
            await(
                    monitor,
                    c -> c instanceof NetworkChange.LinkChanged(Link l)
                            && l.name().equals("v0"));
            network.ip("a", "link set v0 up");
            await(
                    monitor,
                    c -> c instanceof NetworkChange.LinkChanged(Link l)
                            && l.name().equals("v0")
                            && l.adminUp());
            network.address("a", "v0", "10.9.8.1/24");
            await(
                    monitor,
                    c -> c instanceof NetworkChange.AddressChanged(InterfaceAddress a)
                            && a.address().equals(address("10.9.8.1")));
            network.ip("a", "route add 192.0.2.0/24 via 10.9.0.9");
            await(
                    monitor,
                    c -> c instanceof NetworkChange.RouteChanged(Route r)
                            && r.destination().equals(address("192.0.2.0")));
            network.ip("a", "route del 192.0.2.0/24");
            await(
                    monitor,
                    c -> c instanceof NetworkChange.RouteRemoved(Route r)
                            && r.destination().equals(address("192.0.2.0")));
            network.ip("a", "addr del 10.9.8.1/24 dev v0");
            await(monitor, c -> c instanceof NetworkChange.AddressRemoved);
            network.ip("a", "link del v0");
            await(
                    monitor,
                    c -> c instanceof NetworkChange.LinkRemoved(Link l)
                            && l.name().equals("v0"));
        }
    }

    @Test
    void leavingABridgeIsNotTheEndOfALink() throws Exception {
        network.ip("a", "link add br0 type bridge");
        network.ip("a", "link set e0 master br0");
        try (LinkMonitor monitor = network.in("a", LinkMonitor::open)) {
            network.ip("a", "link set e0 nomaster");
            network.ip("a", "link set e0 mtu 1401");
            List<NetworkChange> seen =
                    await(monitor, c -> c instanceof NetworkChange.LinkChanged(Link l) && l.mtu() == 1401);
            assertThat(seen).noneMatch(NetworkChange.LinkRemoved.class::isInstance);
        }
    }

    @Test
    void aMonitorThatFellBehindSaysSo() throws Exception {
        try (LinkMonitor monitor = network.in("a", LinkMonitor::open)) {
            // the smallest buffer that the kernel gives
            SocketCalls.setOption(monitor.fd(), SocketOption.SOL_SOCKET, SocketOption.SO_RCVBUF, 1);
            for (int i = 0; i < 30; i++) {
                netlink.setMtu(netlink.link("e0").map(Link::ifindex).orElseThrow(), 1300 + i);
            }
            List<NetworkChange> seen = await(monitor, c -> c instanceof NetworkChange.Resync);
            assertThat(seen).last().isInstanceOf(NetworkChange.Resync.class);
        }
    }

    @Test
    void asksTheDriver() throws Exception {
        EthtoolInfo info = network.in("a", () -> EthtoolInfo.of("e0"));
        assertThat(info.driver()).isEqualTo("veth");
        assertThat(info.speedMbps()).isEqualTo(10_000);
        assertThat(info.duplex()).isEqualTo(EthtoolInfo.Duplex.FULL);
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> EthtoolInfo.of("no-such-link"))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
    }

    @Test
    void aPathsMtuFollowsItsRoute() throws Exception {
        network.ip("a", "route add 192.0.2.0/24 via 10.9.0.9");
        network.address("a", "e0", "10.9.0.3/24");
        PathMtuProbe probe = network.in("a", () -> PathMtuProbe.open(address("192.0.2.1"), null, 0));
        try (probe) {
            assertThat(probe.mtu()).isEqualTo(1500);
            assertThat(probe.localAddress()).isEqualTo(address("10.9.0.1"));
            network.ip("a", "route change 192.0.2.0/24 via 10.9.0.9 src 10.9.0.3 mtu 1300");
            probe.refresh();
            assertThat(probe.mtu()).isEqualTo(1300);
            assertThat(probe.localAddress()).isEqualTo(address("10.9.0.3"));
            network.ip("a", "route del 192.0.2.0/24");
            assertThatExceptionOfType(LinuxException.class)
                    .isThrownBy(probe::refresh)
                    .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENETUNREACH));
            network.ip("a", "route add 192.0.2.0/24 via 10.9.0.9 mtu 1200");
            probe.refresh();
            assertThat(probe.mtu()).isEqualTo(1200);
        }
        try (PathMtuProbe six = network.in("a", () -> PathMtuProbe.open(address("fd09::2"), address("fd09::1"), 0))) {
            assertThat(six.mtu()).isEqualTo(1500);
            assertThat(six.localAddress()).isEqualTo(address("fd09::1"));
            network.ip("a", "link set e0 mtu 1400");
            six.refresh();
            assertThat(six.mtu()).isEqualTo(1400);
        }
    }

    @Test
    void namespacesHaveIdentities() throws Exception {
        long a = network.in("a", NetworkNamespace::current);
        long b = network.in("b", NetworkNamespace::current);
        assertThat(a).isNotEqualTo(b).isNotEqualTo(NetworkNamespace.current());
        assertThat(network.in("a", NetworkNamespace::current)).isEqualTo(a);
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> NetworkNamespace.call("no-such-namespace", () -> Optional.empty()))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENOENT));
    }

    private static List<NetworkChange> await(LinkMonitor monitor, Predicate<NetworkChange> wanted) throws Exception {
        List<NetworkChange> seen = new ArrayList<>();
        while (seen.stream().noneMatch(wanted)) {
            List<NetworkChange> changes = monitor.read(10_000);
            assertThat(changes).as("after %s", seen).isNotEmpty();
            seen.addAll(changes);
        }
        return seen;
    }

    private static InetAddress address(String text) {
        return InetAddress.ofLiteral(text);
    }
}
