package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is true of flows that the kernel forwards: where they live, what they count, and when they leave. */
@Timeout(180)
class KernelOffloadIT {
    private TestNetwork network;
    private Guests guests;
    private CulvertBox one;
    private CulvertBox two;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("l", "l2", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "fd56::12/64");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("l2", "veth1", "b1", "p2");
        network.veth("r", "veth1", "b2", "p1");
        guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        network.address("l2", "veth1", "10.0.0.3/24");
        one = new CulvertBox(network, "b1");
        two = new CulvertBox(network, "b2");
        one.vsctl("add-br sw1 -- add-port sw1 p1 -- add-port sw1 p2");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterEach
    void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    private void join(String type, String here, String there, String options) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=\"%s\"%s";
        one.vsctl(line.formatted("sw1", type, there, options));
        two.vsctl(line.formatted("sw2", type, here, options));
        guests.awaitEachOther();
    }

    private void join() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", " options:key=123");
    }

    /** Sends a few packets until both directions of both boxes are in the kernel. */
    private void settle() {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
            assertThat(inKernel(one)).as(one.appctl("offload/show")).isGreaterThanOrEqualTo(2);
            assertThat(inKernel(two)).as(two.appctl("offload/show")).isGreaterThanOrEqualTo(2);
        });
    }

    private static int inKernel(CulvertBox box) throws Exception {
        return shown(box, "flows in the kernel");
    }

    /** Waits until both boxes know whom they hand their tunnel's packets to. */
    private void awaitNeighbours() {
        for (CulvertBox box : List.of(one, two)) {
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> shown(box, "tunnels with the link address of their next hop") == 1);
        }
    }

    private static int shown(CulvertBox box, String what) throws Exception {
        Matcher matcher = Pattern.compile(what + ": (\\d+)").matcher(box.appctl("offload/show"));
        assertThat(matcher.find()).as(what).isTrue();
        return Integer.parseInt(matcher.group(1));
    }

    @ParameterizedTest
    @CsvSource({
        "vxlan, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "geneve, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "gre, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "gre, 192.168.56.11, 192.168.56.12, ''",
        "gre, fd56::11, fd56::12, ' options:key=123'",
        "vxlan, fd56::11, fd56::12, ' options:key=123 options:csum=false'",
        "geneve, fd56::11, fd56::12, ' options:key=123 options:csum=false'",
    })
    void establishedFlowsAreTheKernels(String type, String here, String there, String options) throws Exception {
        network.address("l", "veth1", "fd10::1/64");
        network.address("r", "veth1", "fd10::2/64");
        join(type, here, there, options);
        settle();
        awaitNeighbours();
        // nobody but the kernel can answer while both daemons are stopped
        stopped(() -> {
            assertThat(guests.ping("l", 20, Guests.RIGHT)).isEqualTo(20);
            // both ends believe in 1500 bytes, and were told in their SYNs what fits: nothing has to be cut
            guests.assertTcp();
            return true;
        });
        assertThat(guests.ping("l", 5, "fd10::2")).isEqualTo(5);
        guests.assertJoined();
        assertThat(one.appctl("dpctl/dump-flows -m")).contains("offloaded:yes, dp:bpf");
        assertThat(inKernel(one)).isPositive();
    }

    private interface Task {
        boolean run() throws Exception;
    }

    private void stopped(Task task) throws Exception {
        signal("STOP");
        try {
            task.run();
        } finally {
            signal("CONT");
        }
    }

    private void signal(String name) throws Exception {
        for (CulvertBox box : List.of(one, two)) {
            Outcome.of(Map.of(), List.of("kill", "-" + name, "" + pid(box))).text();
        }
    }

    private static String pid(CulvertBox box) throws Exception {
        return Files.readString(box.folder.resolve("ovs-vswitchd.pid")).strip();
    }

    @Test
    void withoutASignOfLifeNothingIsForwarded() throws Exception {
        join();
        settle();
        stopped(() -> {
            await().atMost(Duration.ofSeconds(20)).until(() -> guests.ping("l", 3, Guests.RIGHT) == 0);
            return true;
        });
        guests.awaitEachOther();
    }

    @Test
    void aDaemonThatIsKilledLeavesNothing() throws Exception {
        Set<String> before = programs();
        join();
        settle();
        Set<String> ours = programs();
        ours.removeAll(before);
        assertThat(ours).isNotEmpty();
        one.daemon().destroyForcibly().waitFor();
        two.daemon().destroyForcibly().waitFor();
        await().atMost(Duration.ofSeconds(5)).until(() -> programs().stream().noneMatch(ours::contains));
        assertThat(guests.ping("l", 3, Guests.RIGHT)).isZero();
    }

    /** The numbers of the programs in the kernel that are of this kind, whoever has loaded them. */
    private static Set<String> programs() throws Exception {
        return Outcome.of(Map.of(), List.of("bpftool", "prog", "show"))
                .text()
                .lines()
                .filter(line -> line.contains(" from_underlay ") || line.contains(" from_port "))
                .map(line -> line.substring(0, line.indexOf(':')))
                .collect(Collectors.toCollection(HashSet::new));
    }

    @Test
    void whatTheKernelForwardsIsCounted() throws Exception {
        join();
        settle();
        await().atMost(Duration.ofSeconds(15)).until(() -> statistic("tun0", "tx_packets") > 0);
        Thread.sleep(6000); // what came before is written by now
        long tunnelBefore = statistic("tun0", "tx_packets");
        long deviceBefore = statistic("p1", "tx_packets");
        long ruleBefore = rulePackets();
        guests.ping("l", 200, Guests.RIGHT);
        await().atMost(Duration.ofSeconds(15)).untilAsserted(() -> {
            assertThat(statistic("tun0", "tx_packets") - tunnelBefore).isBetween(200L, 215L);
            assertThat(statistic("p1", "tx_packets") - deviceBefore).isBetween(200L, 215L);
        });
        assertThat(rulePackets() - ruleBefore).isBetween(400L, 430L);
        assertThat(statistic("tun0", "tx_bytes")).isGreaterThan(200 * 98);
        String flow = one.appctl("dpctl/dump-flows -m")
                .lines()
                .filter(line -> line.contains("dp:bpf"))
                .findFirst()
                .orElseThrow();
        assertThat(flow).containsPattern("packets:[1-9]\\d\\d").doesNotContain("used:never");
    }

    private long statistic(String name, String counter) throws Exception {
        Outcome value = one.tool("vsctl", "get", "interface", name, "statistics:" + counter);
        return value.status() != 0 ? 0 : Long.parseLong(value.out().strip()); // none was written yet
    }

    private long rulePackets() throws Exception {
        Matcher matcher = Pattern.compile("n_packets=(\\d+)").matcher(one.ofctl("dump-flows sw1"));
        assertThat(matcher.find()).isTrue();
        return Long.parseLong(matcher.group(1));
    }

    @Test
    void whatTheKernelForwardsKeepsStationsFromAgeing() throws Exception {
        one.vsctl("set bridge sw1 other_config:mac-aging-time=15");
        join();
        settle();
        guests.ping("l", 360, Guests.RIGHT); // 18 s, all of it in the kernel
        assertThat(one.appctl("fdb/show sw1").lines().count())
                .as(one.appctl("fdb/show sw1"))
                .isGreaterThan(2);
    }

    @Test
    void idleFlowsLeave() throws Exception {
        join();
        settle();
        network.ip("l", "link set veth1 down");
        await().atMost(Duration.ofSeconds(30)).until(() -> inKernel(one) == 0);
    }

    @Test
    void itIsTurnedOffAndOn() throws Exception {
        join();
        settle();
        one.vsctl("set open_vswitch . other_config:kernel-offload=false");
        assertThat(inKernel(one)).isZero();
        assertThat(one.appctl("offload/show")).contains("off, turned off");
        guests.assertJoined();
        assertThat(one.appctl("dpctl/dump-flows -m")).contains("dp:ovs").doesNotContain("dp:bpf");
        one.vsctl("remove open_vswitch . other_config kernel-offload");
        settle();
    }

    @Test
    void aStationThatMovesIsFollowed() throws Exception {
        join();
        settle();
        String mac = network.exec("l", "cat", "/sys/class/net/veth1/address").strip();
        network.ip("l", "link set veth1 down");
        network.ip("l2", "link set veth1 address " + mac);
        network.ip("l2", "address del 10.0.0.3/24 dev veth1");
        network.ip("l2", "address add " + Guests.LEFT + "/24 dev veth1");
        guests.awaitAnswer("l2", Guests.RIGHT);
        assertThat(guests.ping("r", 10, Guests.LEFT)).isEqualTo(10);
        assertThat(guests.ping("l2", 10, Guests.RIGHT)).isEqualTo(10);
    }

    @Test
    void aRouteThatMovesIsFollowed() throws Exception {
        join();
        settle();
        network.veth("b1", "u1", "b2", "u1");
        network.address("b1", "u1", "192.168.57.11/24");
        network.address("b2", "u1", "192.168.57.12/24");
        network.ip("b2", "address add 192.168.56.112/32 dev u1");
        network.ip("b1", "route add 192.168.56.12/32 via 192.168.57.12 src 192.168.56.11");
        network.ip("b2", "route add 192.168.56.11/32 via 192.168.57.11 src 192.168.56.12");
        network.ip("b1", "link set u0 down");
        guests.awaitEachOther();
        settle();
        guests.assertJoined();
    }

    /** What the stack would put around packets, a program does not: they are left to the stack. */
    @Test
    void aRouteWithAnEncapsulationIsLeftToTheStack() throws Exception {
        join();
        settle();
        network.ip("b1", "route add 192.168.56.12/32 encap seg6 mode encap segs fd56::12 via 192.168.56.12 dev u0");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            guests.ping("l", 5, "-w", "1", Guests.RIGHT); // nobody at the other end takes it off again
            assertThat(one.appctl("offload/show")).contains("one with an encapsulation of its own");
        });
        network.ip("b1", "route del 192.168.56.12/32");
        guests.awaitEachOther();
        settle();
    }

    @Test
    void aNeighbourThatChangesIsFollowed() throws Exception {
        join();
        settle();
        awaitNeighbours();
        String address = network.exec("b2", "cat", "/sys/class/net/u0/address").strip();
        setNeighbour("02:00:00:00:00:99");
        // one that begins before the daemon has heard of it takes all of its 3 seconds too
        await().atMost(Duration.ofSeconds(10)).until(() -> guests.ping("l", 3, Guests.RIGHT) == 0);
        setNeighbour(address);
        await().atMost(Duration.ofSeconds(5)).until(() -> guests.ping("l", 3, Guests.RIGHT) == 3);

        // another address, which nobody has told: ARP has to find it
        network.ip("b2", "link set u0 address 02:00:00:00:00:12");
        network.ip("b1", "neigh del 192.168.56.12 dev u0");
        await().atMost(Duration.ofSeconds(5)).until(() -> guests.ping("l", 3, Guests.RIGHT) == 3);
        assertThat(guests.ping("l", 100, Guests.RIGHT)).isEqualTo(100);
        awaitNeighbours();
        assertThat(inKernel(one)).isGreaterThanOrEqualTo(2);
    }

    /** What the programs were told is used, and no longer than the daemon hears whether it is still so. */
    @Test
    void theNextHopsLinkAddressIsKnownBeforehand() throws Exception {
        join();
        settle();
        awaitNeighbours();
        await().pollDelay(Duration.ofSeconds(2)).until(() -> true); // until nothing new is to be told
        signal("STOP");
        try {
            setNeighbour("02:00:00:00:00:99");
            // but for the one packet a second for which the kernel is asked
            assertThat(guests.ping("l", 8, "-w", "1", Guests.RIGHT)).isGreaterThanOrEqualTo(6);
            await().pollDelay(Duration.ofMillis(1600)).until(() -> true);
            assertThat(guests.ping("l", 3, "-w", "1", Guests.RIGHT)).isZero();
        } finally {
            signal("CONT");
        }
        network.ip("b1", "neigh del 192.168.56.12 dev u0");
        await().atMost(Duration.ofSeconds(5)).until(() -> guests.ping("l", 3, Guests.RIGHT) == 3);
    }

    private void setNeighbour(String address) throws Exception {
        network.ip("b1", "neigh replace 192.168.56.12 dev u0 lladdr " + address + " nud permanent");
    }

    @Test
    void aRouterMayHaveAnAddressOfAnotherKind() throws Exception {
        network.ip("b1", "route add 192.168.56.12/32 via inet6 fd56::12 dev u0 src 192.168.56.11");
        network.ip("b2", "route add 192.168.56.11/32 via inet6 fd56::11 dev u0 src 192.168.56.12");
        join();
        settle();
        awaitNeighbours();
        assertThat(guests.ping("l", 50, Guests.RIGHT)).isEqualTo(50);
        guests.assertTcp();
    }

    @Test
    void aRuleIsFollowed() throws Exception {
        network.veth("b1", "u1", "b2", "u1");
        network.address("b1", "u1", "192.168.57.11/24");
        network.address("b2", "u1", "192.168.57.12/24");
        network.ip("b1", "route add 192.168.56.12/32 via 192.168.57.12 src 192.168.56.11 table 100");
        join();
        settle();
        network.ip("b1", "rule add to 192.168.56.12 lookup 100");
        await().atMost(Duration.ofSeconds(3)).until(() -> {
            long before = received("b2", "u1");
            assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
            return received("b2", "u1") >= before + 5;
        });
    }

    private long received(String namespace, String device) throws Exception {
        return Long.parseLong(network.exec(namespace, "cat", "/sys/class/net/" + device + "/statistics/rx_packets")
                .strip());
    }

    @Test
    void packetsThatAreInATunnelAlreadyGoThroughTheSwitch() throws Exception {
        join();
        settle();
        network.ip("l", "link add inner type vxlan id 7 dstport 4789 local 10.0.0.1 remote 10.0.0.2");
        network.ip("r", "link add inner type vxlan id 7 dstport 4789 local 10.0.0.2 remote 10.0.0.1");
        network.ip("l", "link set inner mtu 1400");
        network.ip("r", "link set inner mtu 1400");
        network.ip("l", "link set inner up");
        network.ip("r", "link set inner up");
        network.address("l", "inner", "10.7.0.1/24");
        network.address("r", "inner", "10.7.0.2/24");
        guests.awaitAnswer("l", "10.7.0.2");
        await().atMost(Duration.ofSeconds(10))
                .untilAsserted(
                        () -> assertThat(guests.ping("l", 10, "10.7.0.2")).isEqualTo(10));
        guests.assertJoined();
    }

    @Test
    void tagsAreCarriedTakenAndGiven() throws Exception {
        one.vsctl("set port p1 tag=10");
        two.vsctl("set port p1 tag=10");
        join();
        settle();
        guests.assertJoined();
        assertThat(one.appctl("offload/show")).contains("in the kernel").contains("push_vlan(vid=10");
        // by a cable that carries tags to a second bridge, which takes them off
        network.ip("b2", "link add t0 type veth peer name t1");
        network.ip("b2", "link set t0 up");
        network.ip("b2", "link set t1 up");
        two.vsctl("del-port sw2 p1 -- add-br sw3 -- add-port sw2 t0 -- add-port sw3 t1 -- add-port sw3 p1 tag=10");
        guests.awaitEachOther();
        settle();
        guests.assertJoined();
        assertThat(two.appctl("offload/show")).contains("pop_vlan");
    }

    @Test
    void whatGoesToManyPortsIsCopied() throws Exception {
        join();
        settle();
        // a station that nobody knows: its packets go to every port
        network.ip("l", "neigh replace 10.0.0.9 lladdr 02:00:00:00:00:99 dev veth1 nud permanent");
        long before = counter("l2", "rx");
        long farBefore = counter("r", "rx");
        long sentBefore = counter("l", "tx");
        guests.ping("l", 40, "10.0.0.9");
        long sent = counter("l", "tx") - sentBefore;
        assertThat(sent).isGreaterThanOrEqualTo(40);
        assertThat(counter("l2", "rx") - before).isBetween(sent - 3, sent + 20);
        assertThat(counter("r", "rx") - farBefore).isBetween(sent - 3, sent + 20);
        assertThat(one.appctl("offload/show")).containsPattern("dst=02:00:00:00:00:99.*\\n +in the kernel");
    }

    @Test
    void whatIsForAGroupGoesThroughTunnels() throws Exception {
        join();
        settle();
        long before = counter("r", "rx");
        long sentBefore = counter("l", "tx");
        guests.ping("l", 60, "-I", "veth1", "224.0.0.1");
        long sent = counter("l", "tx") - sentBefore;
        assertThat(sent).isGreaterThanOrEqualTo(60);
        assertThat(counter("r", "rx") - before).isBetween(sent - 3, sent + 20);
        assertThat(one.appctl("offload/show")).containsPattern("dst=01:00:5e:00:00:01.*\n +in the kernel");
    }

    private long counter(String namespace, String direction) throws Exception {
        String file = "/sys/class/net/veth1/statistics/" + direction + "_packets";
        return Long.parseLong(network.exec(namespace, "cat", file).strip());
    }

    @Test
    void anInternalPortIsServed() throws Exception {
        one.vsctl("add-port sw1 host0 -- set interface host0 type=internal");
        network.address("b1", "host0", "10.0.0.4/24");
        network.ip("b1", "link set host0 up");
        join();
        settle();
        guests.awaitAnswer("r", "10.0.0.4");
        guests.ping("r", 20, "10.0.0.4");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(guests.ping("b1", 10, Guests.RIGHT)).isEqualTo(10);
            assertThat(one.appctl("offload/show")).containsPattern("in_port\\(host0\\).*\\n +in the kernel");
        });
    }
}
