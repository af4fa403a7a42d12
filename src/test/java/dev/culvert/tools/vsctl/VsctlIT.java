package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.tools.OnMainThread;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What the differential test cannot show: waiting for a genuine switch, for a server, and for other clients. */
@ExtendWith(OnMainThread.class)
class VsctlIT {
    @TempDir
    Path directory;

    private Path database;

    private record Result(int status, String out, String err) {}

    private static Result vsctl(GenuineServer server, String... words) {
        List<String> args = new ArrayList<>(List.of("--db=unix:" + server.socket(), "--timeout=20"));
        args.addAll(List.of(words));
        return vsctl(args);
    }

    private static Result vsctl(List<String> args) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Vsctl.run(args.toArray(String[]::new), new PrintStream(out), new PrintStream(err));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @BeforeEach
    void createDatabase() throws Exception {
        database = directory.resolve("conf.db");
        GenuineServer.run("ovsdb-tool", "create", database.toString(), "/usr/share/openvswitch/vswitch.ovsschema");
    }

    @Test
    void aPreSharedKeyIsNotLogged() throws Exception {
        Path log = directory.resolve("vsctl.log");
        try (GenuineServer server = GenuineServer.start(directory, database)) {
            for (String word :
                    List.of("external_ids:psk=swordfish", "external_ids={psk=\"swordfish\",a=b}", "external_ids:x=1")) {
                Result result =
                        vsctl(server, "--no-wait", "--log-file=" + log, "--", "init", "--", "set", "open", ".", word);
                assertThat(result).isEqualTo(new Result(0, "", ""));
            }
        }
        assertThat(Files.readString(log))
                .contains("Called as", "external_ids:psk=(not shown)", "external_ids:x=1")
                .doesNotContain("swordfish");
    }

    /** A genuine ovs-vswitchd whose devices exist only in its memory. */
    private Process startSwitch(GenuineServer server) throws Exception {
        ProcessBuilder builder = new ProcessBuilder(
                "ovs-vswitchd",
                "--enable-dummy=override",
                "--disable-system",
                "--unixctl=" + directory.resolve("switch.ctl"),
                "-vconsole:off",
                "-vsyslog:off",
                "unix:" + server.socket());
        builder.environment().put("OVS_RUNDIR", directory.toString());
        return builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("switch.out").toFile())
                .start();
    }

    @Test
    void waitsForTheSwitchAndReportsAPortThatFailed() throws Exception {
        try (GenuineServer server = GenuineServer.start(directory, database)) {
            assertThat(vsctl(server, "--no-wait", "init").status()).isZero();
            Process daemon = startSwitch(server);
            try {
                assertThat(vsctl(server, "add-br", "sw1", "--", "list-br")).isEqualTo(new Result(0, "sw1\n", ""));
                String configurations = vsctl(server, "get", "Open_vSwitch", ".", "next_cfg", "cur_cfg")
                        .out();
                assertThat(configurations).isEqualTo("1\n1\n");

                Result failed =
                        vsctl(server, "add-port", "sw1", "no1", "--", "set", "Interface", "no1", "type=nonsense");
                assertThat(failed.status()).isEqualTo(65);
                assertThat(failed.err())
                        .startsWith("ovs-vsctl: Error detected while setting up 'no1': ")
                        .contains(".  See ovs-vswitchd log for details.\novs-vsctl: The default log directory is \"");
                GenuineServer.Output genuine = GenuineServer.run(
                        "ovs-vsctl",
                        "--db=unix:" + server.socket(),
                        "add-port",
                        "sw1",
                        "no2",
                        "--",
                        "set",
                        "Interface",
                        "no2",
                        "type=nonsense");
                assertThat(failed.err()).isEqualTo(genuine.text().replace("no2", "no1"));

                assertThat(vsctl(server, "del-br", "sw1", "--", "list-br")).isEqualTo(new Result(0, "", ""));
            } finally {
                daemon.destroy();
                assertThat(daemon.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    @Test
    void givesUpWhenTheTimeIsOver() throws Exception {
        try (GenuineServer server = GenuineServer.start(directory, database)) {
            Result result = vsctl(List.of("--db=unix:" + server.socket(), "-t", "1", "add-br", "sw1"));
            assertThat(result.status()).isEqualTo(142);
            assertThat(result.err()).endsWith("|fatal_signal|WARN|terminating with signal 14 (Alarm clock)\n");
            assertThat(vsctl(server, "list-br").out()).isEqualTo("sw1\n");
        }
    }

    @Test
    void keepsTryingUntilThereIsAServer() throws Exception {
        Path socket = directory.resolve("genuine.sock");
        try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Result> result = executor.submit(
                    () -> vsctl(List.of("--db=unix:" + socket, "--retry", "-t", "20", "--no-wait", "add-br", "sw1")));
            Thread.sleep(300);
            assertThat(result.isDone()).isFalse();
            try (GenuineServer server = GenuineServer.start(directory, database)) {
                assertThat(result.get()).isEqualTo(new Result(0, "", ""));
                assertThat(vsctl(server, "list-br").out()).isEqualTo("sw1\n");
            }
        }
    }

    @Test
    void letsTheServerCall() throws Exception {
        Path socket = directory.resolve("called.sock");
        try (GenuineServer server = GenuineServer.start(directory, database);
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            Future<Result> result = executor.submit(
                    () -> vsctl(List.of("--db=punix:" + socket, "-t", "20", "--no-wait", "add-br", "sw1")));
            String control = directory.resolve("genuine.ctl").toString();
            GenuineServer.run("ovs-appctl", "-t", control, "ovsdb-server/add-remote", "unix:" + socket);
            assertThat(result.get()).isEqualTo(new Result(0, "", ""));
            assertThat(vsctl(server, "list-br").out()).isEqualTo("sw1\n");
        }
    }

    @Test
    void losesNothingToOtherClients() throws Exception {
        int clients = 4;
        int portsEach = 5;
        try (GenuineServer server = GenuineServer.start(directory, database);
                ExecutorService executor = Executors.newFixedThreadPool(clients)) {
            vsctl(server, "--no-wait", "add-br", "sw1");
            List<Future<Integer>> statuses = new ArrayList<>();
            for (int client = 0; client < clients; client++) {
                for (int i = 0; i < portsEach; i++) {
                    String port = "p" + client + "-" + i;
                    statuses.add(executor.submit(() ->
                            vsctl(server, "--no-wait", "add-port", "sw1", port).status()));
                }
            }
            for (Future<Integer> status : statuses) {
                assertThat(status.get()).isZero();
            }
            assertThat(vsctl(server, "list-ports", "sw1").out().lines()).hasSize(clients * portsEach);
        }
    }

    @Test
    void waitsUntilSomethingBecomesTrue() throws Exception {
        try (GenuineServer server = GenuineServer.start(directory, database);
                ExecutorService executor = Executors.newSingleThreadExecutor()) {
            vsctl(server, "--no-wait", "add-br", "sw1");
            Future<Result> result = executor.submit(() -> vsctl(
                    server, "wait-until", "Interface", "sw1", "ofport>3", "--", "get", "Interface", "sw1", "ofport"));
            vsctl(server, "--no-wait", "set", "Interface", "sw1", "ofport=3");
            Awaitility.await()
                    .during(Duration.ofMillis(200))
                    .atMost(Duration.ofSeconds(5))
                    .until(() -> !result.isDone());
            vsctl(server, "--no-wait", "set", "Interface", "sw1", "ofport=4");
            assertThat(result.get()).isEqualTo(new Result(0, "4\n", ""));
        }
    }

    /** As many tunnels in one transaction as people have; and what a "set" made of the bridges is seen by what follows. */
    @Test
    void manyPortsAreAddedAndSetAtOnce() throws Exception {
        try (GenuineServer server = GenuineServer.start(directory, database)) {
            List<String> words = new ArrayList<>(List.of("--no-wait", "init", "--", "add-br", "sw1"));
            for (int i = 0; i < 500; i++) {
                words.addAll(List.of("--", "add-port", "sw1", "t" + i, "--", "set", "Interface", "t" + i, "type=gre"));
            }
            words.addAll(List.of("--", "set", "Port", "t7", "fake_bridge=true", "tag=9", "--", "list-br"));
            assertThat(vsctl(server, words.toArray(String[]::new))).isEqualTo(new Result(0, "sw1\nt7\n", ""));
            assertThat(vsctl(server, "list-ports", "sw1").out().lines()).hasSize(499);
            assertThat(vsctl(server, "br-to-vlan", "t7").out()).isEqualTo("9\n");
            assertThat(vsctl(server, "get", "Interface", "t499", "type").out()).isEqualTo("gre\n");
        }
    }
}
