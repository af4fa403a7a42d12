package dev.culvert.vswitch.daemon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The daemon in a process of its own, commanded by the stock ovs-appctl. */
@Timeout(120)
class DaemonIT {
    @TempDir
    private Path directory;

    private final List<Process> processes = new ArrayList<>();

    private record Result(int status, String out, String err) {}

    @AfterEach
    void endAll() throws InterruptedException {
        for (Process process : processes) {
            process.destroyForcibly();
            assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private ProcessBuilder builder(List<String> command) {
        ProcessBuilder builder = new ProcessBuilder(command);
        for (String variable : List.of("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR")) {
            builder.environment().put(variable, directory.toString());
        }
        builder.environment().remove(DaemonReady.VARIABLE);
        return builder.redirectError(file("stderr").toFile());
    }

    private Path file(String name) {
        return directory.resolve(name);
    }

    private ProcessBuilder daemon(String... arguments) {
        // A JVM leaves alone what whoever started the tests may have had ignored (nohup(1)).
        List<String> command = new ArrayList<>(List.of(
                "env",
                "--default-signal=HUP,INT,TERM",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                IdleSwitch.class.getName()));
        command.addAll(List.of(arguments));
        return builder(command);
    }

    private Process start(ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Starts the daemon and returns when it says that it is ready. */
    private Process startReady(String... arguments) throws IOException {
        ProcessBuilder builder = daemon(arguments);
        builder.environment().put(DaemonReady.VARIABLE, "1");
        Process process = start(builder);
        assertThat(readLine(process)).isEqualTo("ready");
        return process;
    }

    private static String readLine(Process process) throws IOException {
        return new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8)).readLine();
    }

    private Result appctl(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("ovs-appctl", "--timeout=20"));
        command.addAll(List.of(arguments));
        Process process =
                start(builder(command).redirectError(file("appctl-stderr").toFile()));
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int status = process.waitFor();
        return new Result(status, out, Files.readString(file("appctl-stderr")));
    }

    private static int end(Process process) throws InterruptedException {
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return process.exitValue();
    }

    @Test
    void theStockToolFindsCommandsAndEndsIt() throws Exception {
        Process daemon = startReady("--pidfile", "--log-file", "--detach", "--no-chdir");
        Path socket = file("ovs-vswitchd." + daemon.pid() + ".ctl");
        assertThat(Files.readString(file("ovs-vswitchd.pid"))).isEqualTo(daemon.pid() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .endsWith("---");

        assertThat(appctl("version")).isEqualTo(new Result(0, "ovs-vswitchd (Open vSwitch) 3.1.0\n", ""));
        assertThat(appctl("-t", socket.toString(), "version").status()).isZero();
        assertThat(appctl("list-commands").out())
                .contains("  exit                    [--cleanup]\n", "  vlog/reopen             \n");
        assertThat(appctl("fdb/nope", "x")).isEqualTo(new Result(2, "", """
                        "fdb/nope" is not a valid command (use "list-commands" to see a list of valid commands)
                        ovs-appctl: ovs-vswitchd: server returned an error
                        """));
        assertThat(appctl("vlog/set", "bridge:console:dbg", "dpif:file:off").status())
                .isZero();
        assertThat(appctl("vlog/list").out())
                .contains("bridge             DBG        OFF       INFO\n")
                .contains("dpif               OFF        OFF        OFF\n");

        assertThat(appctl("exit", "--cleanup")).isEqualTo(new Result(0, "", ""));
        assertThat(Files.readString(file("note"))).isEqualTo("cleaned up");
        assertThat(end(daemon)).isZero();
        assertThat(socket).doesNotExist();
        assertThat(file("ovs-vswitchd.pid")).doesNotExist();
        assertThat(Files.readAllLines(file("ovs-vswitchd.log")))
                .first()
                .asString()
                .matches(
                        "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z\\|00001\\|vlog\\|INFO\\|opened log file .*");
        assertThat(Files.readString(file("ovs-vswitchd.log")))
                .contains("|vswitchd|INFO|ovs-vswitchd (Open vSwitch) 3.1.0 (Culvert ");
    }

    @Test
    void onlyOneHasThePidfile() throws Exception {
        Process first = startReady("--pidfile");
        Process second = start(daemon("--pidfile"));
        assertThat(end(second)).isEqualTo(1);
        assertThat(file("ovs-vswitchd.pid.tmp")).doesNotExist();
        assertThat(Files.readString(file("stderr")))
                .contains("ovs-vswitchd: " + file("ovs-vswitchd.pid") + ": already running as pid " + first.pid()
                        + ", aborting\n");
        assertThat(appctl("version").status()).isZero();

        Process third = startReady("--pidfile", "--overwrite-pidfile");
        assertThat(Files.readString(file("ovs-vswitchd.pid"))).isEqualTo(third.pid() + "\n");
        assertThat(appctl("-t", file("ovs-vswitchd." + first.pid() + ".ctl").toString(), "exit")
                        .status())
                .isZero();
        assertThat(end(first)).isZero();
        assertThat(appctl("version").status()).isZero();
    }

    @Test
    void aKilledOneIsNotTakenForALiveOne() throws Exception {
        Process killed = startReady("--pidfile");
        killed.destroyForcibly();
        end(killed);
        assertThat(file("ovs-vswitchd.pid")).exists();
        assertThat(appctl("version").err())
                .contains("cannot read pidfile \"" + file("ovs-vswitchd.pid") + "\" (No such process)");
        Process next = startReady("--pidfile");
        assertThat(appctl("version").status()).isZero();
        assertThat(Files.readString(file("ovs-vswitchd.pid"))).isEqualTo(next.pid() + "\n");
    }

    private static void signal(String name, Process process) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    @Test
    void signalsReopenTheLogAndEndIt() throws Exception {
        Process daemon = startReady("--pidfile", "--log-file");
        Path log = file("ovs-vswitchd.log");
        Files.move(log, file("rotated"));
        signal("HUP", daemon);
        await().until(() -> Files.exists(log) && Files.readString(log).contains("|vlog|INFO|opened log file"));
        assertThat(Files.readString(file("rotated"))).contains("|vlog|INFO|closing log file");
        signal("TERM", daemon);
        assertThat(end(daemon)).isEqualTo(143);
        assertThat(Files.readString(file("note"))).isEqualTo("stopped");
        assertThat(Files.readString(log)).contains("|fatal_signal|WARN|terminating with signal 15 (Terminated)");
        assertThat(file("ovs-vswitchd.pid")).doesNotExist();
        assertThat(file("ovs-vswitchd." + daemon.pid() + ".ctl")).doesNotExist();
    }

    @Test
    void whoStartsItLearnsWhyItCannotRun() throws Exception {
        for (List<String> wrong : List.of(
                List.of("unix:refuse", "no such database"),
                List.of(
                        "--unixctl=/nonexistent/ctl",
                        "/nonexistent/ctl: could not initialize control socket (No such file or directory)"),
                List.of("--pidfile=/nonexistent/pid", "create failed (No such file or directory)"),
                List.of("--foo", "unrecognized option '--foo'"))) {
            ProcessBuilder builder = daemon("--detach", wrong.getFirst());
            builder.environment().put(DaemonReady.VARIABLE, "1");
            Process process = start(builder);
            assertThat(readLine(process)).startsWith("error ovs-vswitchd: ").endsWith(wrong.getLast());
            assertThat(end(process)).isEqualTo(1);

            assertThat(end(start(daemon(wrong.getFirst())))).isEqualTo(1);
            assertThat(Files.readString(file("stderr")))
                    .contains("ovs-vswitchd: ")
                    .contains(wrong.getLast() + "\n");
        }
        assertThat(Files.readString(file("note")))
                .as("a switch that failed to start is stopped")
                .isEqualTo("stopped");
    }

    @Test
    void aSwitchThatCannotGoOnEndsTheDaemon() throws Exception {
        Process daemon = startReady("--pidfile", "--log-file");
        assertThat(appctl("test/fail", "lost the database").status()).isZero();
        assertThat(end(daemon)).isEqualTo(1);
        assertThat(Files.readString(file("ovs-vswitchd.log"))).contains("|vswitchd|ERR|lost the database");
    }

    @Test
    void versionComesWithoutStarting() throws Exception {
        Process process = start(daemon("--version"));
        assertThat(readLine(process)).isEqualTo("ovs-vswitchd (Open vSwitch) 3.1.0");
        assertThat(end(process)).isZero();
    }
}
