package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.BesideOthers;
import dev.culvert.linux.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The switch as a client of a genuine ovsdb-server, in good times and bad. */
@BesideOthers
@Timeout(180)
class ExternalDatabaseIT {
    private TestNetwork network;
    private Guests guests;
    private CulvertBox box;

    @BeforeEach
    void start() throws Exception {
        network = TestNetwork.of("l", "r", "box");
        network.veth("l", "veth1", "box", "pl");
        network.veth("r", "veth1", "box", "pr");
        guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        box = new CulvertBox(network, "box", CulvertBox.Database.GENUINE);
        box.vsctl("add-br br0 -- add-port br0 pl -- add-port br0 pr -- set interface pr ofport_request=7");
        guests.awaitEachOther();
    }

    @AfterEach
    void end() throws Exception {
        assertThat(box.log()).doesNotContain("Exception");
        try (var _ = network;
                var _ = box) {
            guests = null;
        }
    }

    private static void within(int seconds, Callable<Boolean> condition) {
        await().atMost(Duration.ofSeconds(seconds)).until(condition);
    }

    private String database() {
        return "unix:" + box.folder.resolve("db.sock");
    }

    private Process second() throws IOException {
        return box.start(
                "second.err",
                Map.of(),
                box.ours(
                        "switch",
                        "--pidfile=" + box.folder.resolve("second.pid"),
                        "--unixctl=" + box.folder.resolve("second.ctl"),
                        "--log-file=" + box.folder.resolve("second.log"),
                        "-vconsole:off",
                        database()));
    }

    private String secondLog() throws IOException {
        Path log = box.folder.resolve("second.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    @Test
    void aSecondSwitchWaitsForTheFirstToEnd() throws Exception {
        second();
        within(20, () -> secondLog().contains("another ovs-vswitchd process is running, disabling this process"));
        assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
        String control = box.folder.resolve("second.ctl").toString();
        assertThat(box.appctl("-t " + control + " ofproto/list")).isEmpty();

        box.appctl("exit");
        assertThat(box.daemon().waitFor(20, TimeUnit.SECONDS)).isTrue();
        within(20, () -> box.appctl("-t " + control + " ofproto/list").equals("br0\n"));
        guests.awaitEachOther();
        assertThat(box.vsctl("get interface pr ofport")).isEqualTo("7\n");
        assertThat(secondLog()).doesNotContain("Exception");
    }

    @Test
    void whoLosesTheLockLetsGoOfTheDevices() throws Exception {
        Process thief = box.start("thief.err", Map.of(), List.of("ovsdb-client", "steal", database(), "ovs_vswitchd"));
        within(20, () -> box.log().contains("another ovs-vswitchd process is running"));
        within(20, () -> box.appctl("ofproto/list").isEmpty());
        assertThat(guests.ping("l", 2, Guests.RIGHT)).isZero();
        thief.destroy();
        thief.waitFor();
        within(20, () -> box.appctl("ofproto/list").equals("br0\n"));
        guests.awaitEachOther();
    }

    @Test
    void aConversionOfTheSchemaDisturbsNobody() throws Exception {
        String schema = Files.readString(Path.of("/usr/share/openvswitch/vswitch.ovsschema"));
        Path newer = Files.writeString(
                box.folder.resolve("newer.ovsschema"),
                schema.replaceFirst("\"version\": \"[0-9.]*\"", "\"version\": \"8.99.0\""));
        CompletableFuture<Integer> pings = pings(60);
        List<String> convert = List.of("ovsdb-client", "--timeout=20", "convert", database(), newer.toString());
        assertThat(Outcome.of(Map.of(), convert).status()).isZero();
        box.vsctl("set bridge br0 other_config:mac-aging-time=77");
        assertThat(box.vsctl("get Open_vSwitch . db_version")).contains("8.99.0");
        assertThat(pings.get(60, TimeUnit.SECONDS)).isEqualTo(60);
    }

    @Test
    void forwardsWhileTheServerIsAwayAndCatchesUp() throws Exception {
        CompletableFuture<Integer> pings = pings(160);
        box.killDatabase();
        within(20, () -> box.log().contains("forwarding goes on"));
        String offline =
                "[\"Open_vSwitch\",{\"op\":\"update\",\"table\":\"Bridge\",\"where\":[[\"name\",\"==\",\"br0\"]],"
                        + "\"row\":{\"other_config\":[\"map\",[[\"datapath-id\",\"00000000000000ab\"]]]}}]";
        assertThat(Outcome.of(
                                Map.of(),
                                List.of(
                                        "ovsdb-tool",
                                        "transact",
                                        box.folder.resolve("conf.db").toString(),
                                        offline))
                        .status())
                .isZero();
        TimeUnit.SECONDS.sleep(2); // it is the absence that is tested
        box.restartDatabase();
        within(30, () -> box.vsctl("get bridge br0 datapath_id").contains("00000000000000ab"));
        assertThat(box.vsctl("get interface pr ofport")).isEqualTo("7\n");
        assertThat(pings.get(60, TimeUnit.SECONDS)).isEqualTo(160);
    }

    /** Echo requests, twenty a second, meanwhile. */
    private CompletableFuture<Integer> pings(int count) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return guests.ping("l", count, Guests.RIGHT);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }
}
