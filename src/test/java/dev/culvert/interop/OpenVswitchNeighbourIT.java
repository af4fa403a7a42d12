package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Debian's Open vSwitch with its userspace datapath at the tunnel's other end. It reads the cable without the kernel's
 * notes on unfinished checksums and segments, so what comes to it is finished on the way, as a network card would; and it
 * puts no outer fragments together, so the guests have an MTU that leaves room.
 */
@Timeout(120)
@ParameterizedClass(name = "kernel offload: {0}")
@ValueSource(booleans = {true, false})
class OpenVswitchNeighbourIT {
    @Parameter
    boolean kernelOffload;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox ours;
    private static OpenVswitchBox theirs;

    @BeforeParameterizedClassInvocation
    static void setUp(boolean kernelOffload) throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        network.veth("b1", "u0", "wire", "w1");
        network.veth("b2", "u0", "wire", "w2");
        network.ip("wire", "link add name cable type bridge mcast_snooping 0");
        network.ip("wire", "link set cable up");
        network.ip("wire", "link set w1 master cable");
        network.ip("wire", "link set w2 master cable");
        network.exec("wire", "ethtool", "-K", "w2", "tx", "off");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b1", "u0", "fd56::11/64");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("r", "veth1", "b2", "p1");
        network.exec("r", "ethtool", "-K", "veth1", "tx", "off");
        network.ip("l", "link set veth1 mtu 1400");
        network.ip("r", "link set veth1 mtu 1400");
        guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        ours = new CulvertBox(network, "b1");
        ours.kernelOffload(kernelOffload);
        ours.vsctl("add-br sw1 -- add-port sw1 p1");
        theirs = new OpenVswitchBox(network, "b2", "u0", "192.168.56.12/24", "fd56::12/64");
        theirs.vsctl("add-br sw2 -- set Bridge sw2 datapath_type=netdev -- add-port sw2 p1");
    }

    @AfterParameterizedClassInvocation
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = ours;
                var _ = theirs) {
            guests = null;
        }
    }

    @AfterEach
    void removeTunnels() throws Exception {
        ours.vsctl("--if-exists del-port sw1 tun0");
        theirs.vsctl("--if-exists del-port sw2 tun0");
    }

    @ParameterizedTest
    @CsvSource({
        "gre, 192.168.56.11, 192.168.56.12, ''",
        "gre, 192.168.56.11, 192.168.56.12, ' options:key=123 options:csum=true'",
        "vxlan, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "geneve, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "gre, fd56::11, fd56::12, ' options:key=123'",
        "vxlan, fd56::11, fd56::12, ' options:key=123'",
        "geneve, fd56::11, fd56::12, ' options:key=123'",
    })
    void carriesEverything(String type, String here, String there, String options) throws Exception {
        join(type, here, there, options, options);
        guests.assertJoined();
    }

    @ParameterizedTest
    @CsvSource({"gre", "vxlan", "geneve"})
    void unequalKeysKeepNetworksApart(String type) throws Exception {
        guests.ping("r", 1, Guests.LEFT); // their learning of neighbours is not what is tested
        long before = ours.drops("tunnel_port_not_found");
        join(type, "192.168.56.11", "192.168.56.12", " options:key=1", " options:key=2");
        assertThat(guests.ping("l", 3, "-w", "1", Guests.RIGHT)).isZero();
        assertThat(guests.ping("r", 3, "-w", "1", Guests.LEFT)).isZero();
        assertThat(ours.drops("tunnel_port_not_found")).isGreaterThan(before);
    }

    @Test
    void eachDirectionHasItsOwnKey() throws Exception {
        join(
                "geneve",
                "192.168.56.11",
                "192.168.56.12",
                " options:in_key=7 options:out_key=0xabcdef",
                " options:in_key=0xabcdef options:out_key=7");
        guests.assertJoined();
    }

    /** No tunnel here: a cable that both switches have as a trunk, and a guest of a VLAN at either end. */
    @Test
    void vlansAreTheSameToBoth() throws Exception {
        network.veth("b1", "trunk", "b2", "trunk");
        network.exec("b1", "ethtool", "-K", "trunk", "tx", "off");
        ours.vsctl("set port p1 tag=10 -- add-port sw1 trunk trunks=10,20");
        theirs.vsctl("set port p1 tag=10 -- add-port sw2 trunk trunks=10,20");
        try {
            guests.assertJoined();
            String number = ours.vsctl("get interface trunk ofport").strip();
            String right =
                    network.exec("r", "cat", "/sys/class/net/veth1/address").strip();
            assertThat(ours.appctl("fdb/show sw1")).containsPattern(number + "    10  " + right);
            ours.vsctl("set port p1 tag=20");
            assertThat(guests.ping("l", 2, Guests.RIGHT)).as("20 and 10").isZero();
            theirs.vsctl("set port p1 tag=20");
            guests.awaitEachOther();
            ours.vsctl("set port trunk trunks=10");
            assertThat(guests.ping("l", 2, Guests.RIGHT)).as("not in our trunk").isZero();
            ours.vsctl("set port trunk vlan_mode=native-untagged tag=20");
            theirs.vsctl("set port trunk vlan_mode=native-untagged tag=20");
            guests.awaitEachOther();
            theirs.vsctl("set port trunk vlan_mode=native-tagged");
            assertThat(guests.ping("l", 2, Guests.RIGHT))
                    .as("untagged to tagged")
                    .isEqualTo(2);
            ours.vsctl("set port trunk vlan_mode=native-tagged");
            assertThat(guests.ping("l", 2, Guests.RIGHT)).as("both tagged").isEqualTo(2);
            ours.vsctl("set port trunk trunks=20 vlan_mode=trunk -- clear port trunk tag");
            theirs.vsctl("set port trunk trunks=20 vlan_mode=access tag=20");
            assertThat(guests.ping("l", 2, Guests.RIGHT)).as("trunk to access").isZero();
        } finally {
            ours.vsctl("del-port trunk -- clear port p1 tag");
            theirs.vsctl("del-port trunk -- clear port p1 tag");
            network.ip("b1", "link del trunk");
        }
    }

    private static void join(String type, String here, String there, String ourOptions, String theirOptions)
            throws Exception {
        ours.vsctl("add-port sw1 tun0 -- set interface tun0 type=" + type + " options:remote_ip=" + escape(there)
                + ourOptions);
        theirs.vsctl("add-port sw2 tun0 -- set interface tun0 type=" + type + " options:remote_ip=" + escape(here)
                + theirOptions);
    }

    /** A colon in a value is a separator unless it is quoted (ovs-vsctl(8)). */
    private static String escape(String address) {
        return address.contains(":") ? '"' + address + '"' : address;
    }
}
