package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.stream.Directories;
import dev.culvert.stream.Tls;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
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
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** The Manager table does and tells with our server what it does and tells with the genuine one. */
@Timeout(120)
class ManagerIT {
    @TempDir
    private Path directory;

    private final List<AutoCloseable> open = new ArrayList<>();
    private Path socket;

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable each : open.reversed()) {
            each.close();
        }
    }

    private void start(boolean genuine) throws Exception {
        Path database = directory.resolve("conf.db");
        if (genuine) {
            GenuineServer.run("ovsdb-tool", "create", "" + database, "/usr/share/openvswitch/vswitch.ovsschema");
            GenuineServer server =
                    GenuineServer.start(directory, database, "--remote=db:Open_vSwitch,Open_vSwitch,manager_options");
            open.add(server);
            socket = server.socket();
        } else {
            OvsdbServer server = OvsdbServer.open(database, Schemas.openVSwitch(), new Tls());
            open.add(server);
            socket = directory.resolve("db.sock");
            server.serve(GenuineServer.listening(socket));
            server.serveNamedIn(
                    "Open_vSwitch", "manager_options", new Directories(directory, directory, directory, directory));
        }
        vsctl("init");
    }

    private String vsctl(String arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("ovs-vsctl", "--no-wait", "--db=unix:" + socket));
        line.addAll(List.of(arguments.split(" ")));
        GenuineServer.Output output = GenuineServer.run(line.toArray(String[]::new));
        assertThat(output.status()).as("%s", output).isZero();
        return output.text();
    }

    /** A manager's status, with what it is connected to under that name. */
    private Map<String, String> status(String target) throws Exception {
        JsonNode rows = Json.parse(vsctl("--format=json --columns=target,is_connected,status list Manager"));
        Map<String, String> status = new HashMap<>();
        for (JsonNode row : rows.get("data")) {
            if (row.get(0).stringValue().equals(target)) {
                status.put("is_connected", row.get(1).toString());
                row.get(2)
                        .get(1)
                        .forEach(pair -> status.put(
                                pair.get(0).stringValue(), pair.get(1).stringValue()));
            }
        }
        return status;
    }

    private Map<String, String> statusWhen(String target, Callable<Boolean> what) throws Exception {
        await().atMost(Duration.ofSeconds(30)).until(what);
        return status(target);
    }

    private Process client(String... command) throws Exception {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("client" + open.size()).toFile())
                .start();
        open.add(() -> process.destroyForcibly().waitFor());
        return process;
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void servesWhoeverConnects(boolean genuine) throws Exception {
        start(genuine);
        String target = "ptcp:0:127.0.0.1";
        vsctl("set-manager " + target);
        Map<String, String> idle = statusWhen(target, () -> status(target).containsKey("bound_port"));
        assertThat(idle).containsEntry("is_connected", "false").doesNotContainKey("state");
        if (!genuine) { // the original tells of zero seconds since what has never been
            assertThat(idle).containsOnlyKeys("is_connected", "bound_port");
        }
        String address = "tcp:127.0.0.1:" + idle.get("bound_port");

        Process locker = client("ovsdb-client", "lock", address, "alpha");
        Map<String, String> one =
                statusWhen(target, () -> "true".equals(status(target).get("is_connected")));
        if (!genuine) { // ovs-vswitchd.conf.db(5) promises what the original does not keep for those who connect
            one = statusWhen(target, () -> status(target).containsKey("locks_held"));
            assertThat(one)
                    .containsOnlyKeys("is_connected", "bound_port", "state", "sec_since_connect", "locks_held")
                    .containsEntry("state", "ACTIVE")
                    .containsEntry("locks_held", "alpha");
        }
        assertThat(one).containsEntry("bound_port", idle.get("bound_port"));
        client("ovsdb-client", "steal", address, "alpha");
        Map<String, String> two = statusWhen(target, () -> status(target).containsKey("n_connections"));
        assertThat(two).containsEntry("n_connections", "2").doesNotContainKey("last_error");

        vsctl("del-manager");
        assertThat(locker.waitFor()).isNotZero();
        assertThat(GenuineServer.run("ovsdb-client", "list-dbs", address).status())
                .isNotZero();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void connectsToWhoeverWaits(boolean genuine) throws Exception {
        start(genuine);
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String target = "tcp:127.0.0.1:" + listener.getLocalPort();
            vsctl("set-manager " + target);
            try (Socket manager = listener.accept()) {
                assertThat(call(manager)).contains("Open_vSwitch");
                Map<String, String> active =
                        statusWhen(target, () -> "true".equals(status(target).get("is_connected")));
                assertThat(active)
                        .containsOnlyKeys("is_connected", "state", "sec_since_connect")
                        .containsEntry("state", "ACTIVE");
                send(manager, "lock", "[\"alpha\"]");
                send(manager, "steal", "[\"beta\"]");
                assertThat(statusWhen(target, () -> status(target).containsKey("locks_held")))
                        .extractingByKey("locks_held")
                        .isIn("alpha beta", "beta alpha");
            }
            try (Socket again = listener.accept()) {
                Map<String, String> back =
                        statusWhen(target, () -> status(target).containsKey("sec_since_disconnect"));
                assertThat(back).containsOnlyKeys("is_connected", "state", "sec_since_connect", "sec_since_disconnect");
                assertThat(call(again)).contains("Open_vSwitch");
            }
        }
        String target = vsctl("get-manager").strip();
        Map<String, String> alone =
                statusWhen(target, () -> "false".equals(status(target).get("is_connected")));
        assertThat(alone).containsKeys("state", "sec_since_connect", "sec_since_disconnect");
        assertThat(alone.get("state")).isIn("BACKOFF", "CONNECTING");
        if (!genuine) { // the original has forgotten it by then
            statusWhen(target, () -> "Connection refused".equals(status(target).get("last_error")));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void probesAsOftenAsTheRowSays(boolean genuine) throws Exception {
        start(genuine);
        try (ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String target = "tcp:127.0.0.1:" + listener.getLocalPort();
            vsctl("--inactivity-probe=0 set-manager " + target);
            try (Socket manager = listener.accept()) {
                call(manager);
                vsctl("set Manager " + target + " inactivity_probe=1000");
                manager.setSoTimeout(20_000);
                InputStream in = manager.getInputStream();
                String said = new String(in.readAllBytes(), StandardCharsets.UTF_8);
                assertThat(said).as("asked, and given up").contains("\"echo\"");
            }
            vsctl("set Manager " + target + " inactivity_probe=0");
            try (Socket manager = listener.accept()) {
                assertThat(call(manager)).contains("Open_vSwitch");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void livesWithTargetsThatAreNoGood(boolean genuine) throws Exception {
        start(genuine);
        try (ServerSocket taken = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            String target = "ptcp:" + taken.getLocalPort() + ":127.0.0.1";
            vsctl("set-manager nonsense:1 " + target + " ptcp:0:127.0.0.1");
            assertThat(statusWhen(
                            "ptcp:0:127.0.0.1", () -> status("ptcp:0:127.0.0.1").containsKey("bound_port")))
                    .containsEntry("is_connected", "false");
            assertThat(status("nonsense:1")).doesNotContainEntry("is_connected", "true");
            assertThat(status(target)).doesNotContainKey("bound_port");
            taken.close();
            if (!genuine) { // the original tries again whenever it happens to wake up
                statusWhen(target, () -> status(target).containsKey("bound_port"));
            }
        }
        assertThat(Files.exists(socket)).isTrue();
    }

    /** Speaks as a manager does: asks for the databases, and returns what is said until the answer is whole. */
    private static String call(Socket manager) throws Exception {
        manager.setSoTimeout(20_000);
        send(manager, "list_dbs", "[]");
        StringBuilder said = new StringBuilder();
        while (!said.toString().contains("_Server")) {
            int next = manager.getInputStream().read();
            assertThat(next).as("%s", said).isNotNegative();
            said.append((char) next);
        }
        return said.toString();
    }

    private static void send(Socket manager, String method, String params) throws Exception {
        String request = "{\"method\":\"" + method + "\",\"params\":" + params + ",\"id\":7}";
        manager.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
    }
}
