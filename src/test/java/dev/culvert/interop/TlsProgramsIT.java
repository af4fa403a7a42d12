package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import dev.culvert.stream.TestPki;
import dev.culvert.stream.TlsFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The switch and its tools over TLS, with the stock tools, ovsdb-server, ovs-vswitchd and ovs-testcontroller at the other end. */
@Timeout(180)
class TlsProgramsIT {
    private static final String DATABASE = "ssl:127.0.0.1:6640";

    @TempDir
    private Path folder;

    private TestNetwork network;
    private TlsFiles server;
    private TlsFiles client;

    @BeforeEach
    void prepare() throws Exception {
        network = TestNetwork.of("box");
        TestPki pki = new TestPki(folder, "ca");
        server = pki.identity("switch");
        client = pki.identity("tool");
    }

    @AfterEach
    void end() throws Exception {
        network.close();
    }

    private static List<String> options(TlsFiles files) {
        return List.of(
                "--private-key=" + files.privateKey(),
                "--certificate=" + files.certificate(),
                "--ca-cert=" + files.caCertificate());
    }

    private static List<String> line(List<String> program, TlsFiles files, String... arguments) {
        List<String> line = new ArrayList<>(program);
        line.addAll(options(files));
        line.addAll(List.of(arguments));
        return line;
    }

    private Outcome run(SwitchBox box, List<String> line) throws Exception {
        return Outcome.of(box.environment(), box.inBox(line));
    }

    @Test
    void stockAndOwnToolsReachTheDatabase() throws Exception {
        List<String> serving = line(List.of("--remote=pssl:6640:127.0.0.1"), server);
        try (CulvertBox box = new CulvertBox(network, "box", serving)) {
            run(box, line(List.of("ovs-vsctl", "--timeout=20"), client, "--db=" + DATABASE, "add-br", "br0"))
                    .text();
            String stock = run(box, line(List.of("ovs-vsctl", "--timeout=20"), client, "--db=" + DATABASE, "show"))
                    .text();
            assertThat(stock).contains("Bridge br0");
            assertThat(run(box, line(box.ours("vsctl", "--timeout=20"), client, "--db=" + DATABASE, "show"))
                            .text())
                    .isEqualTo(stock);
            assertThat(run(box, line(List.of("ovsdb-client", "--timeout=20"), client, "list-dbs", DATABASE))
                            .text())
                    .isEqualTo("Open_vSwitch\n_Server\n");

            TlsFiles stranger = new TestPki(Files.createDirectory(folder.resolve("x")), "other").identity("stranger");
            TlsFiles wrong = stranger.withCaCertificate(client.caCertificate(), false);
            assertThat(run(box, line(List.of("ovs-vsctl", "--timeout=2"), wrong, "--db=" + DATABASE, "show"))
                            .status())
                    .isNotZero();
            assertThat(run(box, line(box.ours("vsctl", "--timeout=3"), wrong, "--db=" + DATABASE, "show"))
                            .status())
                    .isNotZero();
        }
    }

    @Test
    void theSslTableGivesTheFiles() throws Exception {
        try (CulvertBox box = new CulvertBox(network, "box", List.of("--remote=pssl:6640:127.0.0.1"))) {
            List<String> show = line(List.of("ovs-vsctl", "--timeout=3"), client, "--db=" + DATABASE, "show");
            assertThat(run(box, show).status()).isNotZero();
            box.vsctl("add-br br0 -- set-controller br0 pssl:6653:127.0.0.1 -- set-ssl " + server.privateKey() + " "
                    + server.certificate() + " " + server.caCertificate());
            await().atMost(Duration.ofSeconds(20)).until(() -> run(box, show).status() == 0);
            List<String> description =
                    line(List.of("ovs-ofctl", "-OOpenFlow13"), client, "dump-desc", "ssl:127.0.0.1:6653");
            assertThat(run(box, description).text()).contains("OFPST_DESC reply (OF1.3)", "Manufacturer:");
            box.vsctl("del-ssl");
            assertThat(run(box, show).status()).isNotZero();
        }
    }

    @Test
    void theSwitchTalksToControllers() throws Exception {
        try (CulvertBox box = new CulvertBox(network, "box", options(server))) {
            box.start(
                    "controller.err",
                    Map.of(),
                    line(List.of("ovs-testcontroller", "--unixctl=none"), client, "pssl:6653:127.0.0.1"));
            box.vsctl("add-br br0 -- set-controller br0 ssl:127.0.0.1:6653");
            await().atMost(Duration.ofSeconds(30))
                    .until(() -> box.log().contains("br0<->ssl:127.0.0.1:6653: connected"));
        }
    }

    @Test
    void ofctlTalksToAGenuineBridge() throws Exception {
        try (OpenVswitchBox genuine = new OpenVswitchBox(network, "box");
                CulvertBox box = new CulvertBox(network, "box")) {
            genuine.vsctl("set-controller br-phy pssl:6653:127.0.0.1 -- set-ssl " + server.privateKey() + " "
                    + server.certificate() + " " + server.caCertificate());
            String target = "ssl:127.0.0.1:6653";
            List<String> stock = line(List.of("ovs-ofctl"), client, "dump-desc", target);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> run(genuine, stock).status() == 0);
            assertThat(run(box, line(box.ours("ofctl"), client, "dump-desc", target))
                            .text())
                    .isEqualTo(run(genuine, stock).text());
        }
    }

    @Test
    void theSwitchIsAClientOfAGenuineServer() throws Exception {
        try (Keeper keeper = new Keeper(network)) {
            keeper.startDatabase(
                    line(List.of("--remote=pssl:6640:127.0.0.1"), server).toArray(String[]::new));
            try (CulvertBox box = new CulvertBox(network, "box", line(List.of(), client, DATABASE))) {
                assertThat(run(keeper, List.of("ovs-vsctl", "--timeout=20", "add-br", "br0"))
                                .text())
                        .isEmpty();
                assertThat(box.appctl("ofproto/list")).isEqualTo("br0\n");
            }
        }
    }

    /** A genuine database server alone. */
    private static final class Keeper extends SwitchBox {
        Keeper(TestNetwork network) throws Exception {
            super(network, "box");
        }
    }
}
