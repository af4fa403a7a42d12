package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.GenuineServer.Output;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.stream.Tls;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The stock ovs-vsctl, ovsdb-client and ovsdb-tool with our server and its file. */
@Timeout(120)
class StockToolsIT {
    private static final String STOCK_SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    @TempDir
    Path directory;

    private Path file;
    private String address;
    private OvsdbServer server;

    @BeforeEach
    void start() throws Exception {
        file = directory.resolve("conf.db");
        address = "unix:" + directory.resolve("db.sock");
        restart();
    }

    private void restart() throws Exception {
        server = OvsdbServer.open(file, Schemas.openVSwitch(), new Tls());
        server.serve(GenuineServer.listening(directory.resolve("db.sock")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String ok(Output output) {
        assertThat(output.status()).as(output.text()).isZero();
        return output.text();
    }

    private String vsctl(String... words) throws Exception {
        List<String> command = new ArrayList<>(List.of("ovs-vsctl", "--db=" + address, "--no-wait"));
        command.addAll(List.of(words));
        return ok(GenuineServer.run(command.toArray(String[]::new)));
    }

    private String client(String command, String... words) throws Exception {
        List<String> line = new ArrayList<>(List.of("ovsdb-client", command, address));
        line.addAll(List.of(words));
        return ok(GenuineServer.run(line.toArray(String[]::new)));
    }

    @Test
    void vsctlConfiguresBridgesPortsAndTunnels() throws Exception {
        vsctl("init");
        vsctl("add-br", "sw1");
        vsctl("add-port", "sw1", "sw1-p1");
        vsctl("add-port", "sw1", "tun0", "--", "set", "Interface", "tun0", "type=gre", "options:remote_ip=192.0.2.12");
        vsctl("del-port", "tun0");
        vsctl("add-port", "sw1", "tun0", "--", "set", "interface", "tun0", "type=vxlan", "options:key=123");
        vsctl("--may-exist", "add-br", "sw1", "--", "set", "Bridge", "sw1", "other_config:hwaddr=02:00:00:00:00:01");
        vsctl("set-controller", "sw1", "tcp:192.0.2.1:6653", "--", "set-fail-mode", "sw1", "secure");
        vsctl(
                "--id=@m",
                "create",
                "Mirror",
                "name=m",
                "select_all=true",
                "--",
                "add",
                "Bridge",
                "sw1",
                "mirrors",
                "@m");
        assertThat(vsctl("list-ports", "sw1")).isEqualTo("sw1-p1\ntun0\n");
        assertThat(vsctl("get", "Interface", "tun0", "type", "options")).isEqualTo("vxlan\n{key=\"123\"}\n");
        assertThat(vsctl("--columns=name", "find", "Interface", "type=vxlan")).contains("name                : tun0");
        assertThat(vsctl("show")).contains("Bridge sw1", "Controller \"tcp:192.0.2.1:6653\"", "fail_mode: secure");
        vsctl("--all", "destroy", "Mirror", "--", "clear", "Bridge", "sw1", "mirrors");
        assertThat(vsctl("list", "Mirror")).isEmpty();
        Output refused = GenuineServer.run("ovs-vsctl", "--db=" + address, "--no-wait", "add-br", "sw1");
        assertThat(refused.status()).isEqualTo(1);
        refused = GenuineServer.run(
                "ovs-vsctl", "--db=" + address, "--no-wait", "set", "Interface", "tun0", "ofport_request=70000");
        assertThat(refused.text()).contains("constraint violation: 70000 is not in the valid range 1 to 65279");
        vsctl("del-br", "sw1");
        assertThat(vsctl("list", "Interface")).isEmpty();
        vsctl("emer-reset");
    }

    /** A shell passes any bytes, and ovs-vsctl sends its whole command line as a comment. */
    @Test
    void bytesThatAreNoUtf8AreTakenOrRefusedButNeverEndTheConnection() throws Exception {
        String line = "ovs-vsctl --db=" + address + " --no-wait --timeout=10 ";
        ok(GenuineServer.run("bash", "-c", line + "--if-exists del-br $'\\xff' -- add-br sw2"));
        Output refused = GenuineServer.run("bash", "-c", line + "add-br $'a\\xe2\\x82'");
        assertThat(refused.status()).isEqualTo(1);
        assertThat(refused.text()).contains("not a valid UTF-8 string: invalid UTF-8 sequence 0xe2 0x82 0x00");
        server.close();
        assertThat(ok(GenuineServer.run("bash", "-c", "ovsdb-tool show-log " + file + " | iconv -f latin1 -t utf8")))
                .contains("del-br \u00ff -- add-br sw2");
        restart();
        assertThat(vsctl("list-br")).isEqualTo("sw2\n");
    }

    @Test
    void theSchemaIsTheStockOne() throws Exception {
        assertThat(client("get-schema-version", "Open_vSwitch"))
                .isEqualTo(ok(GenuineServer.run("ovsdb-tool", "schema-version", STOCK_SCHEMA)));
        assertThat(client("get-schema-cksum", "Open_vSwitch"))
                .isEqualTo(ok(GenuineServer.run("ovsdb-tool", "schema-cksum", STOCK_SCHEMA)));
        assertThat(client("needs-conversion", STOCK_SCHEMA)).isEqualTo("no\n");
        Path stock = directory.resolve("stock.db");
        ok(GenuineServer.run("ovsdb-tool", "create", stock.toString(), STOCK_SCHEMA));
        try (GenuineServer genuine = GenuineServer.start(directory, stock)) {
            for (String command : List.of("list-dbs", "get-schema", "list-tables", "list-columns")) {
                assertThat(client(command).lines().sorted())
                        .as(command)
                        .isEqualTo(ok(GenuineServer.run("ovsdb-client", command, "unix:" + genuine.socket()))
                                .lines()
                                .sorted()
                                .toList());
            }
        }
    }

    @Test
    void monitorsPrintWhatHappens() throws Exception {
        vsctl("init");
        Path plain = directory.resolve("plain");
        Path conditional = directory.resolve("conditional");
        Path since = directory.resolve("since");
        List<Process> monitors = List.of(
                background(plain, "monitor", "Open_vSwitch", "Bridge", "name,external_ids"),
                background(conditional, "monitor-cond", "Open_vSwitch", "[[\"name\",\"==\",\"b\"]]", "Bridge", "name"),
                background(
                        since,
                        "monitor-cond-since",
                        "Open_vSwitch",
                        "00000000-0000-0000-0000-000000000000",
                        "[true]",
                        "Bridge",
                        "name"));
        try {
            Thread.sleep(1000);
            vsctl("add-br", "a");
            vsctl("add-br", "b");
            vsctl("set", "Bridge", "a", "external_ids:x=y");
            vsctl("del-br", "a");
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Files.readString(plain)).contains("insert", "delete", "{x=y}"));
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Files.readString(since)).contains("insert", "delete"));
            assertThat(Files.readString(conditional)).contains(",insert,b").doesNotContain("delete", "insert,a");
        } finally {
            monitors.forEach(Process::destroy);
        }
    }

    private Process background(Path output, String command, String... words) throws IOException {
        List<String> line = new ArrayList<>(List.of("ovsdb-client", "-f", "list", command, address));
        line.addAll(List.of(words));
        if (command.equals("monitor-cond")) {
            line.set(1, "-f");
            line.set(2, "csv");
        }
        return new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    @Test
    void clientsTransactWaitDumpAndBackUp() throws Exception {
        vsctl("init");
        assertThat(client("transact", "[\"Open_vSwitch\",{\"op\":\"comment\",\"comment\":\"hello\"}]"))
                .isEqualTo("[{}]\n");
        assertThat(client("query", "[\"Open_vSwitch\",{\"op\":\"delete\",\"table\":\"Open_vSwitch\",\"where\":[]}]"))
                .isEqualTo("[{\"count\":1}]\n");
        assertThat(client("dump", "Open_vSwitch", "Open_vSwitch", "cur_cfg")).contains("cur_cfg", "0");
        assertThat(client("wait", "Open_vSwitch", "connected")).doesNotContain("fail");
        String backup = client("backup", "Open_vSwitch");
        assertThat(backup).startsWith("OVSDB JSON ");
        Path copy = directory.resolve("copy.db");
        Files.writeString(copy, backup);
        assertThat(ok(GenuineServer.run("ovsdb-tool", "db-name", copy.toString())))
                .isEqualTo("Open_vSwitch\n");
        vsctl("add-br", "br0");
        ProcessBuilder restore =
                new ProcessBuilder("timeout", "30", "ovsdb-client", "restore", address, "Open_vSwitch");
        assertThat(restore.redirectInput(copy.toFile()).start().waitFor()).isZero();
        assertThat(vsctl("list-br")).isEmpty();
    }

    @Test
    void locksAreGrantedToStockClients() throws Exception {
        Path output = directory.resolve("lock");
        Process lock = background(output, "lock", "l");
        try {
            await().atMost(Duration.ofSeconds(20))
                    .untilAsserted(() -> assertThat(Files.readString(output)).contains("{\"locked\":true}"));
            Path second = directory.resolve("steal");
            Process thief = background(second, "steal", "l");
            try {
                await().atMost(Duration.ofSeconds(20))
                        .untilAsserted(
                                () -> assertThat(Files.readString(output)).contains("stolen"));
            } finally {
                thief.destroy();
            }
        } finally {
            lock.destroy();
        }
    }

    @Test
    void ovsdbToolReadsAndCompactsOurFile() throws Exception {
        vsctl("init");
        vsctl("add-br", "br0");
        vsctl("set", "Bridge", "br0", "external_ids:a=1", "external_ids:b=2", "external_ids:c=3");
        vsctl("set", "Bridge", "br0", "external_ids:b=5");
        vsctl("remove", "Bridge", "br0", "external_ids", "a");
        String shown = vsctl("list", "Bridge");
        server.close();
        assertThat(ok(GenuineServer.run("ovsdb-tool", "-m", "show-log", file.toString())))
                .contains(
                        "record 0: \"Open_vSwitch\" schema, version=\"8.3.1\"",
                        "add-br br0",
                        "table Bridge insert row");
        assertThat(ok(GenuineServer.run(
                        "ovsdb-tool",
                        "query",
                        file.toString(),
                        "[\"Open_vSwitch\",{\"op\":\"select\",\"table\":\"Bridge\",\"where\":[],"
                                + "\"columns\":[\"external_ids\"]}]")))
                .isEqualTo("[{\"rows\":[{\"external_ids\":[\"map\",[[\"b\",\"5\"],[\"c\",\"3\"]]]}]}]\n");
        assertThat(ok(GenuineServer.run("ovsdb-tool", "needs-conversion", file.toString(), STOCK_SCHEMA)))
                .isEqualTo("no\n");
        ok(GenuineServer.run("ovsdb-tool", "compact", file.toString()));
        restart();
        assertThat(vsctl("list", "Bridge")).isEqualTo(shown);
        server.compact().join();
        server.close();
        assertThat(ok(GenuineServer.run("ovsdb-tool", "show-log", file.toString())))
                .contains("compacting database online");
        restart();
        assertThat(vsctl("list", "Bridge")).isEqualTo(shown);
    }

    @Test
    void aGenuineServersFileIsTakenOverAndGivenBack() throws Exception {
        server.close();
        Files.delete(file);
        ok(GenuineServer.run("ovsdb-tool", "create", file.toString(), STOCK_SCHEMA));
        String shown;
        try (GenuineServer genuine = GenuineServer.start(directory, file)) {
            address = "unix:" + genuine.socket();
            vsctl("init", "--", "add-br", "br0");
            vsctl("set", "Bridge", "br0", "external_ids:a=1", "external_ids:b=2", "protocols=OpenFlow10,OpenFlow13");
            vsctl("set", "Bridge", "br0", "external_ids:b=3", "protocols=OpenFlow13,OpenFlow15", "flood_vlans=1,2,3");
            vsctl("set", "Bridge", "br0", "flood_vlans=2,3,4");
            shown = vsctl("list", "Bridge");
        }
        assertThat(Files.readString(file)).contains("\"_is_diff\":true");
        address = "unix:" + directory.resolve("db.sock");
        restart();
        assertThat(vsctl("list", "Bridge")).isEqualTo(shown);
        vsctl("set", "Bridge", "br0", "external_ids:d=4", "flood_vlans=9");
        shown = vsctl("list", "Bridge");
        server.close();
        try (GenuineServer genuine = GenuineServer.start(directory, file)) {
            address = "unix:" + genuine.socket();
            assertThat(vsctl("list", "Bridge")).isEqualTo(shown);
        }
    }

    @Test
    void aStockClientConvertsTheDatabase() throws Exception {
        vsctl("init", "--", "add-br", "br0");
        Path newer = directory.resolve("newer.ovsschema");
        Files.writeString(
                newer,
                Files.readString(Path.of(STOCK_SCHEMA))
                        .replace("\"version\": \"8.3.1\"", "\"version\": \"8.9.9\"")
                        .replace("\"stp_enable\": {", "\"novelty\": {\"type\": \"integer\"}, \"stp_enable\": {"));
        client("convert", newer.toString());
        assertThat(client("get-schema-version", "Open_vSwitch")).isEqualTo("8.9.9\n");
        assertThat(client("dump", "Open_vSwitch", "Bridge", "name", "novelty")).contains("br0  0");
        server.close();
        assertThat(ok(GenuineServer.run("ovsdb-tool", "db-version", file.toString())))
                .isEqualTo("8.9.9\n");
        restart();
        assertThat(client("dump", "Open_vSwitch", "Bridge", "name", "novelty")).contains("br0  0");
    }

    @Test
    void weAndTheGenuineServerKeepOffEachOthersFile() throws Exception {
        Output refused = GenuineServer.run(
                "ovsdb-server", "--unixctl=" + directory.resolve("x.ctl"), "--no-chdir", file.toString());
        assertThat(refused.text()).contains("failed to lock lockfile");
    }
}
