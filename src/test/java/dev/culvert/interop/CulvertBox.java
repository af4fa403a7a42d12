package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import dev.culvert.tools.Culvert;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Culvert's daemon, as a process in a namespace. */
final class CulvertBox extends SwitchBox {
    /** For tests that only want it quickly. */
    private static final List<String> SMALL = List.of("-XX:TieredStopAtLevel=1", "-Xmx96m");

    /** The launcher's, as far as they are about speed and memory. */
    private static final List<String> AS_SHIPPED =
            List.of("-Xms16m", "-Xmx160m", "-Xmn8m", "-XX:+UseCompactObjectHeaders", "-XX:+UsePerfData");

    private final List<String> options = new ArrayList<>();
    private final List<String> jvm;
    private Process daemon;

    /** Who keeps the database. */
    enum Database {
        /** The daemon itself. */
        OWN,
        /** A genuine ovsdb-server, whose client the daemon is. */
        GENUINE
    }

    CulvertBox(TestNetwork network, String namespace) throws Exception {
        this(network, namespace, Database.OWN);
    }

    CulvertBox(TestNetwork network, String namespace, Database database) throws Exception {
        super(network, namespace);
        jvm = SMALL;
        if (database == Database.GENUINE) {
            options.add(startDatabase());
        }
        daemon = launch();
    }

    /** Starts it with options besides the usual ones. */
    CulvertBox(TestNetwork network, String namespace, List<String> options) throws Exception {
        this(network, namespace, options, SMALL);
    }

    private CulvertBox(TestNetwork network, String namespace, List<String> options, List<String> jvm) throws Exception {
        super(network, namespace);
        this.options.addAll(options);
        this.jvm = jvm;
        daemon = launch();
    }

    /** Starts it with the compilers and the memory that users have; jstat may look into it. */
    static CulvertBox asShipped(TestNetwork network, String namespace) throws Exception {
        return new CulvertBox(network, namespace, List.of(), AS_SHIPPED);
    }

    private Process launch() throws IOException {
        List<String> line = java(jvm, "switch", "--pidfile", "--log-file", "-vconsole:off");
        line.addAll(options);
        Process process = start("culvert.err", Map.of("CULVERT_READY_FD", "1"), line);
        // said when the first configuration is done
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    /** The command line of one of Culvert's own programs, such as {@code vsctl}. */
    List<String> ours(String program, String... arguments) {
        return java(SMALL, program, arguments);
    }

    private static List<String> java(List<String> jvm, String program, String... arguments) {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC"));
        line.addAll(jvm);
        line.addAll(List.of(
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Culvert.class.getName(),
                program));
        line.addAll(List.of(arguments));
        return line;
    }

    /** Says whether established flows go to the kernel. */
    void kernelOffload(boolean wanted) throws Exception {
        vsctl("set open_vswitch . other_config:kernel-offload=" + wanted);
    }

    /** Its process. */
    Process daemon() {
        return daemon;
    }

    /** Starts it again after it ended. */
    void restart() throws IOException {
        assertThat(daemon.isAlive()).isFalse();
        daemon = launch();
    }

    /** How many packets were dropped for a reason, such as {@code tunnel_port_not_found}. */
    long drops(String reason) throws Exception {
        return counter("drop_" + reason);
    }

    /** A counter of {@code coverage/show}; 0 where it is not in the list. */
    long counter(String name) throws Exception {
        return appctl("coverage/show")
                .lines()
                .map(line -> line.split(" +"))
                .filter(words -> words[0].equals(name))
                .mapToLong(words -> Long.parseLong(words[words.length - 1]))
                .sum();
    }
}
