package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.SocketOption;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.TestNetwork;
import dev.culvert.linux.UdpSocket;
import dev.culvert.linux.VirtioNetHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Datagrams between two guests: as super-frames where that is possible, and as they were sent in any case. */
@Timeout(60)
class UdpSuperFramesIT {
    private static final int PORT = 9000;
    private static final int SIZE = 200;
    private static final int COUNT = 40;
    private static final int LAST = 77;
    private static final int BURSTS = 200;
    private static final int RECEIVER = 0x0a000002;

    private final Arena arena = Arena.ofConfined();
    private final MemorySegment out = arena.allocate(COUNT * SIZE);
    private final byte[] sent = new byte[COUNT * SIZE - SIZE + LAST];
    private TestNetwork network;
    private Box one;
    private Box two;
    private UdpSocket sender;
    private DatagramSocket receiver;
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
        receiver = network.in("r", () -> new DatagramSocket(PORT, InetAddress.getByName("10.0.0.2")));
        receiver.setReceiveBufferSize(1 << 20);
        sender = network.in("l", () -> UdpSocket.open(AddressFamily.INET, 0, new SocketOptions()));
        int guest = network.link("r", "veth1").ifindex();
        observer = network.in("r", () -> PacketSocket.observe(guest));
        new Random(1).nextBytes(sent);
        MemorySegment.copy(sent, 0, out, ValueLayout.JAVA_BYTE, 0, sent.length);
        network.exec("l", "ping", "-c", "3", "-i", "0.05", "10.0.0.2");
    }

    @AfterEach
    void tearDown() throws Exception {
        System.clearProperty("culvert.udp.superframes");
        observer.close();
        sender.close();
        receiver.close();
        one.close();
        two.close();
        network.close();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"vxlan", "geneve", "gre"})
    void aGuestsSuperFrameArrivesAsOne(String type) throws Exception {
        setUp(type);
        sendWhole();
        assertThat(received(COUNT)).isTrue();
        assertThat(observedSuperFrames()).contains(SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vxlan", "geneve", "gre"})
    void datagramsThatWereSentOneByOneAreJoined(String type) throws Exception {
        setUp(type);
        List<Integer> joined = new ArrayList<>();
        for (int i = 0; i < BURSTS && joined.isEmpty(); i++) {
            sendOneByOne();
            assertThat(received(COUNT)).isTrue();
            joined.addAll(observedSuperFrames());
        }
        assertThat(joined).isNotEmpty().containsOnly(SIZE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"vxlan", "gre"})
    void areCutWhereTheKernelTakesNone(String type) throws Exception {
        System.setProperty("culvert.udp.superframes", "false");
        setUp(type);
        for (int i = 0; i < 5; i++) {
            sendWhole();
            assertThat(received(COUNT)).isTrue();
            sendOneByOne();
            assertThat(received(COUNT)).isTrue();
        }
        assertThat(observedSuperFrames()).isEmpty();
    }

    private void sendWhole() {
        MessageBatch batch = new MessageBatch(1, 1, 64);
        batch.destination4(0, RECEIVER, PORT);
        batch.vector(0, 0, out.address(), sent.length);
        batch.control2(0, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT, SIZE);
        assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
    }

    private void sendOneByOne() {
        MessageBatch batch = new MessageBatch(COUNT, 1, 64);
        for (int i = 0; i < COUNT; i++) {
            batch.destination4(i, RECEIVER, PORT);
            batch.vector(i, 0, out.address() + (long) i * SIZE, i == COUNT - 1 ? LAST : SIZE);
        }
        assertThat(sender.send(batch, 0, COUNT)).isEqualTo(COUNT);
    }

    /** Whether the next datagrams are those of one burst, in order. */
    private boolean received(int count) throws Exception {
        receiver.setSoTimeout(3_000);
        DatagramPacket packet = new DatagramPacket(new byte[2_000], 2_000);
        for (int i = 0; i < count; i++) {
            try {
                packet.setLength(2_000);
                receiver.receive(packet);
            } catch (SocketTimeoutException e) {
                return false;
            }
            byte[] expected = Arrays.copyOfRange(sent, i * SIZE, Math.min((i + 1) * SIZE, sent.length));
            if (!Arrays.equals(expected, Arrays.copyOf(packet.getData(), packet.getLength()))) {
                return false;
            }
        }
        return true;
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
