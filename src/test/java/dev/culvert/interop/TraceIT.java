package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
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
 * A genuine ovs-vswitchd and Culvert's daemon with the same bridges are asked where the same packets go: {@code ofproto/trace}. What
 * they answer must be the same, but for what only Culvert tells, numbers of the datapath's, how a tunnel's packets are
 * encapsulated, and what the megaflow looks at besides port and addresses.
 */
@Timeout(180)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TraceIT {
    private static final String MAC = "02:00:00:00:01:01";
    private static final String NEIGHBOUR = "02:00:00:00:09:02";
    private static final List<String> PORTS =
            List.of("p1", "p2", "p3", "p4", "p5", "acc", "tru", "nun", "nta", "any", "t1", "t2", "t3", "u1");

    private static TestNetwork network;
    private static OpenVswitchBox genuine;
    private static CulvertBox culvert;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.of("g", "c", "peers");
        for (String box : List.of("g", "c", "peers")) {
            // without IPv6 nobody sends anything unasked, and nothing is learned but what a test has learned
            network.exec(box, "sysctl", "-qw", "net.ipv6.conf.all.disable_ipv6=1");
            network.exec(box, "sysctl", "-qw", "net.ipv6.conf.default.disable_ipv6=1");
        }
        for (String box : List.of("g", "c")) {
            for (String port : PORTS) {
                network.veth("peers", box + port, box, port);
            }
        }
        genuine = new OpenVswitchBox(network, "g");
        genuine.vsctl("set Bridge br-phy other_config:hwaddr=" + MAC + " -- add-port br-phy u1");
        network.address("g", "br-phy", "10.1.1.1/24");
        network.ip("g", "link set br-phy up");
        network.ip("c", "link set u1 address " + MAC);
        network.address("c", "u1", "10.1.1.1/24");
        culvert = new CulvertBox(network, "c");
        for (SwitchBox box : List.of(genuine, culvert)) {
            configure(box);
        }
        genuine.appctl("tnl/neigh/set br-phy 10.1.1.2 " + NEIGHBOUR);
        culvert.appctl("tnl/neigh/set u1 10.1.1.2 " + NEIGHBOUR);
    }

    private static void configure(SwitchBox box) throws Exception {
        for (int i = 0; i <= 6; i++) {
            box.vsctl("add-br br" + i + " -- set Bridge br" + i
                    + " datapath_type=netdev other_config:hwaddr=02:00:00:00:02:0" + i);
        }
        for (int i = 1; i <= 3; i++) {
            port(box, 0, "p" + i, i, "");
        }
        port(box, 0, "pa0", 5, "type=patch options:peer=pa1");
        port(box, 1, "pa1", 1, "type=patch options:peer=pa0");
        port(box, 1, "p4", 4, "");
        port(box, 2, "p5", 1, "");
        box.vsctl("set-fail-mode br2 secure");
        port(box, 3, "acc", 1, "-- set Port acc tag=10");
        port(box, 3, "tru", 2, "-- set Port tru trunks=10,20");
        port(box, 3, "nun", 3, "-- set Port nun vlan_mode=native-untagged tag=10 trunks=10,20");
        port(box, 3, "nta", 4, "-- set Port nta vlan_mode=native-tagged tag=20 trunks=10,20");
        port(box, 3, "any", 5, "");
        port(box, 4, "t1", 1, "");
        port(box, 4, "vx1", 11, "type=vxlan options:remote_ip=10.1.1.2 options:key=7");
        port(box, 5, "t2", 1, "");
        port(box, 5, "gr1", 11, "type=gre options:remote_ip=10.1.1.2 options:key=8");
        port(box, 6, "t3", 1, "");
        port(box, 6, "ge1", 11, "type=geneve options:remote_ip=10.1.1.2");
        box.appctl("fdb/add br0 p2 0 02:00:00:00:00:55");
    }

    private static void port(SwitchBox box, int bridge, String name, int number, String more) throws Exception {
        box.vsctl("add-port br" + bridge + " " + name + " -- set Interface " + name + " ofport_request=" + number
                + (more.isEmpty() ? "" : " " + more));
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

    // ---- what has to differ

    /** What only Culvert tells. */
    private static final Pattern OURS =
            Pattern.compile("(?m)^ +(->|>>) (tunnel|route|neighbour|IPsec): .*\n|^(Cache entry|Kernel): .*\n");

    /** Of a packet that came by a tunnel, Open vSwitch shows fields that this switch does not have. */
    private static final Pattern TUNNEL_FIELDS =
            Pattern.compile("(tun_)?(ipv6_src|ipv6_dst|gbp_id|gbp_flags|erspan_ver|gtpu_flags|gtpu_msgtype)=[^,]*,");

    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Pattern PORT = Pattern.compile("(?m)^ *port (\\d+): (\\S+)");
    private static final Pattern PUSHED =
            Pattern.compile("tnl_push\\(tnl_port\\((\\d+)\\),header\\(.*?\\),out_port\\(\\d+\\)\\),\\d+");

    /** The bridge of its underlay, which Culvert does not have. */
    private static final Pattern UNDERLAY = Pattern.compile("\nbridge\\(\"br-phy\"\\)\n-+\n.*\n.*\n.*\n");

    /** The datapath's port numbers, by the ports' names. */
    private static Map<String, String> numbers(SwitchBox box) throws Exception {
        Map<String, String> names = new HashMap<>();
        Matcher port = PORT.matcher(box.appctl("dpctl/show"));
        while (port.find()) {
            String name = port.group(2);
            names.put(port.group(1), name.replaceAll("^(vx1|vxlan_sys.*|gr1|gre_sys|ge1|genev_sys.*)$", "tunnel"));
        }
        return names;
    }

    /** Actions as what leaves where, with which tag, in no order. */
    private static String actions(String actions, Map<String, String> names) {
        Matcher pushed = PUSHED.matcher(actions);
        StringBuilder outputs = new StringBuilder();
        while (pushed.find()) {
            pushed.appendReplacement(outputs, pushed.group(1));
        }
        pushed.appendTail(outputs);
        List<String> leaving = new ArrayList<>();
        String tag = "";
        for (String action : outputs.toString().split(",(?![^(]*\\))", -1)) {
            if (NUMBER.matcher(action).matches()) {
                leaving.add(names.getOrDefault(action, action) + tag);
            } else if (action.equals("pop_vlan")) {
                tag = " untagged";
            } else if (action.startsWith("push_vlan")) {
                tag = " " + action;
            } else {
                leaving.add(action);
            }
        }
        return leaving.stream().sorted().collect(Collectors.joining(", "));
    }

    private static String answer(SwitchBox box, String command, Map<String, String> names) throws Exception {
        Outcome outcome = box.tool("appctl", command.split(" "));
        String text = OURS.matcher(outcome.out()).replaceAll("") + outcome.err() + "[" + outcome.status() + "]\n";
        text = UNDERLAY.matcher(TUNNEL_FIELDS.matcher(text).replaceAll(""))
                .replaceAll("")
                .replace("via br-phy", "via u1");
        return text.lines()
                .map(line -> {
                    if (line.startsWith("Megaflow: ")) {
                        return Pattern.compile("[:,]")
                                .splitAsStream(line.replaceAll("(?<=[0-9a-f]):(?=[0-9a-f])", "."))
                                .map(String::strip)
                                .filter(item -> item.matches("(recirc_id|in_port|dl_src|dl_dst|dl_vlan)=.*|eth"))
                                .collect(Collectors.joining(",", "Megaflow: ", ""));
                    }
                    return line.startsWith("Datapath actions: ")
                            ? "Datapath actions: " + actions(line.substring("Datapath actions: ".length()), names)
                            : line;
                })
                .collect(Collectors.joining("\n", "", "\n"));
    }

    private static List<String> commands() throws Exception {
        try (InputStream in = TraceIT.class.getResourceAsStream("trace-commands.txt")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
        }
    }

    private static void compare(List<String> commands) throws Exception {
        Map<String, String> theirNames = numbers(genuine);
        Map<String, String> ourNames = numbers(culvert);
        StringBuilder ours = new StringBuilder();
        StringBuilder theirs = new StringBuilder();
        for (String line : commands) {
            theirs.append("$ ").append(line).append('\n').append(answer(genuine, line, theirNames));
            ours.append("$ ").append(line).append('\n').append(answer(culvert, line, ourNames));
        }
        assertThat(ours.toString()).isEqualTo(theirs.toString());
    }

    // ---- the same in both

    @Test
    @Order(1)
    void answersTheSame() throws Exception {
        compare(commands());
    }

    @Test
    @Order(2)
    void forwardsReservedAddressesWhenToldTo() throws Exception {
        List<String> line = List.of("ofproto/trace br0 in_port=p1,dl_src=02:00:00:00:00:01,dl_dst=01:80:c2:00:00:00");
        for (SwitchBox box : List.of(genuine, culvert)) {
            box.vsctl("set Bridge br0 other_config:forward-bpdu=true");
        }
        compare(line);
        assertThat(culvert.appctl(line.getFirst())).contains("flooding");
    }

    @Test
    @Order(2)
    void sparesProtectedPorts() throws Exception {
        for (SwitchBox box : List.of(genuine, culvert)) {
            box.vsctl("set Port p1 protected=true -- set Port p3 protected=true");
        }
        compare(List.of("ofproto/trace br0 in_port=p1,dl_src=02:00:00:00:00:01,dl_dst=02:00:00:00:00:77"));
    }

    // ---- Culvert's own

    private static String addresses(String bridge) throws Exception {
        return culvert.appctl("fdb/show " + bridge).replaceAll("(?m)\\S+$", "");
    }

    @Test
    @Order(3)
    void leavesNothingBehindWithoutAPacket() throws Exception {
        culvert.appctl("fdb/flush br3");
        String flow = "br3 in_port=acc,dl_src=02:00:00:00:00:31,dl_dst=02:00:00:00:00:32";
        String before = addresses("br3");
        String counters = culvert.ofctl("dump-flows br3").replaceAll("duration=[^,]*|idle_age=[^,]*", "");
        String cached = culvert.appctl("dpctl/dump-flows");
        assertThat(culvert.appctl("ofproto/trace " + flow)).contains("Cache entry: a new one\n");
        assertThat(addresses("br3")).isEqualTo(before);

        assertThat(culvert.appctl("ofproto/trace " + flow + " -generate"))
                .contains("     -> learned that 02:00:00:00:00:31 is on port acc in VLAN 10\n");
        assertThat(addresses("br3")).contains("   10  02:00:00:00:00:31");
        assertThat(culvert.ofctl("dump-flows br3").replaceAll("duration=[^,]*|idle_age=[^,]*", ""))
                .as("nothing was sent")
                .isEqualTo(counters);
        assertThat(culvert.appctl("dpctl/dump-flows")).isEqualTo(cached);
    }

    @Test
    @Order(4)
    void tellsTheTunnelTheRouteTheNeighbourAndTheKernel() throws Exception {
        String trace = culvert.appctl("ofproto/trace br4 in_port=t1,dl_dst=02:00:00:00:00:66");
        assertThat(trace)
                .contains(
                        "     -> tunnel: vx1, vxlan to 10.1.1.2, key 7, UDP port 4789\n",
                        "     -> route: source 10.1.1.1, interface u1, on the link, path MTU 1500\n",
                        "     -> neighbour: 10.1.1.2 has " + NEIGHBOUR + ", for ever\n",
                        "Cache entry: a new one\n");
        culvert.kernelOffload(false);
        assertThat(culvert.appctl("ofproto/trace br4 in_port=t1,dl_dst=02:00:00:00:00:66"))
                .contains("Kernel: does not forward it: turned off (other_config:kernel-offload=false)\n");
        culvert.kernelOffload(true);

        port(culvert, 4, "far", 12, "type=gre options:remote_ip=10.9.9.9");
        assertThat(culvert.appctl("ofproto/trace br4 in_port=t1,dl_dst=02:00:00:00:00:66"))
                .contains("     >> native tunnel routing failed\n", "     -> tunnel: far, gre to 10.9.9.9, no key\n");
        network.ip("c", "route add 10.9.9.0/24 via 10.1.1.7 mtu 1400");
        await().untilAsserted(() -> assertThat(culvert.appctl("ofproto/trace br4 in_port=t1,dl_dst=02:00:00:00:00:66"))
                .contains(
                        "     -> tunneling to 10.1.1.7 via u1\n",
                        "     -> route: source 10.1.1.1, interface u1, next hop 10.1.1.7, path MTU 1400\n",
                        "     -> neighbour: 10.1.1.7 has no link address yet, the kernel asks for it\n",
                        "Kernel: does not forward it: to more than one tunnel\n"));
    }

    @Test
    @Order(5)
    void tellsOfIpsecWithoutSecrets() throws Exception {
        port(culvert, 5, "safe", 12, "type=geneve options:remote_ip=10.1.1.3 options:psk=hunter2hunter2");
        await().untilAsserted(() -> {
            String trace = culvert.appctl("ofproto/trace br5 in_port=t2,dl_dst=02:00:00:00:00:66");
            assertThat(trace)
                    .contains("     -> tunnel: safe, geneve to 10.1.1.3, no key, UDP port 6081\n")
                    .containsPattern("     >> IPsec: no SA yet, connecting.*: a few packets wait")
                    .contains("Kernel: does not forward it: to ")
                    .doesNotContain("hunter2");
        });
    }

    @Test
    @Order(6)
    void writesNamesWhereTheyAreAskedFor() throws Exception {
        assertThat(culvert.appctl("ofproto/trace --names br3 in_port=1,dl_dst=02:00:00:00:00:32"))
                .contains("in_port=acc,")
                .contains("Megaflow: recirc_id=0,eth,in_port=acc,")
                .containsPattern("Datapath actions: .*nun");
    }
}
