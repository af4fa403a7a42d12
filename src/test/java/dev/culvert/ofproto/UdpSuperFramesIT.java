package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.Datagrams;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.TestNetwork;
import dev.culvert.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams between two guests: as super-frames where that is possible, and as they were sent in any case. */
@Timeout(60)
class UdpSuperFramesIT {
    private static final int BURSTS = 200;

    private final Arena arena = Arena.ofConfined();
    private TestNetwork network;
    private Box one;
    private Box two;
    private Datagrams datagrams;
    private PacketSocket observer;

    private void setUp(String type) throws Exception {
        network = TestNetwork.of("b1", "b2", "l", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("r", "veth1", "b2", "p1");
        network.address("l", "veth1", "10.0.0.1/24");
        network.address("r", "veth1", "10.0.0.2/24");
        one = new Box(network, "b1");
        two = new Box(network, "b2");
        one.device("p1");
        two.device("p1");
        one.tunnel(type, Map.of("remote_ip", "192.168.56.12"));
        two.tunnel(type, Map.of("remote_ip", "192.168.56.11"));
        datagrams = Datagrams.open(network, "l", "r", "10.0.0.2");
        int guest = network.link("r", "veth1").ifindex();
        observer = network.in("r", () -> PacketSocket.observe(guest));
        network.exec("l", "ping", "-c", "3", "-i", "0.05", "10.0.0.2");
    }

    @AfterEach
    void tearDown() throws Exception {
        System.clearProperty("culvert.udp.superframes");
        observer.close();
        datagrams.close();
        one.close();
        two.close();
        network.close();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vxlan", "geneve", "gre"})
    void aGuestsSuperFrameArrivesAsOne(String type) throws Exception {
        setUp(type);
        datagrams.sendWhole();
        assertThat(datagrams.arrive()).isTrue();
        assertThat(observedSuperFrames()).contains(Datagrams.SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vxlan", "geneve", "gre"})
    void datagramsThatWereSentOneByOneAreJoined(String type) throws Exception {
        setUp(type);
        List<Integer> joined = new ArrayList<>();
        for (int i = 0; i < BURSTS && joined.isEmpty(); i++) {
            datagrams.sendOneByOne();
            assertThat(datagrams.arrive()).isTrue();
            joined.addAll(observedSuperFrames());
        }
        assertThat(joined).isNotEmpty().containsOnly(Datagrams.SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vxlan", "gre"})
    void areCutWhereTheKernelTakesNone(String type) throws Exception {
        System.setProperty("culvert.udp.superframes", "false");
        setUp(type);
        for (int i = 0; i < 5; i++) {
            datagrams.sendWhole();
            assertThat(datagrams.arrive()).isTrue();
            datagrams.sendOneByOne();
            assertThat(datagrams.arrive()).isTrue();
        }
        assertThat(observedSuperFrames()).isEmpty();
    }

    /** The segment sizes of the UDP super-frames that the right guest's interface has seen. */
    private List<Integer> observedSuperFrames() {
        List<Integer> sizes = new ArrayList<>();
        MemorySegment in = arena.allocate(70_000);
        MessageBatch batch = new MessageBatch(1, 1, 256);
        while (true) {
            batch.prepareReceive(0);
            batch.vector(0, 0, in.address(), (int) in.byteSize());
            if (observer.receive(batch, 1) != 1) {
                return sizes;
            }
            if (VirtioNetHeader.gsoType(in, 0) == VirtioNetHeader.GSO_UDP_L4) {
                sizes.add(VirtioNetHeader.gsoSize(in, 0));
            }
        }
    }
}
