package dev.culvert.tools;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import dev.culvert.tools.vsctl.Vsctl;
import dev.culvert.vswitch.EmbeddedSwitch;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README's program: a switch in this JVM, configured and asked by the tool's own class. */
class EmbeddedSwitchIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path directory;

    @Test
    void aProgramHasASwitchOfItsOwn() throws Exception {
        try (TestNetwork network = TestNetwork.of("box", "left", "right")) {
            network.veth("left", "veth1", "box", "p1");
            network.veth("right", "veth1", "box", "p2");
            network.address("left", "veth1", "10.0.0.1/24");
            network.address("right", "veth1", "10.0.0.2/24");
            try (EmbeddedSwitch sw = network.in("box", () -> EmbeddedSwitch.start(directory))) {
                String database = "--db=" + sw.database().text();
                assertThat(vsctl(
                                database,
                                "add-br",
                                "br0",
                                "--",
                                "add-port",
                                "br0",
                                "p1",
                                "--",
                                "add-port",
                                "br0",
                                "p2"))
                        .isZero();
                assertThat(network.exec("left", "ping", "-c", "3", "-i", "0.1", "-W", "2", "10.0.0.2"))
                        .contains("3 received");
                assertThat(vsctl(database, "list-ports", "br0")).isZero();
                assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("p1\np2\n");
                assertThat(vsctl(database, "add-port", "br0", "missing")).isEqualTo(65);
                assertThat(err.toString(StandardCharsets.UTF_8))
                        .contains("could not open network device missing (No such device)");
            }
        }
    }

    private int vsctl(String... arguments) {
        return Vsctl.run(
                arguments,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
