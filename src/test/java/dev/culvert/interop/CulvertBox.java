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
    private Process daemon;

    /** Starts it with a database of its own. */
    CulvertBox(TestNetwork network, String namespace) throws IOException {
        super(network, namespace);
        daemon = launch(List.of());
    }

    /** Starts the daemon and returns when its first configuration is done. */
    Process launch(List<String> arguments) throws IOException {
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx96m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                Culvert.class.getName(),
                "switch",
                "--pidfile",
                "--log-file",
                "-vconsole:off"));
        line.addAll(arguments);
        Process process = start("culvert.err", Map.of("CULVERT_READY_FD", "1"), line);
        assertThat(process.inputReader().readLine()).isEqualTo("ready");
        return process;
    }

    /** Its process. */
    Process daemon() {
        return daemon;
    }

    /** Starts it again after it ended. */
    void restart() throws IOException {
        assertThat(daemon.isAlive()).isFalse();
        daemon = launch(List.of());
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
                .mapToLong(words -> Long.parseLong(words[1]))
                .sum();
    }
}
