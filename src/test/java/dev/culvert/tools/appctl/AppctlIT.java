package dev.culvert.tools.appctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.stream.Directories;
import dev.culvert.tools.OnMainThread;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Our ovs-appctl and the stock one, one beside the other, on a genuine daemon: they must not differ. */
@ExtendWith(OnMainThread.class)
@Timeout(60)
class AppctlIT {
    @TempDir
    private static Path directory;

    private static Process server;

    /** What a run of the program showed; log lines on standard error, which carry the time, are left out. */
    private record Result(int status, String out, String err) {
        Result(int status, String out, String err) {
            this.status = status;
            this.out = out;
            this.err = err.lines()
                    .filter(line -> !line.matches("\\d{4}-\\d\\d-\\d\\dT.*Z\\|\\d+\\|.*"))
                    .collect(Collectors.joining("\n"));
        }
    }

    private static ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        for (String variable : List.of("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR")) {
            builder.environment().put(variable, directory.toString());
        }
        return builder;
    }

    @BeforeAll
    static void startServer() throws Exception {
        Process tool = builder(List.of(
                        "ovsdb-tool",
                        "create",
                        directory.resolve("conf.db").toString(),
                        "/usr/share/openvswitch/vswitch.ovsschema"))
                .start();
        assertThat(tool.waitFor()).isZero();
        server = builder(List.of(
                        "ovsdb-server",
                        "--pidfile",
                        "--remote=punix:db.sock",
                        directory.resolve("conf.db").toString()))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("server.out").toFile())
                .start();
        await().until(() -> Files.exists(directory.resolve("ovsdb-server." + server.pid() + ".ctl"))
                && Files.exists(directory.resolve("ovsdb-server.pid")));
        Files.writeString(directory.resolve("stale.pid"), "1\n");
        Files.writeString(directory.resolve("empty.pid"), "");
    }

    @AfterAll
    static void stopServer() throws InterruptedException {
        server.destroyForcibly();
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    private static Result stock(List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-appctl"));
        command.addAll(arguments);
        Path err = directory.resolve("err");
        Process process = builder(command).redirectError(err.toFile()).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return new Result(status, out, Files.readString(err));
    }

    private static Result ours(List<String> arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int status = Appctl.run(
                arguments.toArray(String[]::new),
                Directories.from(Map.of("OVS_RUNDIR", directory.toString(), "OVS_LOGDIR", directory.toString())),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Result(status, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-t ovsdb-server version",
                "-tovsdb-server version",
                "--target=ovsdb-server list-commands",
                "--targ ovsdb-server vlog/list-pattern",
                "-t DIR/ovsdb-server.PID.ctl version",
                "-e -t ovsdb-server version",
                "-t ovsdb-server ovsdb-server/list-dbs",
                "-t ovsdb-server version -V",
                "-t ovsdb-server -- version",
                "-t ovsdb-server nope",
                "-t ovsdb-server version 1 2",
                "-t ovsdb-server vlog/set no:such",
                "-t ovsdb-server vlog/set vlog:dbg any:info",
                "-t ovsdb-server ovsdb-server/add-remote",
                "-t ovsdb-server ovsdb-server/remove-db _Server",
                "-T 10 -t ovsdb-server version",
                "--timeout=0 -t ovsdb-server version",
                "-T x -t ovsdb-server version",
                "-t ovsdb-server",
                "-t",
                "",
                "version",
                "-t nope version",
                "-t stale version",
                "-t empty version",
                "-t /nonexistent version",
                "-t DIR version",
                "-t DIR/stale.pid version",
                "--foo",
                "-q",
                "--ver",
                "--version=1",
                "--timeout",
                "-vnope -t ovsdb-server version",
                "-vconsole:off -t ovsdb-server version",
                "--syslog-method=libc -t ovsdb-server version",
                "--option",
            })
    void theTwoDoNotDiffer(String line) throws Exception {
        String expanded = line.replace("DIR", directory.toString()).replace("PID", Long.toString(server.pid()));
        List<String> arguments = expanded.isEmpty() ? List.of() : List.of(expanded.split(" "));
        assertThat(ours(arguments)).isEqualTo(stock(arguments));
    }

    @Test
    void argumentsArriveAsTheyAre() throws Exception {
        for (String argument : List.of("", "a b", "é\"\\\n\t", "{}")) {
            List<String> arguments = List.of("-t", "ovsdb-server", "ovsdb-server/add-remote", argument);
            assertThat(ours(arguments)).isEqualTo(stock(arguments));
        }
    }

    @Test
    void versionAndHelpEndWell() {
        assertThat(ours(List.of("-V")).out()).startsWith("ovs-appctl (Open vSwitch) 3.1.0\n");
        assertThat(ours(List.of("--help")))
                .satisfies(help -> assertThat(help.status()).isZero())
                .satisfies(help -> assertThat(help.out()).contains("usage: ovs-appctl", "--target", "--timeout"));
    }

    @Test
    void aDaemonThatDoesNotAnswerIsGivenUp() throws Exception {
        Path silent = directory.resolve("silent");
        try (var listener = dev.culvert.stream.Streams.listen(
                new dev.culvert.stream.StreamAddress.PassiveUnix(silent, "punix:silent"))) {
            long start = System.nanoTime();
            Result result = ours(List.of("-T", "1", "-t", silent.toString(), "version"));
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isBetween(900L, 20_000L);
            assertThat(result.status()).isEqualTo(142);
            assertThat(listener.localPort()).isZero();
        }
    }
}
