package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import dev.culvert.linux.Transfer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Underlays of all kinds: with offloads and without, of ordinary and of large packets, whole and damaged. Each case joins two
 * guests by a tunnel, who then speak IPv4 and IPv6, in small packets, large ones and TCP; every byte must arrive.
 */
@Timeout(180)
@ParameterizedClass(name = "kernel offload: {0}")
@ValueSource(booleans = {true, false})
class UnderlayIT {
    @Parameter
    boolean kernelOffload;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @BeforeParameterizedClassInvocation
    static void setUp(boolean kernelOffload) throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        TappedWire.lay(network);
        guests = Guests.behindBoxes(network);
        network.address("l", "veth1", "fd10::1/64");
        network.address("r", "veth1", "fd10::2/64");
        one = new CulvertBox(network, "b1");
        two = new CulvertBox(network, "b2");
        for (CulvertBox box : new CulvertBox[] {one, two}) {
            box.kernelOffload(kernelOffload);
        }
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterParameterizedClassInvocation
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
    }

    /** Each value of each column meets each value of every other. */
    @ParameterizedTest
    @CsvSource({
        "vxlan, 192.168.56.11, 192.168.56.12, on, 1500, 1500",
        "vxlan, fd56::11, fd56::12, off, 9000, 1500",
        "vxlan, 192.168.56.11, 192.168.56.12, off, 9000, 9000",
        "geneve, 192.168.56.11, 192.168.56.12, off, 1500, 9000",
        "geneve, fd56::11, fd56::12, on, 9000, 9000",
        "geneve, 192.168.56.11, 192.168.56.12, on, 9000, 1500",
        "gre, 192.168.56.11, 192.168.56.12, on, 9000, 9000",
        "gre, fd56::11, fd56::12, off, 1500, 1500",
        "gre, 192.168.56.11, 192.168.56.12, off, 1500, 9000",
        "gre, fd56::11, fd56::12, on, 1500, 9000",
        "vxlan, fd56::11, fd56::12, on, 1500, 9000",
    })
    void everythingArrives(String type, String here, String there, String offloads, int mtu, int guestMtu)
            throws Exception {
        prepare(offloads, mtu, guestMtu);
        join(type, here, there);
        // hosts have to be told once what fits, and have forgotten what they were told of the tunnel before
        guests.awaitAnswer("l", "-s", "3000", Guests.RIGHT);
        guests.assertJoined();
        guests.awaitAnswer("l", "-6", "-s", "3000", "fd10::2");
        assertThat(guests.ping("l", 5, "-6", "fd10::2")).isEqualTo(5);
        assertThat(guests.ping("l", 3, "-6", "-s", "3000", "fd10::2")).isEqualTo(3);
        assertThat(Transfer.succeeds(network, "l", "r", "fd10::2", 4 << 20)).isTrue();
        assertThat(Transfer.succeeds(network, "r", "l", "fd10::1", 4 << 20)).isTrue();
        assertThat(one.drops("checksum_bad") + two.drops("checksum_bad")).isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "vxlan, 192.168.56.11, 192.168.56.12",
        "geneve, fd56::11, fd56::12",
        "gre, 192.168.56.11, 192.168.56.12",
        "gre, fd56::11, fd56::12",
    })
    void whatIsLostDoubledAndOvertakenIsMended(String type, String here, String there) throws Exception {
        prepare("off", 1500, 1500);
        network.ip("wire", "link set w1 nomaster");
        network.ip("wire", "link set w2 nomaster");
        try (TroubledWire _ = new TroubledWire(network)) {
            join(type, here, there);
            assertThat(guests.ping("l", 100, Guests.RIGHT)).isBetween(85, 100);
            guests.assertTcp();
            assertThat(Transfer.succeeds(network, "r", "l", "fd10::1", 1 << 20)).isTrue();
        } finally {
            network.ip("wire", "link set w1 master cable");
            network.ip("wire", "link set w2 master cable");
        }
        assertThat(one.drops("checksum_bad") + two.drops("checksum_bad")).isZero();
    }

    private static void prepare(String offloads, int mtu, int guestMtu) throws Exception {
        for (String box : new String[] {"b1", "b2"}) {
            network.exec(box, "ethtool", "-K", "u0", "tx", offloads, "tso", offloads, "gso", offloads);
            network.ip(box, "link set u0 mtu " + mtu);
            network.ip(box, "link set p1 mtu " + guestMtu);
        }
        network.ip("wire", "link set w1 mtu " + mtu);
        network.ip("wire", "link set w2 mtu " + mtu);
        for (String guest : new String[] {"l", "r"}) {
            network.ip(guest, "link set veth1 mtu " + guestMtu);
            network.ip(guest, "route flush cache");
            network.ip(guest, "-6 route flush cache");
        }
    }

    private static void join(String type, String here, String there) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 type=%s options:key=123 options:remote_ip=\"%s\"";
        one.vsctl(line.formatted("sw1", type, there));
        two.vsctl(line.formatted("sw2", type, here));
        guests.awaitEachOther();
    }
}
