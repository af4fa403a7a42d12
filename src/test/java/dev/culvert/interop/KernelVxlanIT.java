package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.Datagrams;
import dev.culvert.linux.TestNetwork;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The kernel's vxlan device and bridge at the tunnel's other end, every interface with the offloads that it was born with.
 * Such a neighbour sends a whole tunnel super-frame whose inner checksum is unfinished and says so to nobody.
 */
@Timeout(120)
@ParameterizedClass(name = "kernel offload: {0}")
@ValueSource(booleans = {true, false})
class KernelVxlanIT {
    @Parameter
    boolean kernelOffload;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox ours;

    @BeforeParameterizedClassInvocation
    static void setUp(boolean kernelOffload) throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "192.168.56.12/24");
        network.address("b2", "u0", "fd56::12/64");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("r", "veth1", "b2", "p1");
        network.ip("b2", "link add name lan type bridge");
        network.ip("b2", "link set lan up");
        network.ip("b2", "link set p1 master lan");
        guests = new Guests(network);
        guests.addresses("veth1", "veth1");
        ours = new CulvertBox(network, "b1");
        ours.kernelOffload(kernelOffload);
        ours.vsctl("add-br sw1 -- add-port sw1 p1");
    }

    @AfterParameterizedClassInvocation
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = ours) {
            guests = null;
        }
    }

    /** The kernel's side has to be told what fits: it neither answers nor splits what the bridge hands it. */
    @ParameterizedTest
    @CsvSource({"192.168.56.11, 192.168.56.12, 1450", "fd56::11, fd56::12, 1430"})
    void carriesEverything(String here, String there, int mtu) throws Exception {
        network.ip("b2", "link add vx0 type vxlan id 123 dstport 4789 dev u0 local " + there + " remote " + here);
        network.ip("b2", "link set vx0 master lan");
        network.ip("b2", "link set vx0 up");
        network.ip("r", "route change 10.0.0.0/24 dev veth1 src " + Guests.RIGHT + " mtu " + mtu);
        ours.vsctl("add-port sw1 tun0 -- set interface tun0 type=vxlan options:key=123 options:remote_ip=\"" + there
                + '"');
        try {
            guests.assertJoined();
            datagramsArrive("l", "r", Guests.RIGHT);
            datagramsArrive("r", "l", Guests.LEFT);
            assertThat(network.exec("b2", "ethtool", "-k", "u0")).contains("tx-checksumming: on");
        } finally {
            ours.vsctl("del-port sw1 tun0");
            network.ip("b2", "link del vx0");
        }
    }

    /** Super-frames of UDP and single datagrams; a kernel's tunnel device says nothing of the former but their size. */
    private static void datagramsArrive(String from, String to, String address) throws Exception {
        try (Datagrams datagrams = Datagrams.open(network, from, to, address)) {
            for (int i = 0; i < 5; i++) {
                datagrams.sendWhole();
                assertThat(datagrams.arrive()).as("super-frame from %s", from).isTrue();
                datagrams.sendOneByOne();
                assertThat(datagrams.arrive()).as("datagrams from %s", from).isTrue();
            }
        }
    }
}
