package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import dev.culvert.linux.Transfer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Three hosts around one switch: what its kinds of ports carry, keep apart and survive. */
@Timeout(120)
class PortKindsIT {
    private static final String THIRD = "10.0.0.3";

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox box;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "r", "x", "b1");
        network.veth("l", "veth1", "b1", "pl");
        network.veth("r", "veth1", "b1", "pr");
        network.veth("x", "veth1", "b1", "px");
        guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        network.address("x", "veth1", THIRD + "/24");
        box = new CulvertBox(network, "b1");
    }

    @AfterEach
    void removeBridges() throws Exception {
        for (String bridge : box.vsctl("list-br").lines().toList()) {
            box.vsctl("del-br " + bridge);
        }
        assertThat(box.log()).doesNotContain("Exception");
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = box) {
            guests = null;
        }
    }

    @Test
    void patchPortsJoinBridges() throws Exception {
        box.vsctl("add-br sw1 -- add-port sw1 pl");
        box.vsctl("add-br sw2 -- add-port sw2 pr");
        assertThat(guests.ping("l", 2, Guests.RIGHT)).isZero();
        box.tool("vsctl", "add-port sw1 to2 -- set interface to2 type=patch options:peer=to1".split(" "));
        assertThat(box.vsctl("get interface to2 error")).contains("No usable peer 'to1'");
        box.vsctl("add-port sw2 to1 -- set interface to1 type=patch options:peer=to2");
        assertThat(box.vsctl("get interface to2 error")).isEqualTo("[]\n");
        guests.assertJoined();
        assertThat(box.appctl("fdb/show sw1")).containsPattern(number("to2") + "     0  " + mac("r"));
        box.vsctl("del-port to1");
        assertThat(guests.ping("l", 2, Guests.RIGHT)).isZero();
    }

    @Test
    void theHostReachesTheNetworkByAnInternalPort() throws Exception {
        box.vsctl("add-br sw1 -- add-port sw1 pl");
        box.vsctl("add-port sw1 in1 -- set interface in1 type=internal mac=\"02:00:00:00:00:99\" mtu_request=1400");
        assertThat(box.vsctl("get interface in1 mtu mac_in_use")).isEqualTo("1400\n\"02:00:00:00:00:99\"\n");
        assertThat(network.link("b1", "in1").mtu()).isEqualTo(1400);
        network.address("b1", "in1", "10.0.0.9/24");
        network.ip("b1", "link set in1 up");
        guests.awaitAnswer("l", "10.0.0.9");
        assertThat(guests.ping("b1", 3, "-s", "1300", Guests.LEFT)).isEqualTo(3);
        assertThat(Transfer.succeeds(network, "l", "b1", "10.0.0.9", 2 << 20)).isTrue();
        assertThat(Transfer.succeeds(network, "b1", "l", Guests.LEFT, 2 << 20)).isTrue();
        assertThat(network.exec("l", "ip", "neigh", "show", "10.0.0.9")).contains("02:00:00:00:00:99");
        box.vsctl("set interface in1 mtu_request=1300");
        assertThat(network.link("b1", "in1").mtu()).isEqualTo(1300);
        box.vsctl("set interface pl mtu_request=1450");
        assertThat(network.link("b1", "pl").mtu()).isEqualTo(1450);
        network.ip("b1", "link set pl mtu 1500");
        await().until(() -> box.vsctl("get interface pl mtu"), mtu -> mtu.equals("1450\n") || mtu.equals("1500\n"));
    }

    /** The host has an address of the guests' network; while an interface is a port, only the bridge sees its frames. */
    @Test
    void theHostIsDeafOnPorts() throws Exception {
        network.ip("b1", "addr add 10.0.0.77/32 dev lo");
        String[] question = {"arping", "-c", "2", "-w", "2", "-I", "veth1", "10.0.0.77"};
        try {
            assertThat(Outcome.of(Map.of(), inGuest(question)).out()).contains("Unicast reply");
            box.vsctl("add-br sw1 -- add-port sw1 pl -- add-port sw1 pr");
            Outcome deaf = Outcome.of(Map.of(), inGuest(question));
            assertThat(deaf.out()).contains("Received 0 response");
            guests.awaitEachOther();
            assertThat(guests.ping("l", 3, Guests.RIGHT)).isEqualTo(3);
            box.vsctl("del-port pl");
            assertThat(Outcome.of(Map.of(), inGuest(question)).out()).contains("Unicast reply");
        } finally {
            network.ip("b1", "addr del 10.0.0.77/32 dev lo");
        }
    }

    private static List<String> inGuest(String... command) {
        List<String> line = new ArrayList<>(List.of("ip", "netns", "exec", network.name("l")));
        line.addAll(List.of(command));
        return line;
    }

    @Test
    void aStationMayMove() throws Exception {
        box.vsctl("add-br sw1 -- add-port sw1 pl -- add-port sw1 pr -- add-port sw1 px");
        guests.awaitEachOther();
        String mac = mac("l");
        String born = mac("x");
        assertThat(guests.ping("r", 2, Guests.LEFT)).isEqualTo(2);
        assertThat(box.appctl("fdb/show sw1")).containsPattern(number("pl") + "     0  " + mac);
        network.ip("l", "link set veth1 down");
        try {
            network.ip("x", "link set veth1 address " + mac);
            network.address("x", "veth1", Guests.LEFT + "/24");
            guests.awaitAnswer("x", "-I", Guests.LEFT, Guests.RIGHT);
            assertThat(guests.ping("r", 3, Guests.LEFT)).isEqualTo(3);
            assertThat(box.appctl("fdb/show sw1")).containsPattern(number("px") + "     0  " + mac);
            assertThat(box.appctl("fdb/stats-show sw1"))
                    .containsPattern("Total number of port moved MAC entries  : [1-9]");
        } finally {
            network.ip("x", "addr del " + Guests.LEFT + "/24 dev veth1");
            network.ip("x", "link set veth1 address " + born);
            network.ip("l", "link set veth1 up");
        }
    }

    @Test
    void changesOfOneBridgeDoNotDisturbAnother() throws Exception {
        box.vsctl("add-br sw1 -- add-port sw1 pl -- add-port sw1 pr");
        guests.awaitEachOther();
        int count = 300;
        CompletableFuture<Integer> flood = CompletableFuture.supplyAsync(() -> {
            try {
                return guests.ping("l", count, "-i", "0.01", Guests.RIGHT);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        int changes = 0;
        while (!flood.isDone()) {
            box.vsctl("add-br sw2 -- add-port sw2 px -- set bridge sw2 other_config:mac-aging-time=20");
            box.vsctl("add-port sw2 tun0 -- set interface tun0 type=vxlan options:remote_ip=192.0.2.1");
            box.vsctl("set port px tag=7 -- set interface tun0 options:key=5");
            box.appctl("fdb/flush sw2");
            box.vsctl("del-br sw2");
            changes++;
        }
        assertThat(changes).isPositive();
        assertThat(flood.get()).isEqualTo(count);
    }

    private static String mac(String guest) throws Exception {
        return network.exec(guest, "cat", "/sys/class/net/veth1/address").strip();
    }

    private static String number(String port) throws Exception {
        return box.vsctl("get interface " + port + " ofport").strip();
    }
}
