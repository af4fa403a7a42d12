package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Protected tunnels between two of our own daemons where the host or its configuration is not as it should be. */
@Timeout(180)
class IpsecTroubleIT {
    private static final String SECRET = "a-very-secret-key-3141";
    private static final String HERE = "192.168.56.11";
    private static final String THERE = "192.168.56.12";

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", HERE + "/24");
        network.address("b2", "u0", THERE + "/24");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1", List.of("--allow-key-export"));
        two = new CulvertBox(network, "b2");
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    @AfterEach
    void removeTunnels() throws Exception {
        for (String port : List.of("tun0", "tun1")) {
            one.vsctl("--if-exists del-port sw1 " + port);
            two.vsctl("--if-exists del-port sw2 " + port);
        }
    }

    private static void join(String port, String type, String optionsHere, String optionsThere) throws Exception {
        String line = "add-port %s %s -- set interface %s type=%s options:remote_ip=%s options:psk=" + SECRET + " %s";
        one.vsctl(line.formatted("sw1", port, port, type, THERE, optionsHere));
        two.vsctl(line.formatted("sw2", port, port, type, HERE, optionsThere));
    }

    private static String state(CulvertBox box, String port) throws Exception {
        return box.vsctl("--if-exists get interface " + port + " status:ipsec_state")
                .strip();
    }

    private static void awaitEstablished(String port) {
        for (CulvertBox box : List.of(one, two)) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(state(box, port)).isEqualTo("established"));
        }
    }

    @Test
    void anInterfaceOfTwoBridgesKeepsWhatItHasWhenOneOfThemGoes() throws Exception {
        join("tun0", "gre", "", "");
        guests.awaitEachOther();
        String row = one.vsctl("get interface tun0 _uuid").strip();
        // which bridge comes first in the database is chance
        for (int i = 0; i < 6; i++) {
            one.vsctl("add-br sw3 -- --id=@p create port name=twice interfaces=" + row + " -- add bridge sw3 ports @p");
            assertThat(guests.ping("l", 1, Guests.RIGHT)).isEqualTo(1);
            one.vsctl("del-br sw3");
            assertThat(guests.ping("l", 1, Guests.RIGHT)).isEqualTo(1);
        }
        awaitEstablished("tun0");
    }

    @Test
    void aTunnelThatNamesTheAddressWhichTheOthersHaveAnywayIsOneOfThem() throws Exception {
        join("tun0", "gre", "", "");
        join("tun1", "vxlan", "options:local_ip=" + HERE, "options:local_ip=" + THERE);
        awaitEstablished("tun0");
        awaitEstablished("tun1");
        one.vsctl("del-port sw1 tun0");
        two.vsctl("del-port sw2 tun0");
        guests.awaitEachOther();
        join("tun0", "gre", "", "");
        awaitEstablished("tun0");
    }

    @Test
    void portsThatAreTakenAreHadWhenTheyAreFree() throws Exception {
        Process other = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network.name("b1"),
                        "python3",
                        "-c",
                        "import socket, sys\n"
                                + "taken = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
                                + "taken.bind(('0.0.0.0', 4500))\n"
                                + "print('taken', flush=True)\n"
                                + "sys.stdin.read()\n")
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(other.inputReader().readLine()).isEqualTo("taken");
            String line = "add-port sw1 tun0 -- set interface tun0 type=gre options:remote_ip=%s options:psk=%s";
            one.tool("vsctl", line.formatted(THERE, SECRET).split(" "));
            assertThat(one.vsctl("get interface tun0 error")).contains("Address already in use");
            assertThat(Files.readString(one.folder.resolve("ovs-vswitchd.log")))
                    .contains("tun0: IPsec's UDP port 4500: Address already in use");
        } finally {
            other.getOutputStream().close();
            other.waitFor();
        }
        two.vsctl("add-port sw2 tun0 -- set interface tun0 type=gre options:remote_ip=" + HERE + " options:psk="
                + SECRET);
        awaitEstablished("tun0");
        assertThat(one.vsctl("get interface tun0 error").strip()).isEqualTo("[]");
        assertThat(guests.ping("l", 3, Guests.RIGHT)).isEqualTo(3);
    }

    @Test
    void ikeThatIsNotObeyedIsCounted() throws Exception {
        join("tun0", "gre", "", "");
        awaitEstablished("tun0");
        String header = "0123456789abcdef00000000000000002e20250800000001000000";
        for (String message : List.of(header + "1c", header + "ff", "00")) {
            String octets = message.replaceAll("..", "\\\\x$0");
            network.exec("b2", "bash", "-c", "printf '" + octets + "' > /dev/udp/" + HERE + "/500");
        }
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            assertThat(one.drops("ike_unknown_spi")).isPositive();
            assertThat(one.drops("ike_malformed")).isPositive();
        });
    }

    @Test
    void keysThatCannotBeWrittenTellWhy(@TempDir Path folder) throws Exception {
        Path missing = folder.resolve("missing");
        assertThat(one.tool("appctl", "ipsec/export-keys", missing.toString()).err())
                .contains(missing + ": cannot write keys (No such file or directory)");
    }
}
