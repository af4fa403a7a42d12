package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The stock ovs-ofctl sees in our bridge, in every version of OpenFlow, what it sees in Debian's Open vSwitch. */
@Timeout(180)
class OpenFlowIT {
    private static final List<String> COMMANDS = List.of(
            "show br0",
            "dump-desc br0",
            "dump-ports br0",
            "dump-ports br0 1",
            "dump-ports br0 LOCAL",
            "dump-ports br0 17",
            "dump-ports-desc br0",
            "dump-flows br0",
            "dump-flows br0 table=3",
            "dump-tables br0",
            "dump-aggregate br0",
            "queue-stats br0",
            "queue-stats br0 1",
            "get-frags br0",
            "probe br0",
            "ping br0 16",
            "show nobridge",
            "dump-ports nobridge",
            "dump-ports br0 nosuchport");

    /** What two switches cannot have in common: identities, times, and what has passed by. */
    private static final List<Pattern> OWN = List.of(
            Pattern.compile("[0-9a-f]{2}(:[0-9a-f]{2}){5}"),
            Pattern.compile("dpid:[0-9a-f]{16}"),
            Pattern.compile("(?<=duration=)[0-9.]+s"),
            Pattern.compile("(?<=n_packets=|n_bytes=|packet_count=|byte_count=|pkts=|bytes=|lookup=|matched=)[0-9]+"),
            // a tunnel's own drops and errors are counted here and not there
            Pattern.compile("(?<=drop=|errs=)([0-9]+|\\?)"),
            // bundles come with the programming of flows
            Pattern.compile(" BUNDLES"),
            Pattern.compile("(?<=time=)[0-9.]+"),
            Pattern.compile("idle_age=[0-9]+, "),
            Pattern.compile("xid=0x[0-9a-f]+"),
            Pattern.compile("[0-9.]+ ms"),
            Pattern.compile("/tmp/culvert-it-[0-9]+"));

    private static TestNetwork network;
    private static CulvertBox ours;
    private static OpenVswitchBox genuine;

    @BeforeAll
    static void start() throws Exception {
        network = TestNetwork.of("a", "b", "ours", "genuine");
        network.veth("a", "v1", "ours", "p1");
        network.veth("a", "v2", "ours", "p2");
        network.veth("b", "v1", "genuine", "p1");
        network.veth("b", "v2", "genuine", "p2");
        network.ip("ours", "link set p2 down");
        network.ip("genuine", "link set p2 down");
        ours = new CulvertBox(network, "ours");
        genuine = new OpenVswitchBox(network, "genuine");
        for (SwitchBox box : List.of(ours, genuine)) {
            box.vsctl(
                    "add-br br0 -- set bridge br0 datapath_type=netdev other_config:dp-desc=both"
                            + " -- add-port br0 p1 -- set interface p1 ofport_request=1"
                            + " -- add-port br0 p2 -- set interface p2 ofport_request=2"
                            + " -- add-port br0 t1 -- set interface t1 type=vxlan options:remote_ip=192.0.2.1 ofport_request=9");
            box.vsctl("set bridge br0 protocols=OpenFlow10,OpenFlow11,OpenFlow12,OpenFlow13,OpenFlow14,OpenFlow15");
        }
    }

    @AfterAll
    static void end() throws Exception {
        try (var _ = network;
                var _ = ours;
                var _ = genuine) {
            ours = null;
        }
    }

    private static String masked(String text) {
        String masked = text;
        for (Pattern own : OWN) {
            masked = own.matcher(masked).replaceAll(own.pattern().equals(" BUNDLES") ? "" : "*");
        }
        return masked;
    }

    private static String run(SwitchBox box, String version, String command) throws Exception {
        List<String> arguments = new ArrayList<>(List.of("-O" + version));
        arguments.addAll(List.of(command.split(" ")));
        Outcome outcome = box.tool("ofctl", arguments.toArray(String[]::new));
        // the tool sorts neither flows nor ports, and a switch may list them in any order
        List<String> lines =
                outcome.out().lines().map(OpenFlowIT::masked).sorted().toList();
        return outcome.status() + "\n" + masked(outcome.err()) + String.join("\n", lines);
    }

    @ParameterizedTest
    @ValueSource(strings = {"OpenFlow10", "OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15"})
    void theStockToolSeesTheSame(String version) throws Exception {
        List<String> expected = new ArrayList<>();
        List<String> actual = new ArrayList<>();
        for (String command : COMMANDS) {
            expected.add(command + ": " + run(genuine, version, command));
            actual.add(command + ": " + run(ours, version, command));
        }
        assertThat(actual).containsExactlyElementsOf(expected);
    }

    @Test
    void theStockToolWatchesPortsAndConversations() throws Exception {
        Process monitor = ours.start(
                "monitor.err",
                Map.of(),
                List.of(
                        "ovs-ofctl",
                        "-OOpenFlow13",
                        "--unixctl=" + ours.folder.resolve("monitor.ctl"),
                        "monitor",
                        "br0",
                        "65534"));
        await().until(() -> Files.exists(ours.folder.resolve("monitor.ctl")));
        ours.vsctl("set-controller br0 ptcp:6653:127.0.0.1 -- set controller br0 type=primary");
        ours.start("controller.err", Map.of(), List.of("ovs-ofctl", "monitor", "tcp:127.0.0.1:6653", "65534"));
        // it is turned away until there is a conversation to listen to
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            Process snoop = ours.start("snoop.err", Map.of(), List.of("ovs-ofctl", "snoop", "br0"));
            return !snoop.waitFor(500, TimeUnit.MILLISECONDS);
        });
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            // a listener-in hears what comes after it is in place, which nobody tells it
            ours.vsctl("--may-exist add-port br0 in1 -- set interface in1 type=internal");
            ours.vsctl("--if-exists del-port in1");
            assertThat(ours.folder.resolve("snoop.err")).content().contains("OFPT_PORT_STATUS", "DEL:");
        });
        assertThat(ours.folder.resolve("monitor.err"))
                .content()
                .contains("OFPT_PORT_STATUS (OF1.3)", "ADD:", "DEL:", "(in1)");
        Outcome barrier =
                ours.tool("appctl", "-t", ours.folder.resolve("monitor.ctl").toString(), "ofctl/barrier");
        assertThat(barrier.status()).as("%s", barrier).isZero();
        ours.tool("appctl", "-t", ours.folder.resolve("monitor.ctl").toString(), "exit")
                .text();
        assertThat(monitor.waitFor()).isZero();
        ours.vsctl("del-controller br0");
    }
}
