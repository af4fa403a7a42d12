package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.BesideOthers;
import dev.culvert.linux.TestNetwork;
import java.io.IOException;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The genuine article at the tunnel's other end: Open vSwitch with its kernel datapath, ovs-monitor-ipsec, strongSwan and the
 * kernel's ESP.
 */
@BesideOthers
@Timeout(300)
class IpsecPeerboxIT {
    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox ours;
    private static Peerbox theirs;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1");
        theirs = new Peerbox(network, "b1", "192.168.56.11/24", "192.168.56.12/24");
        network.veth("l", "veth1", "b1", "p1");
        network.address("l", "veth1", Guests.LEFT + "/24");
        guests = new Guests(network);
        ours = new CulvertBox(network, "b1");
        ours.vsctl("add-br sw1 -- add-port sw1 p1");
        theirs.run(
                "set -e; ip netns add r; ip link add p1 type veth peer name veth1 netns r; ip link set p1 up;"
                        + " ip -n r link set lo up; ip -n r link set veth1 mtu 1300 up; ip -n r addr add 10.0.0.2/24 dev veth1;"
                        + " ovs-vsctl add-br sw2 -- add-port sw2 p1;"
                        + " /usr/share/openvswitch/scripts/ovs-ctl --ike-daemon=strongswan --no-restart-ike-daemon start-ovs-ipsec");
        theirs.run("ipsec status >/dev/null 2>&1 || ipsec start >/dev/null 2>&1; "
                + "for i in $(seq 100); do ipsec status >/dev/null 2>&1 && exit 0; sleep 0.2; done; exit 1");
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = theirs;
                var _ = ours) {
            guests = null;
        }
    }

    @AfterEach
    void removeTunnels() throws Exception {
        ours.vsctl("--if-exists del-port sw1 tun0");
        ours.vsctl("clear open_vswitch . other_config");
        theirs.run(
                "ovs-vsctl --if-exists del-port sw2 tun0 -- clear open_vswitch . other_config; ipsec status | grep -q . ; sleep 1; true");
    }

    private static final String LINE =
            "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=192.168.56.%d" + " options:psk=test123%s";

    private static String diagnosis() {
        try {
            return ours.appctl("ipsec/show")
                    + ours.appctl("ipsec/sa")
                    + ours.appctl("coverage/show")
                    + theirs.run(
                            "ipsec statusall; ip xfrm state; ip -s xfrm policy; ip -s link show; cat /proc/net/xfrm_stat; "
                                    + "ovs-appctl -t ovs-monitor-ipsec tunnels/show; ovs-appctl dpctl/dump-flows; "
                                    + "tail -50 /var/log/openvswitch/ovs-monitor-ipsec.log");
        } catch (Exception e) {
            return e.toString();
        }
    }

    /**
     * ovs-monitor-ipsec gives strongSwan each connection by itself, and takes down associations that it holds outdated, some
     * of which have just come to be.
     */
    private static void awaitJoined() {
        try {
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> guests.ping("l", 30, Guests.RIGHT) == 30 && theirMonitorRests());
        } catch (RuntimeException e) {
            throw new AssertionError(diagnosis(), e);
        }
    }

    /** Whether it has done nothing for some seconds: it does everything within two of a change. */
    private static boolean theirMonitorRests() throws Exception {
        String idle = theirs.run("echo $(($(date +%s) - $(stat -c %Y /var/log/openvswitch/ovs-monitor-ipsec.log)))");
        return Integer.parseInt(idle.strip()) > 3;
    }

    private static void assertJoined() throws Exception {
        awaitJoined();
        assertThat(guests.ping("l", 10, Guests.RIGHT))
                .as(IpsecPeerboxIT::diagnosis)
                .isEqualTo(10);
        assertThat(guests.ping("l", 3, "-s", "1200", Guests.RIGHT)).isEqualTo(3);
        await().untilAsserted(() -> assertThat(ours.vsctl("--if-exists get interface tun0 status:ipsec_state"))
                .contains("established"));
        assertThat(ours.vsctl("--if-exists get interface tun0 status:ipsec_peer"))
                .contains("192.168.56.12");
    }

    @ParameterizedTest
    @CsvSource({"gre, ours", "gre, theirs", "vxlan, ours", "vxlan, theirs", "geneve, ours", "geneve, theirs"})
    void carriesEverythingWhoeverIsFirst(String type, String first) throws Exception {
        String mine = LINE.formatted("sw1", type, 12, "");
        String other = "ovs-vsctl " + LINE.formatted("sw2", type, 11, "");
        if (first.equals("ours")) {
            ours.vsctl(mine);
            theirs.run(other);
        } else {
            theirs.run(other);
            Thread.sleep(2000);
            ours.vsctl(mine);
        }
        assertJoined();
    }

    @ParameterizedTest
    @CsvSource({
        "gre, ipsec_ike=aes128gcm16-prfsha256-ecp256! options:ipsec_esp=aes128gcm16!, aes128gcm16",
        "vxlan, ipsec_ike=aes256-sha256-curve25519! options:ipsec_esp=aes256-sha256!, aes256-sha256",
        "gre, ipsec_forceencaps=yes, udp",
        "geneve, ipsec_forceencaps=yes, udp",
    })
    void carriesEverythingInOtherSuitesAndInUdp(String type, String options, String shown) throws Exception {
        ours.vsctl(LINE.formatted("sw1", type, 12, " options:" + options));
        theirs.run("ovs-vsctl " + LINE.formatted("sw2", type, 11, " options:" + options));
        assertJoined();
        await().untilAsserted(() ->
                assertThat(ours.vsctl("get interface tun0 status")).contains("=" + shown));
    }

    @Test
    void bothSidesReplaceAssociationsUnderTraffic() throws Exception {
        ours.vsctl(LINE.formatted("sw1", "gre", 12, ""));
        theirs.run("ovs-vsctl " + LINE.formatted("sw2", "gre", 11, ""));
        assertJoined();
        Process ping = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network.name("l"),
                        "ping",
                        "-c",
                        "300",
                        "-i",
                        "0.05",
                        "-w",
                        "90",
                        Guests.RIGHT)
                .redirectErrorStream(true)
                .start();
        for (int i = 0; i < 3; i++) {
            String before = associations();
            ours.appctl("ipsec/rekey tun0");
            awaitOthersThan(before);
            Thread.sleep(1000);
            before = associations();
            theirs.run(
                    "for c in $(ipsec status | sed -n 's/^ *\\(tun0[^{ ]*\\){\\([0-9]*\\)}: *INSTALLED.*/\\1/p' | sort -u);"
                            + " do ipsec stroke rekey \"$c{*}\" || true; ipsec stroke rekey \"$c[*]\" || true; done");
            awaitOthersThan(before);
            Thread.sleep(1000);
        }
        assertThat(new String(ping.getInputStream().readAllBytes()))
                .as(IpsecPeerboxIT::diagnosis)
                .contains("300 received");
    }

    /** The active associations' SPIs. */
    private static String associations() throws Exception {
        return ours.appctl("ipsec/sa")
                .lines()
                .filter(line -> line.contains(" active,"))
                .map(line -> line.replaceFirst(", age.*", ""))
                .toList()
                .toString();
    }

    private static void awaitOthersThan(String before) {
        await().atMost(Duration.ofSeconds(15)).until(() -> !associations().equals(before));
    }

    @Test
    void aPeerThatWasKilledIsBackWithoutHelp() throws Exception {
        ours.vsctl(LINE.formatted("sw1", "gre", 12, ""));
        theirs.run("ovs-vsctl " + LINE.formatted("sw2", "gre", 11, ""));
        assertJoined();
        theirs.run(
                "kill -9 $(cat /var/run/charon.pid); rm -f /var/run/charon.pid; ip xfrm state flush; ip xfrm policy flush; "
                        + "ipsec restart >/dev/null 2>&1; true");
        await().atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> pings());
        assertJoined();
    }

    private static boolean pings() throws Exception {
        try {
            return guests.ping("l", 1, Guests.RIGHT) == 1;
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void aWrongKeyIsRefusedOnBothSides() throws Exception {
        ours.vsctl(LINE.formatted("sw1", "gre", 12, "4"));
        theirs.run("ovs-vsctl " + LINE.formatted("sw2", "gre", 11, ""));
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(ours.vsctl("get interface tun0 status:ipsec_state"))
                        .contains("authentication failed"));
        assertThat(guests.ping("l", 3, Guests.RIGHT)).isZero();
    }

    /** As ovs-monitor-ipsec(8) describes it, step by step, once with certificates that are known and once with an authority. */
    @ParameterizedTest
    @CsvSource({"gre, false", "vxlan, true"})
    void certificatesProveWhoIsWho(String type, boolean authority, @TempDir Path folder) throws Exception {
        TestPki pki = new TestPki(folder);
        if (authority) {
            pki.authority();
            pki.signed("host-1");
            pki.signed("host-2");
        } else {
            pki.selfSigned("host-1");
            pki.selfSigned("host-2");
        }
        for (String name : List.of("host-1.pem", "host-2.pem", "host-2.key", "ca.pem")) {
            if (Files.exists(pki.file(name))) {
                theirs.run("mkdir -p /etc/keys; cat >/etc/keys/" + name + " <<X\n" + Files.readString(pki.file(name))
                        + "X");
            }
        }
        if (authority) {
            // the "ca" section that ovs-monitor-ipsec 3.1 writes has no "auto=add", so strongSwan disregards it
            theirs.run("cp /etc/keys/ca.pem /etc/ipsec.d/cacerts; ipsec rereadcacerts 2>&1");
        }
        String set = " set open_vswitch . other_config:certificate=%s/%s.pem other_config:private_key=%s/%s.key";
        String ca = authority ? " other_config:ca_cert=%s/ca.pem" : "";
        ours.vsctl(set.formatted(folder, "host-1", folder, "host-1").strip() + ca.formatted(folder));
        theirs.run(
                "ovs-vsctl" + set.formatted("/etc/keys", "host-2", "/etc/keys", "host-2") + ca.formatted("/etc/keys"));
        String line =
                "add-port %s tun0 -- set interface tun0 type=" + type + " options:remote_ip=192.168.56.%d options:%s";
        ours.vsctl(
                line.formatted("sw1", 12, authority ? "remote_name=host-2" : "remote_cert=" + pki.file("host-2.pem")));
        theirs.run("ovs-vsctl "
                + line.formatted("sw2", 11, authority ? "remote_name=host-1" : "remote_cert=/etc/keys/host-1.pem"));
        awaitJoined();
        await().until(() ->
                ours.vsctl("--if-exists get interface tun0 status:ipsec_peer").contains("host-2"));
    }
}
