package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.BesideOthers;
import dev.culvert.linux.TestNetwork;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code culvert doctor} names what somebody who tries the lab's commands can do wrong, alone and in sight of both ends. */
@BesideOthers
@Timeout(180)
class DoctorIT {
    private static final String LINE =
            "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=192.168.56.%d %s";

    private TestNetwork network;
    private Guests guests;
    private CulvertBox one;
    private CulvertBox two;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "eth1", "b2", "eth1");
        network.address("b1", "eth1", "192.168.56.11/24");
        network.address("b2", "eth1", "192.168.56.12/24");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1");
        two = new CulvertBox(network, "b2");
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterEach
    void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    private void tunnels(String mine, String theirs) throws Exception {
        one.vsctl(mine.strip());
        two.vsctl(theirs.strip());
    }

    /** What the doctor of the first box says while both guests try to talk. */
    private Outcome doctor(String... arguments) throws Exception {
        Process ping = talk("l", Guests.RIGHT);
        Process back = talk("r", Guests.LEFT);
        try {
            return Outcome.of(one.environment(), one.inBox(one.ours("doctor", arguments)));
        } finally {
            for (Process process : List.of(ping, back)) {
                process.destroy();
                assertThat(process.waitFor(10, TimeUnit.SECONDS)).isTrue();
            }
        }
    }

    private Process talk(String from, String to) throws Exception {
        return new ProcessBuilder("ip", "netns", "exec", network.name(from), "ping", "-i", "0.1", to)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private Outcome withPeer() throws Exception {
        return doctor("--peer", two.folder.toString());
    }

    private static void assertSays(Outcome outcome, String... texts) {
        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.status()).isEqualTo(1);
        for (String text : texts) {
            assertThat(outcome.out()).contains(text);
        }
    }

    @ParameterizedTest
    @CsvSource({"gre, ''", "vxlan, options:key=123", "geneve, options:key=123", "gre, options:psk=test123"})
    void nothingIsWrongWithWhatWorks(String type, String options) throws Exception {
        tunnels(LINE.formatted("sw1", type, 12, options), LINE.formatted("sw2", type, 11, options));
        guests.awaitEachOther();
        Outcome outcome = withPeer();
        assertThat(outcome.out()).isEqualTo("nothing wrong was found\n");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void aWrongRemoteIp() throws Exception {
        tunnels(LINE.formatted("sw1", "gre", 99, ""), LINE.formatted("sw2", "gre", 11, ""));
        assertSays(doctor(), "tun0: nobody on eth1 answers for 192.168.56.99; is remote_ip right");
        assertSays(withPeer(), "tun0: remote_ip 192.168.56.99 is no address of the peer, whose tunnel leads here");
        one.vsctl("set interface tun0 options:remote_ip=192.168.56.11");
        assertSays(doctor(), "tun0: remote_ip 192.168.56.11 is an address of this host itself");
        one.vsctl("set interface tun0 options:remote_ip=203.0.113.1");
        assertSays(doctor(), "tun0: there is no route to 203.0.113.1");
    }

    @Test
    void anotherKeyAtOneSide() throws Exception {
        tunnels(
                LINE.formatted("sw1", "vxlan", 12, "options:key=123"),
                LINE.formatted("sw2", "vxlan", 11, "options:key=124"));
        assertSays(doctor(), "tun0: 192.168.56.12 sends key 124, and tun0 takes key 123; make the keys equal");
        assertSays(withPeer(), "tun0: it sends key 123 and takes key 123, the peer's tun0 sends 124 and takes 124");
    }

    @Test
    void anotherPskAtOneSide() throws Exception {
        tunnels(
                LINE.formatted("sw1", "gre", 12, "options:psk=one-thing"),
                LINE.formatted("sw2", "gre", 11, "options:psk=another-thing"));
        // what comes of it is known when the first exchange is over
        org.awaitility.Awaitility.await()
                .until(() -> one.vsctl("get interface tun0 status").contains("authentication failed"));
        Outcome outcome = doctor();
        assertSays(outcome, "tun0: IKE with 192.168.56.12: authentication failed; the two ends' keys differ");
        assertThat(outcome.out()).doesNotContain("thing");
    }

    @Test
    void ipsecAtOneSide() throws Exception {
        tunnels(LINE.formatted("sw1", "gre", 12, "options:psk=test123"), LINE.formatted("sw2", "gre", 11, ""));
        assertSays(doctor(), "tun0: 192.168.56.12 sends in clear, and tun0 is a tunnel with IPsec");
        assertSays(withPeer(), "tun0: it has IPsec, and the peer's tun0 has not");
    }

    @Test
    void anotherTypeAtOneSide() throws Exception {
        tunnels(LINE.formatted("sw1", "gre", 12, ""), LINE.formatted("sw2", "vxlan", 11, ""));
        assertThat(doctor().out())
                .matches("(?s)tun0: 192.168.56.12 (sends vxlan, and tun0 is of type gre"
                        + "|says that nobody takes GRE there, and sends vxlan); .*");
        assertSays(withPeer(), "tun0: it is of type gre, and the peer's tun0 of type vxlan; make both one type");
    }

    @Test
    void theUnderlayIsDown() throws Exception {
        tunnels(LINE.formatted("sw1", "vxlan", 12, ""), LINE.formatted("sw2", "vxlan", 11, ""));
        network.ip("b2", "link set eth1 down");
        assertSays(doctor(), "tun0: its underlay eth1 has no carrier");
        network.ip("b1", "link set eth1 down");
        assertSays(doctor(), "tun0: its underlay eth1 is down; ip link set eth1 up");
    }

    @Test
    void theMtuIsTooSmall() throws Exception {
        tunnels(LINE.formatted("sw1", "vxlan", 12, ""), LINE.formatted("sw2", "vxlan", 11, ""));
        guests.awaitEachOther();
        network.ip("b2", "link set eth1 mtu 1400");
        // a veth leaves room for a tag: what gets through are 1404
        assertThat(doctor().out())
                .contains("tun0: packets of 1500 bytes do not get to 192.168.56.12, though eth1 takes them; 140")
                .contains("ip link set eth1 mtu 140");
        assertSays(withPeer(), "tun0: its path takes 1500 bytes, and that of the peer's tun0 1400");
        network.ip("b2", "link set eth1 mtu 1000");
        network.ip("b1", "link set eth1 mtu 1000");
        assertSays(doctor(), "tun0: the path to 192.168.56.12 takes 1000 bytes, 350 less than a tunnel needs");
    }

    @Test
    void portsThatAreNotUp() throws Exception {
        network.ip("b1", "link set p1 down");
        assertSays(doctor(), "p1: it is down; ip link set p1 up");
        network.ip("b1", "link set p1 up");
        network.ip("l", "link set veth1 down");
        assertSays(doctor(), "p1: it has no carrier; set the other end of its cable up");
        one.tool("vsctl", "add-port", "sw1", "p9");
        assertSays(doctor(), "p9: not open: could not open network device p9");
    }

    @Test
    void aFirewallEatsIt() throws Exception {
        one.kernelOffload(false); // which goes past the firewall
        tunnels(LINE.formatted("sw1", "vxlan", 12, ""), LINE.formatted("sw2", "vxlan", 11, ""));
        guests.awaitEachOther();
        drop("b1");
        assertSays(
                doctor(), "of 192.168.56.12 have arrived at this host and not at the switch; a firewall of this host");
        network.exec("b1", "nft", "flush", "ruleset");
        drop("b2");
        network.ip("l", "neigh flush all");
        network.ip("r", "link set veth1 down"); // which would be heard otherwise, for it is sent
        Outcome silent = Outcome.of(one.environment(), one.inBox(one.ours("doctor")));
        assertThat(silent.out()).doesNotContain("arrived");
        Process ping = talk("l", Guests.RIGHT);
        try {
            assertSays(
                    Outcome.of(one.environment(), one.inBox(one.ours("doctor"))),
                    "packets have left for 192.168.56.12 and none has come back",
                    "does no firewall drop UDP port 4789?");
        } finally {
            ping.destroy();
            assertThat(ping.waitFor(10, TimeUnit.SECONDS)).isTrue();
        }
    }

    private void drop(String box) throws Exception {
        network.exec(box, "nft", "add table inet t");
        network.exec(box, "nft", "add chain inet t c { type filter hook input priority 0 ; }");
        network.exec(box, "nft", "add rule inet t c udp dport 4789 drop");
    }

    @Test
    void whatCannotBeAskedIsSaid() throws Exception {
        Outcome nobody = Outcome.of(Map.of("OVS_RUNDIR", "/nonexistent"), one.inBox(one.ours("doctor")));
        assertThat(nobody.status()).isEqualTo(2);
        assertThat(nobody.err()).contains("culvert doctor: cannot read pidfile");
        assertThat(one.tool("appctl", "doctor/check", "0").err()).startsWith("0: not a number of seconds from 1 to 60");
        assertThat(one.appctl("doctor/facts")).contains("address 192.168.56.11");
    }
}
