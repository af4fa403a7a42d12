package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.BesideOthers;
import dev.culvert.linux.TestNetwork;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The genuine kernel datapath of Open vSwitch at the tunnel's other end, with its right guest inside the same kernel. */
@BesideOthers
@Timeout(180)
@ParameterizedClass(name = "kernel offload: {0}")
@ValueSource(booleans = {true, false})
class PeerboxIT {
    @Parameter
    boolean kernelOffload;

    private static final int PORT = 7000;
    private static final int BYTES = 2 << 20;

    /** Takes what comes until the sender has no more, and then sends all of it back. */
    private static final String RETURNER = """
            import socket
            server = socket.create_server(("10.0.0.2", 7000))
            while True:
                connection, _ = server.accept()
                with connection:
                    data = bytearray()
                    while chunk := connection.recv(65536):
                        data += chunk
                    connection.sendall(data)
            """;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox ours;
    private static Peerbox theirs;

    @BeforeParameterizedClassInvocation
    static void setUp(boolean kernelOffload) throws Exception {
        network = TestNetwork.of("l", "b1");
        theirs = new Peerbox(network, "b1", "192.168.56.11/24", "192.168.56.12/24");
        network.veth("l", "veth1", "b1", "p1");
        network.address("l", "veth1", Guests.LEFT + "/24");
        guests = new Guests(network);
        ours = new CulvertBox(network, "b1");
        ours.kernelOffload(kernelOffload);
        ours.vsctl("add-br sw1 -- add-port sw1 p1");
        theirs.run("set -e; ip netns add r; ip link add p1 type veth peer name veth1 netns r; ip link set p1 up;"
                + " ip -n r link set lo up; ip -n r link set veth1 mtu 1400 up; ip -n r addr add 10.0.0.2/24 dev veth1;"
                + " ovs-vsctl add-br sw2 -- add-port sw2 p1; ip netns exec r python3 -c '" + RETURNER
                + "' >/dev/null 2>&1 </dev/null & until ip netns exec r ss -Hltn | grep -q 7000; do sleep 0.1; done");
    }

    @AfterParameterizedClassInvocation
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = theirs;
                var _ = ours) {
            guests = null;
        }
    }

    /** What a lost packet is looked for in: our counters, and the kernel's flows. */
    private static String counters() {
        try {
            return ours.appctl("coverage/show") + theirs.run("ovs-appctl dpctl/dump-flows; ovs-dpctl show -s");
        } catch (Exception e) {
            return e.toString();
        }
    }

    @ParameterizedTest
    @CsvSource({"gre", "vxlan", "geneve"})
    void carriesEverything(String type) throws Exception {
        String options = "add-port %s tun0 -- set interface tun0 type=" + type
                + " options:key=123 options:remote_ip=192.168.56.%d";
        ours.vsctl(options.formatted("sw1", 12));
        theirs.run("ovs-vsctl " + options.formatted("sw2", 11));
        try {
            assertThat(theirs.run("ovs-appctl dpif/show")).contains("system@ovs-system", type);
            guests.awaitEachOther();
            assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
            assertThat(guests.ping("l", 3, "-s", "1300", Guests.RIGHT))
                    .as(() -> counters())
                    .isEqualTo(3);
            assertTcpReturnsEveryByte();
        } finally {
            ours.vsctl("del-port sw1 tun0");
            theirs.run("ovs-vsctl del-port sw2 tun0");
        }
    }

    private static void assertTcpReturnsEveryByte() throws Exception {
        byte[] data = new byte[BYTES];
        new Random(1).nextBytes(data);
        byte[] returned = network.in("l", () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(Guests.RIGHT, PORT), 10_000);
                socket.setSoTimeout(20_000);
                socket.getOutputStream().write(data);
                socket.shutdownOutput();
                return socket.getInputStream().readAllBytes();
            }
        });
        assertThat(Arrays.equals(returned, data))
                .as("%d bytes came back", returned.length)
                .isTrue();
    }
}
