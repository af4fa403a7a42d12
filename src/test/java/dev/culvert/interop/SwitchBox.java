package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A switch in a namespace, with folders of its own, commanded by the stock tools. */
abstract class SwitchBox implements AutoCloseable {
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    final TestNetwork network;
    final String namespace;
    final Path folder;
    private final List<Process> processes = new ArrayList<>();
    private List<String> databaseLine = List.of();
    private Process databaseServer;

    SwitchBox(TestNetwork network, String namespace) throws IOException {
        this.network = network;
        this.namespace = namespace;
        this.folder = Files.createTempDirectory("culvert-it-");
    }

    /** Where this switch's files are. */
    final Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        for (String name : List.of("OVS_RUNDIR", "OVS_DBDIR", "OVS_LOGDIR", "OVS_SYSCONFDIR")) {
            environment.put(name, folder.toString());
        }
        return environment;
    }

    /** A command line in the box. */
    final List<String> inBox(List<String> command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", network.name(namespace)));
        line.addAll(command);
        return line;
    }

    /** Runs a stock tool, such as {@code vsctl}, without judging its end. */
    final Outcome tool(String name, String... arguments) throws Exception {
        List<String> line = new ArrayList<>(List.of("/usr/bin/ovs-" + name, "--timeout=30"));
        line.addAll(List.of(arguments));
        return Outcome.of(environment(), inBox(line));
    }

    /** Runs {@code ovs-vsctl} with arguments separated by blanks, which must succeed. */
    final String vsctl(String arguments) throws Exception {
        return tool("vsctl", arguments.split(" ")).text();
    }

    /** Runs {@code ovs-appctl} with arguments separated by blanks, which must succeed. */
    final String appctl(String arguments) throws Exception {
        return tool("appctl", arguments.split(" ")).text();
    }

    /** Runs {@code ovs-ofctl} with arguments separated by blanks, which must succeed. */
    final String ofctl(String arguments) throws Exception {
        return tool("ofctl", arguments.split(" ")).text();
    }

    /** Starts a program that stays, in the box. */
    final Process start(String output, Map<String, String> more, List<String> command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(inBox(command));
        builder.environment().putAll(environment());
        builder.environment().putAll(more);
        builder.redirectError(folder.resolve(output).toFile());
        Process process = builder.start();
        processes.add(process);
        return process;
    }

    /** Starts a genuine ovsdb-server with an empty database and these options besides; returns its local address. */
    final String startDatabase(String... options) throws Exception {
        Path database = folder.resolve("conf.db");
        Path socket = folder.resolve("db.sock");
        Outcome.of(Map.of(), List.of("ovsdb-tool", "create", database.toString(), SCHEMA))
                .text();
        List<String> line = new ArrayList<>(
                List.of("ovsdb-server", "--remote=punix:" + socket, "--pidfile", "-vconsole:off", "" + database));
        line.addAll(List.of(options));
        databaseLine = line;
        databaseServer = start("ovsdb-server.err", Map.of(), line);
        await().until(() -> Files.exists(socket));
        return "unix:" + socket;
    }

    /** Kills the database server. */
    final void killDatabase() throws InterruptedException {
        databaseServer.destroyForcibly();
        assertThat(databaseServer.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }

    /** Starts the database server again, with the same options. */
    final void restartDatabase() throws IOException {
        databaseServer = start("ovsdb-server.err", Map.of(), databaseLine);
    }

    /** The switch's log. */
    final String log() throws IOException {
        return Files.readString(folder.resolve("ovs-vswitchd.log"));
    }

    /** Ends what runs, the last started first, and removes its files. */
    @Override
    public void close() throws Exception {
        for (Process process : processes.reversed()) {
            end(process);
        }
        processes.clear();
        try (var files = Files.walk(folder)) {
            for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void end(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(10, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
    }
}
