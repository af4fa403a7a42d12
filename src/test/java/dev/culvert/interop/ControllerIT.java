package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.BesideOthers;
import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What a bridge does with a controller, and what the database tells of it: ours and Debian's Open vSwitch do the same. */
@BesideOthers
@Timeout(180)
class ControllerIT {
    private static final String TARGET = "tcp:127.0.0.1:6653";

    private TestNetwork network;
    private Guests guests;
    private SwitchBox box;

    enum Make {
        CULVERT,
        OPEN_VSWITCH
    }

    private void start(Make make) throws Exception {
        network = TestNetwork.of("l", "r", "box");
        network.veth("l", "veth1", "box", "pl");
        network.veth("r", "veth1", "box", "pr");
        guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        box = make == Make.CULVERT ? new CulvertBox(network, "box") : new OpenVswitchBox(network, "box");
        box.vsctl("add-br br0 -- set bridge br0 datapath_type=netdev -- add-port br0 pl -- add-port br0 pr");
        guests.awaitEachOther();
    }

    @AfterEach
    void end() throws Exception {
        try (var _ = network;
                var _ = box) {
            guests = null;
        }
    }

    private Process controller(String... options) throws Exception {
        List<String> line = new ArrayList<>(List.of("ovs-testcontroller", "--unixctl=none", "-vconsole:off"));
        line.addAll(List.of(options));
        line.add("ptcp:6653:127.0.0.1");
        return box.start("controller.err", Map.of(), line);
    }

    private static void stop(Process process) throws InterruptedException {
        process.destroy();
        process.waitFor();
    }

    /** The columns that the switch writes, the map's pairs beside the others. */
    private Map<String, String> row(String target) throws Exception {
        JsonNode rows = JsonMapper.shared()
                .readTree(box.vsctl("--format=json --columns=target,is_connected,role,status list Controller"))
                .get("data");
        Map<String, String> found = new HashMap<>();
        for (JsonNode row : rows) {
            if (row.get(0).stringValue().equals(target)) {
                found.put("is_connected", row.get(1).toString());
                if (row.get(2).isString()) {
                    found.put("role", row.get(2).stringValue());
                }
                row.get(3)
                        .get(1)
                        .forEach(pair ->
                                found.put(pair.get(0).stringValue(), pair.get(1).stringValue()));
            }
        }
        return found;
    }

    private void awaitRow(String column, String value) {
        await().atMost(Duration.ofSeconds(40))
                .until(() -> value.equals(row(TARGET).get(column)));
    }

    private String flows() throws Exception {
        return box.ofctl("dump-flows br0")
                .lines()
                .filter(line -> line.contains("actions="))
                .map(line -> line.replaceFirst(".*(priority|actions)", "$1"))
                .reduce("", String::concat);
    }

    private static void within(int seconds, Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(seconds)).until(condition);
    }

    @ParameterizedTest
    @EnumSource
    void aBridgeForwardsAloneWhileItsControllersAreAway(Make make) throws Exception {
        start(make);
        assertThat(flows()).contains("actions=NORMAL");
        box.vsctl("set-controller br0 " + TARGET + " -- set controller br0 inactivity_probe=1000 max_backoff=1000");
        assertThat(flows()).isEmpty();
        // three probes later nobody has come
        within(30, () -> guests.ping("l", 1, Guests.RIGHT) == 1);
        assertThat(flows()).as("hidden").isEmpty();

        Process controller = controller("--noflow", "--mute");
        awaitRow("is_connected", "true");
        assertThat(row(TARGET)).containsEntry("state", "ACTIVE").containsEntry("role", "other");
        stop(controller);
        awaitRow("is_connected", "false");
        within(30, () -> guests.ping("l", 1, Guests.RIGHT) == 1);

        box.vsctl("set-fail-mode br0 secure");
        within(10, () -> guests.ping("l", 1, Guests.RIGHT) == 0);
        box.vsctl("del-controller br0");
        assertThat(flows()).isEmpty();
        box.vsctl("del-fail-mode br0");
        assertThat(flows()).contains("actions=NORMAL");
        within(10, () -> guests.ping("l", 1, Guests.RIGHT) == 1);
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseTellsHowItStands(Make make) throws Exception {
        start(make);
        box.vsctl("set-controller br0 " + TARGET + " -- set controller br0 max_backoff=1000");
        awaitRow("last_error", "Connection refused");
        assertThat(row(TARGET)).containsEntry("is_connected", "false");
        assertThat(row(TARGET).get("state")).isIn("BACKOFF", "CONNECTING");
        Process controller = controller();
        awaitRow("is_connected", "true");
        assertThat(row(TARGET)).containsEntry("state", "ACTIVE").containsKeys("sec_since_connect", "role");
        stop(controller);
        awaitRow("is_connected", "false");
        assertThat(row(TARGET)).containsKeys("sec_since_connect", "sec_since_disconnect", "last_error");

        String passive = "ptcp:6654:127.0.0.1";
        box.vsctl("set-controller br0 " + passive);
        assertThat(row(passive)).containsEntry("is_connected", "false").doesNotContainKey("role");
        box.start("monitor.err", Map.of(), List.of("ovs-ofctl", "monitor", "tcp:127.0.0.1:6654", "65534"));
        if (make == Make.OPEN_VSWITCH) {
            return; // it tells nothing of those who connect
        }
        within(40, () -> "true".equals(row(passive).get("is_connected")));
        assertThat(row(passive)).containsEntry("role", "other").containsEntry("state", "ACTIVE");
    }

    @ParameterizedTest
    @EnumSource
    void theDatabaseReachesNoFilesBeyondTheSwitchsOwn(Make make) throws Exception {
        start(make);
        Path mine = Files.writeString(box.folder.resolve("mine.controller"), "precious");
        Path outside = box.folder.resolveSibling(box.folder.getFileName() + ".controller");
        String own = "punix:" + box.folder.resolve("br0.controller");
        box.vsctl("--no-wait set-controller br0 unix:/nowhere punix:" + mine + " punix:" + outside + " punix:"
                + box.folder.resolve("br1.controller") + " " + own);
        within(20, () -> Files.exists(box.folder.resolve("br0.controller")));
        assertThat(mine).hasContent("precious");
        assertThat(outside).doesNotExist();
        assertThat(box.folder.resolve("br1.controller")).doesNotExist();
        assertThat(row("unix:/nowhere")).containsOnly(Map.entry("is_connected", "false"));
        assertThat(box.ofctl("show unix:" + own.substring(6))).contains("OFPT_FEATURES_REPLY");

        String name = "../" + outside.getFileName();
        box.vsctl("--no-wait add-br " + name + " -- set bridge " + name + " datapath_type=netdev");
        box.vsctl("add-br br1 -- set bridge br1 datapath_type=netdev");
        assertThat(box.log()).contains("ignoring bridge with invalid name \"" + name + "\"");
        assertThat(outside.resolveSibling(outside.getFileName() + ".mgmt")).doesNotExist();
        assertThat(box.ofctl("show br1")).contains("LOCAL(br1)");
    }
}
