package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * A genuine ovs-vswitchd and Culvert's daemon, with the same bridges and ports, get the same commands: what they answer, and
 * what they write into the database, must be the same, but for figures and for what {@code docs/architecture.md} says is
 * different.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class UnixctlIT {
    private static TestNetwork network;
    private static OpenVswitchBox genuine;
    private static CulvertBox culvert;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.of("g", "c", "peers");
        for (String box : List.of("g", "c", "peers")) {
            // without IPv6 nobody sends anything unasked
            network.exec(box, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
            network.exec(box, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        }
        int side = 0;
        for (String box : List.of("g", "c")) {
            for (String port : List.of("p1", "p2", "u1")) {
                network.veth("peers", box + port, box, port);
                network.ip(box, "link set " + port + " address 02:00:00:00:01:0" + ++side % 3);
            }
            network.address(box, "u1", "10.1.1.1/24");
        }
        genuine = new OpenVswitchBox(network, "g");
        genuine.vsctl("del-br br-phy");
        culvert = new CulvertBox(network, "c");
        for (SwitchBox box : List.of(genuine, culvert)) {
            box.vsctl("-- --id=@d create Datapath datapath_version=0 -- set Open_vSwitch . datapaths:netdev=@d");
            for (String bridge : List.of("br0", "br1")) {
                box.vsctl("add-br " + bridge + " -- set Bridge " + bridge
                        + " datapath_type=netdev other_config:hwaddr=02:00:00:00:02:0" + bridge.charAt(2));
            }
            port(box, "br0", "p1", 1, "");
            port(box, "br0", "p2", 2, "");
            port(box, "br0", "in1", 3, "type=internal mac=\"02:00:00:00:03:01\"");
            port(box, "br0", "vx1", 4, "type=vxlan options:remote_ip=10.1.1.2 options:key=7");
            port(box, "br0", "pa0", 5, "type=patch options:peer=pa1");
            port(box, "br1", "pa1", 1, "type=patch options:peer=pa0");
        }
    }

    private static void port(SwitchBox box, String bridge, String name, int number, String settings) throws Exception {
        String more = settings.isEmpty() ? "" : " " + settings;
        box.vsctl("add-port " + bridge + " " + name + " -- set Interface " + name + " ofport_request=" + number + more);
    }

    @AfterAll
    static void stop() throws Exception {
        try (var _ = network;
                var _ = genuine;
                var _ = culvert) {
            if (culvert != null) {
                assertThat(culvert.log()).doesNotContain("Exception");
            }
        }
    }

    private record Mask(String of, Pattern pattern, String by) {}

    private static Mask mask(String of, String pattern, String by) {
        return new Mask(of, Pattern.compile(pattern), by);
    }

    /** What has to differ: numbers that are each one's own, and features. */
    private static final List<Mask> MASKS = List.of(
            mask("ofproto/list-tunnels", "port \\d+|port=\\d+", "port N"),
            mask("dpif/show", "hit:\\d+ missed:\\d+", "hit:N missed:N"),
            mask("dpif/show", "/\\d+: ", "/N: "),
            mask("dpif/show-dp-features", ": (\\d+|Yes|No)", ": V"),
            mask("bridge/dump-flows", "(duration|n_packets|n_bytes)=\\d+", "$1=N"),
            mask("bridge/dump-flows", "table_id=254, .*\n", ""),
            mask("memory/show", ":\\d+", ":N"),
            mask("memory/show", " udpif keys:N", ""),
            mask("tnl/ports/show", "\\(\\d+\\)", "(N)"),
            mask("tnl/egress_port_range", "\\d{4,}-\\d{4,}", "N-N"),
            mask("upcall/show", "\\d+", "N"),
            mask("ovs-appctl", "(?m)^\\d{4}-.*Z\\|.*\n", ""));

    private static String answer(SwitchBox box, String line) throws Exception {
        boolean unordered = line.startsWith("~");
        String command = unordered ? line.substring(1) : line;
        Outcome outcome = box.tool("appctl", command.split(" "));
        String text = outcome.out() + outcome.err() + "[" + outcome.status() + "]\n";
        for (Mask mask : MASKS) {
            if (mask.of.equals("ovs-appctl") || command.split(" ")[0].equals(mask.of)) {
                text = mask.pattern.matcher(text).replaceAll(mask.by);
            }
        }
        return unordered ? text.lines().sorted().collect(Collectors.joining("\n")) : text;
    }

    /** Carried out in this order on both sides; the lines of those with a tilde have no order. */
    private static List<String> commands() throws Exception {
        try (InputStream in = UnixctlIT.class.getResourceAsStream("unixctl-commands.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    @Test
    @Order(1)
    void answersTheSame() throws Exception {
        StringBuilder ours = new StringBuilder();
        StringBuilder theirs = new StringBuilder();
        for (String line : commands()) {
            theirs.append("$ ").append(line).append('\n').append(answer(genuine, line));
            ours.append("$ ").append(line).append('\n').append(answer(culvert, line));
        }
        assertThat(ours.toString()).isEqualTo(theirs.toString());
    }

    @Test
    @Order(2)
    void listsNoCommandThatTheOtherDoesNotKnow() throws Exception {
        Set<String> theirs =
                new TreeSet<>(genuine.appctl("list-commands").lines().toList());
        // IPsec is a daemon of its own there, and flows are taken over by network cards only
        assertThat(culvert.appctl("list-commands")
                        .lines()
                        .filter(line -> !line.matches("  (ipsec|tunnels|offload|capture|doctor|observe)/.*")))
                .isSubsetOf(theirs);
    }

    /** What the other answers with numbers of its own. */
    @Test
    @Order(2)
    void tellsTheKernelsSettingsAndKeepsWithinTheCache() throws Exception {
        assertThat(culvert.appctl("tnl/neigh/aging").strip()).matches("\\d+");
        for (String many : List.of("-1", "99999999999999999999", "65536")) {
            assertThat(culvert.appctl("upcall/set-flow-limit " + many).strip()).isEqualTo("set flow_limit to 65536");
        }
    }

    private static String column(SwitchBox box, String table, String row, String column) throws Exception {
        return box.vsctl("get " + table + " " + row + " " + column).strip();
    }

    private static Set<String> keys(String map) {
        return Arrays.stream(map.replaceAll("[{}]", "").split(", "))
                .map(item -> item.replaceAll("=.*", ""))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Test
    @Order(3)
    void writesTheSameStatus() throws Exception {
        for (SwitchBox box : List.of(genuine, culvert)) {
            network.ip(box.namespace, "link set br0 up");
            await().until(() -> column(box, "Interface", "br0", "link_state").equals("up"));
            await().atMost(20, TimeUnit.SECONDS)
                    .until(() -> column(box, "Interface", "pa1", "statistics").contains("tx_bytes"));
        }
        for (String name : List.of("br0", "br1", "p1", "p2", "in1", "vx1", "pa0", "pa1")) {
            for (String column : List.of(
                    "admin_state", "link_state", "link_speed", "duplex", "mtu", "error", "ofport", "lacp_current")) {
                assertThat(column(culvert, "Interface", name, column))
                        .as(name + " " + column)
                        .isEqualTo(column(genuine, "Interface", name, column));
            }
            assertThat(keys(column(culvert, "Interface", name, "statistics")))
                    .as(name)
                    .containsAll(keys(column(genuine, "Interface", name, "statistics")));
            if (!name.equals("vx1") && !name.startsWith("pa")) {
                for (String column : List.of("status", "mac_in_use")) {
                    assertThat(column(culvert, "Interface", name, column))
                            .as(name + " " + column)
                            .isEqualTo(column(genuine, "Interface", name, column));
                }
            }
        }
        for (String column : List.of("datapath_version", "datapath_id", "status", "rstp_status")) {
            assertThat(column(culvert, "Bridge", "br0", column)).isEqualTo(column(genuine, "Bridge", "br0", column));
        }
        assertThat(keys(culvert.vsctl("--bare --columns=capabilities list Datapath")
                        .replace(' ', ',')))
                .hasSameSizeAs(keys(genuine.vsctl("--bare --columns=capabilities list Datapath")
                        .replace(' ', ',')));
        assertThat(column(culvert, "Open_vSwitch", ".", "db_version")).isEqualTo("\"8.3.1\"");
        assertThat(column(culvert, "Open_vSwitch", ".", "system_type")).isNotEqualTo("[]");
    }

    /** Last, since it ends the daemon. */
    @Test
    @Order(4)
    void leavesRoutesAndNeighboursUnlessItCleansUp() throws Exception {
        for (String command : List.of("exit", "exit --cleanup")) {
            culvert.appctl("ovs/route/add 20.0.1.0/24 u1 10.1.1.9");
            culvert.appctl("tnl/neigh/set u1 10.1.1.77 02:00:00:00:07:07");
            culvert.appctl(command);
            assertThat(culvert.daemon().waitFor(20, TimeUnit.SECONDS)).isTrue();
            boolean stays = command.equals("exit");
            assertThat(network.ip("c", "route show").contains("20.0.1.0/24 via 10.1.1.9"))
                    .isEqualTo(stays);
            assertThat(network.ip("c", "neigh show").contains("10.1.1.77 dev u1 lladdr 02:00:00:00:07:07"))
                    .isEqualTo(stays);
            assertThat(network.ip("c", "link show")).doesNotContain("br0", "in1");
            assertThat(Files.readString(culvert.folder.resolve("ovs-vswitchd.log")))
                    .contains("1 routes and 1 neighbours of ours stay in the host's tables");
            if (stays) {
                culvert.restart();
                assertThat(culvert.appctl("ovs/route/show"))
                        .contains("User: 20.0.1.0/24 dev u1 GW 10.1.1.9 SRC 10.1.1.1");
            }
        }
    }
}
