package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import dev.culvert.tools.Culvert;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Culvert's daemon, as a process in a namespace. */
final class CulvertBox extends SwitchBox {
    /** For tests that only want it quickly. */
    private static final List<String> SMALL = List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx96m");

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

    /** Starts it with the options for the JVM that its launcher has for it, and others behind those. */
    static CulvertBox asLaunched(TestNetwork network, String namespace, String... more) throws Exception {
        List<String> jvm = launchers("switch");
        jvm.addAll(List.of(more));
        return new CulvertBox(network, namespace, List.of(), jvm);
    }

    /** Runs one of Culvert's own tools as its launcher does, without judging its end. */
    Outcome own(String program, List<String> arguments) throws Exception {
        return Outcome.of(environment(), inBox(line(launchers(program), program, arguments)));
    }

    private Process launch() throws IOException {
        List<String> line = line(jvm, "switch", List.of("--pidfile", "--log-file", "-vconsole:off"));
        line.addAll(options);
        Process process = start("culvert.err", Map.of("CULVERT_READY_FD", "1"), line);
        // said when the first configuration is done
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    /** The command line of one of Culvert's own programs, such as {@code vsctl}. */
    List<String> ours(String program, String... arguments) {
        return line(SMALL, program, List.of(arguments));
    }

    private static List<String> line(List<String> jvm, String program, List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.add("--enable-native-access=ALL-UNNAMED");
        line.addAll(jvm);
        line.add("-cp");
        line.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        line.add(Culvert.class.getName());
        line.add(program);
        line.addAll(arguments);
        return line;
    }

    /** The options that the launcher gives to a program's JVM, read out of it. */
    private static List<String> launchers(String program) throws IOException {
        String script = Files.readString(Path.of("culvert"));
        String kind = program.equals("switch") ? "switch" : "\\*";
        Matcher branch =
                Pattern.compile("(?ms)^ *" + kind + "\\)\\s*options\\+=.*?;;").matcher(script);
        assertThat(branch.find()).as("options for %s in the launcher", program).isTrue();
        List<String> options = new ArrayList<>(List.of("-XX:+UseSerialGC"));
        Pattern.compile("options\\+=\\(([^)]*)\\)")
                .matcher(branch.group())
                .results()
                .forEach(added -> options.addAll(List.of(added.group(1).split(" "))));
        return options;
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
