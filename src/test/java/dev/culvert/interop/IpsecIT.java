package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tunnels with a pre-shared key between two of our own daemons, seen from outside: by ping, tshark and the stock tools. */
@Timeout(180)
class IpsecIT {
    private static final String SECRET = "a-very-secret-key-2718";

    /** A fragment that is not the last one of a datagram: with the last one tshark has the whole. */
    private static final String UDP_FRAGMENT =
            "(ip.proto == 17 && ip.flags.mf == 1) || (ipv6.fraghdr.nxt == 17 && ipv6.fraghdr.more == 1)";

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        TappedWire.lay(network);
        TappedWire.finish(network, "w2");
        TappedWire.finish(network, "w1");
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
        one.vsctl("--if-exists del-port sw1 tun0");
        two.vsctl("--if-exists del-port sw2 tun0");
        one.vsctl("clear open_vswitch . other_config");
        two.vsctl("clear open_vswitch . other_config");
    }

    private static void join(String type, String here, String there, String options) throws Exception {
        String line =
                "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=\"%s\" options:psk=" + SECRET + "%s";
        one.vsctl(line.formatted("sw1", type, there, options));
        two.vsctl(line.formatted("sw2", type, here, options));
    }

    private static String state(CulvertBox box) throws Exception {
        return box.vsctl("--if-exists get interface tun0 status:ipsec_state").strip();
    }

    @ParameterizedTest
    @CsvSource({
        "ipsec_gre, 192.168.56.11, 192.168.56.12, ''",
        "gre, 192.168.56.11, 192.168.56.12, ' options:key=7'",
        "vxlan, 192.168.56.11, 192.168.56.12, ' options:key=7 options:dst_port=8472'",
        "geneve, fd56::11, fd56::12, ''",
        "gre, fd56::11, fd56::12, ''",
        "gre, 192.168.56.11, 192.168.56.12, ' options:ipsec_forceencaps=yes'",
        "vxlan, fd56::11, fd56::12, ' options:ipsec_forceencaps=yes'",
        "gre, 192.168.56.11, 192.168.56.12, ' options:ipsec_ike=aes128gcm16-prfsha256-curve25519! options:ipsec_esp=aes128gcm16!'",
        "gre, 192.168.56.11, 192.168.56.12, ' options:ipsec_ike=aes256-sha384-ecp384! options:ipsec_esp=aes256-sha512!'",
        "geneve, 192.168.56.11, 192.168.56.12, ' options:ipsec_ike=aes128-sha256-ecp256! options:ipsec_esp=aes128-sha256-ecp256!'",
    })
    void theWireHoldsNothingButIkeAndEsp(String type, String here, String there, String options) throws Exception {
        try (Wiretap left = new Wiretap(network, "wire", "w1");
                Wiretap right = new Wiretap(network, "wire", "w2")) {
            join(type, here, there, options);
            // late, and not lost
            assertThat(network.exec("l", "ping", "-c", "1", "-W", "15", Guests.RIGHT))
                    .contains("1 received");
            guests.assertJoined();
            left.stop();
            right.stop();
            for (Wiretap wire : List.of(left, right)) {
                assertThat(wire.count("esp")).isGreaterThan(1000);
                assertThat(wire.count("isakmp")).isPositive();
                assertThat(wire.values(
                                "!(esp || isakmp || udpencap || arp || icmpv6.type >= 130"
                                        + " || ip.proto == 50 || ipv6.fraghdr.nxt == 50 || " + UDP_FRAGMENT + ")",
                                "frame.protocols"))
                        .isEmpty();
                assertThat(wire.values("frame.len > 1514", "frame.len")).isEmpty();
            }
        }
        assertThat(state(one)).isEqualTo("established");
        for (CulvertBox box : List.of(one, two)) {
            assertThat(box.drops("ipsec_cleartext") + box.drops("esp_icv_bad") + box.drops("esp_replayed"))
                    .isZero();
        }
    }

    @ParameterizedTest
    @CsvSource({"192.168.56.11, 192.168.56.12, false", "fd56::11, fd56::12, true"})
    void rawEspNeedsTheIpStackOnceASecond(String here, String there, boolean ipv6) throws Exception {
        join("gre", here, there, "");
        guests.awaitAnswer("l", Guests.RIGHT);
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            long before = sentByTheStack(ipv6);
            assertThat(guests.ping("l", 100, Guests.RIGHT)).isEqualTo(100); // five seconds
            assertThat(sentByTheStack(ipv6) - before).isBetween(3 * 100L, 50 * 100L);
        });
        guests.assertJoined();

        // a neighbour that is somebody else now is noticed, and so is that it is back
        network.ip("b1", "neigh replace " + there + " dev u0 lladdr 02:00:00:00:00:99 nud permanent");
        try {
            await().atMost(Duration.ofSeconds(10)).until(() -> guests.ping("l", 2, "-w", "1", Guests.RIGHT) == 0);
        } finally {
            network.ip("b1", "neigh del " + there + " dev u0");
        }
        await().atMost(Duration.ofSeconds(10)).until(() -> guests.ping("l", 2, "-w", "1", Guests.RIGHT) == 2);
    }

    /** Bytes that b1's IP stack has sent, of all protocols. */
    private static long sentByTheStack(boolean ipv6) throws Exception {
        List<List<String>> lines = network.exec("b1", "cat", ipv6 ? "/proc/net/snmp6" : "/proc/net/netstat")
                .lines()
                .map(line -> List.of(line.split("\\s+")))
                .filter(words -> words.getFirst().equals(ipv6 ? "Ip6OutOctets" : "IpExt:"))
                .toList();
        int at = ipv6 ? 1 : lines.getFirst().indexOf("OutOctets");
        return Long.parseLong(lines.getLast().get(at));
    }

    @Test
    void tsharkDecryptsWithTheKeysThatWereExported() throws Exception {
        try (Wiretap wire = new Wiretap(network, "wire", "w2")) {
            join("gre", "192.168.56.11", "192.168.56.12", "");
            guests.assertJoined();
            Path folder = Files.createTempDirectory("keys-");
            String files = one.appctl("ipsec/export-keys " + folder);
            wire.stop();
            assertThat(files.lines())
                    .containsExactly(
                            folder.resolve("esp_sa").toString(),
                            folder.resolve("ikev2_decryption_table").toString());
            for (String file : files.lines().toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(Path.of(file))))
                        .isEqualTo("rw-------");
            }
            wire.decryptWith(folder);
            assertThat(wire.count("esp && gre && icmp.type == 8")).isPositive();
            assertThat(wire.count("esp.icv_bad == 1")).isZero();
            assertThat(wire.count("isakmp.auth.data")).isPositive();
            for (Path file : List.of(folder.resolve("esp_sa"), folder.resolve("ikev2_decryption_table"))) {
                Files.delete(file);
            }
            Files.delete(folder);
        }
        assertThat(two.tool("appctl", "ipsec/export-keys", "/tmp").err()).contains("--allow-key-export");
    }

    @Test
    void theKeyIsNowhereToBeSeen() throws Exception {
        for (CulvertBox box : List.of(one, two)) {
            box.appctl("vlog/set dbg");
        }
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        guests.awaitEachOther();
        for (CulvertBox box : List.of(one, two)) {
            box.appctl("ipsec/rekey tun0");
            await().atMost(Duration.ofSeconds(10)).until(() -> state(box).equals("established"));
            String shown = box.appctl("ipsec/show")
                    + box.appctl("ipsec/sa")
                    + box.appctl("tunnels/show")
                    + box.appctl("dpif/show")
                    + box.vsctl("get interface tun0 status");
            assertThat(shown)
                    .contains("CONFIGURED", "vxlan-4789-in", "established")
                    .doesNotContain(SECRET);
            assertThat(Files.readString(box.folder.resolve("ovs-vswitchd.log"))).doesNotContain(SECRET);
            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(box.folder.resolve("ovs-vswitchd.log"))))
                    .isEqualTo("rw-------");
            box.appctl("vlog/set info");
        }
    }

    @Test
    void aWrongKeyIsToldToBothAndNothingPasses() throws Exception {
        join("gre", "192.168.56.11", "192.168.56.12", "");
        guests.awaitEachOther();
        two.vsctl("set interface tun0 options:psk=another");
        for (CulvertBox box : List.of(one, two)) {
            await().atMost(Duration.ofSeconds(30))
                    .untilAsserted(() -> assertThat(state(box)).isEqualTo("\"authentication failed\""));
        }
        assertThat(guests.ping("l", 3, Guests.RIGHT)).isZero();
        one.vsctl("set interface tun0 options:psk=another");
        guests.awaitEachOther();
        await().atMost(Duration.ofSeconds(10)).until(() -> state(one).equals("established"));
    }

    @Test
    void associationsAreReplacedUnderTraffic() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        guests.awaitEachOther();
        Process ping = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network.name("l"),
                        "ping",
                        "-c",
                        "400",
                        "-i",
                        "0.01",
                        "-w",
                        "60",
                        Guests.RIGHT)
                .redirectErrorStream(true)
                .start();
        String before = one.appctl("ipsec/sa");
        long lost = one.drops("esp_sa_not_found") + two.drops("esp_sa_not_found");
        for (int i = 0; i < 4; i++) {
            (i % 2 == 0 ? one : two).appctl("ipsec/rekey tun0");
            Thread.sleep(700);
        }
        assertThat(new String(ping.getInputStream().readAllBytes())).contains("400 received");
        assertThat(one.appctl("ipsec/sa")).isNotEqualTo(before);
        assertThat(one.drops("esp_sa_not_found") + two.drops("esp_sa_not_found"))
                .isEqualTo(lost);
    }

    @Test
    void anotherTunnelToTheSameHostKeepsItsAssociations() throws Exception {
        join("gre", "192.168.56.11", "192.168.56.12", "");
        guests.awaitEachOther();
        String gre = associations("gre");
        String more =
                "add-port %s tun1 -- set interface tun1 type=geneve options:remote_ip=%s options:key=5 options:psk="
                        + SECRET;
        one.vsctl(more.formatted("sw1", "192.168.56.12"));
        two.vsctl(more.formatted("sw2", "192.168.56.11"));
        await().atMost(Duration.ofSeconds(10))
                .until(() -> one.appctl("ipsec/sa").contains("geneve-6081-out"));
        one.vsctl("del-port sw1 tun1");
        two.vsctl("del-port sw2 tun1");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !one.appctl("ipsec/sa").contains("geneve"));
        assertThat(associations("gre")).isEqualTo(gre);
        one.vsctl("set interface tun0 options:key=9");
        two.vsctl("set interface tun0 options:key=9");
        guests.awaitEachOther();
        assertThat(associations("gre")).isEqualTo(gre);
    }

    private static String associations(String policy) throws Exception {
        return one.appctl("ipsec/sa")
                .lines()
                .filter(line -> line.contains(policy))
                .map(line -> line.replaceFirst(", age.*", ""))
                .toList()
                .toString();
    }

    @Test
    void aDaemonThatWasKilledIsBackWithoutHelp() throws Exception {
        join("gre", "192.168.56.11", "192.168.56.12", "");
        guests.awaitEachOther();
        two.daemon().destroyForcibly().waitFor();
        two.restart();
        guests.awaitEachOther();
        assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
    }

    @Test
    void certificatesThatAreKnownProveWhoIsWho(@TempDir Path folder) throws Exception {
        TestPki pki = new TestPki(folder);
        pki.selfSigned("host-1");
        pki.selfSigned("host-2");
        certificates(one, pki, "host-1", "");
        certificates(two, pki, "host-2", "");
        String line = "add-port %s tun0 -- set interface tun0 type=gre options:remote_ip=%s options:remote_cert=%s";
        one.vsctl(line.formatted("sw1", "192.168.56.12", pki.file("host-2.pem")));
        two.vsctl(line.formatted("sw2", "192.168.56.11", pki.file("host-1.pem")));
        guests.awaitEachOther();
        await().until(() ->
                one.vsctl("--if-exists get interface tun0 status:ipsec_peer").contains("host-2"));
        assertThat(one.appctl("tunnels/show")).contains("Local name:     host-1", "PSK:            None");
    }

    @Test
    void anAuthorityProvesNamesAndNothingElseDoes(@TempDir Path folder) throws Exception {
        TestPki pki = new TestPki(folder);
        pki.authority();
        pki.signed("host-1");
        pki.signed("host-2");
        pki.selfSigned("host-3");
        String ca = " other_config:ca_cert=" + pki.file("ca.pem");
        certificates(one, pki, "host-1", ca);
        certificates(two, pki, "host-2", ca);
        String line = "add-port %s tun0 -- set interface tun0 type=vxlan options:remote_ip=%s options:remote_name=%s";
        one.vsctl(line.formatted("sw1", "192.168.56.12", "host-2"));
        two.vsctl(line.formatted("sw2", "192.168.56.11", "host-1"));
        guests.awaitEachOther();
        certificates(two, pki, "host-3", ca);
        await().atMost(Duration.ofSeconds(30)).until(() -> state(one).contains("authentication failed"));
        assertThat(guests.ping("l", 3, Guests.RIGHT)).isZero();
        certificates(two, pki, "host-2", ca);
        guests.awaitEachOther();
        two.vsctl("remove open_vswitch . other_config private_key");
        await().atMost(Duration.ofSeconds(30))
                .until(() -> two.vsctl("--if-exists get interface tun0 status:ipsec_error")
                        .contains("private_key"));
        assertThat(guests.ping("l", 3, Guests.RIGHT)).isZero();
    }

    private static void certificates(CulvertBox box, TestPki pki, String name, String more) throws Exception {
        box.vsctl("set open_vswitch . other_config:certificate=" + pki.file(name + ".pem")
                + " other_config:private_key=" + pki.file(name + ".key") + more);
    }
}
