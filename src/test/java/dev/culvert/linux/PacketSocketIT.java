package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packet sockets on veth pairs in namespaces of the test's own. */
@Timeout(60)
class PacketSocketIT {
    private static final int FRAME = 65_600;

    @Test
    void carriesSuperFramesBothWaysWithUnfinishedChecksums() throws Exception {
        try (TestNetwork network = TestNetwork.of("left", "switch", "right")) {
            network.veth("switch", "p1", "left", "e0");
            network.veth("switch", "p2", "right", "e0");
            network.address("left", "e0", "10.9.0.1/24");
            network.address("right", "e0", "10.9.0.2/24");
            network.address("left", "e0", "fd09::1/64");
            network.address("right", "e0", "fd09::2/64");
            try (PacketSocket p1 = open(network, "switch", "p1");
                    PacketSocket p2 = open(network, "switch", "p2");
                    Wire wire = new Wire(Wire.port(p1), Wire.port(p2))) {
                assertThat(Transfer.succeeds(network, "left", "right", "10.9.0.2", 3_000_000))
                        .isTrue();
                assertThat(wire.superFrames()).isPositive();
                assertThat(wire.unfinishedChecksums()).isGreaterThanOrEqualTo(wire.superFrames());
                int before = wire.superFrames();
                assertThat(Transfer.succeeds(network, "right", "left", "fd09::1", 3_000_000))
                        .isTrue();
                assertThat(wire.superFrames()).isGreaterThan(before);
                assertThat(p1.drops() + p2.drops()).isZero();
            }
        }
    }

    @Test
    void sendsATagInTheFrameAndReceivesItBesideTheFrame() throws Exception {
        try (TestNetwork network = TestNetwork.of("host", "switch")) {
            network.veth("switch", "p1", "host", "e0");
            try (PacketSocket port = open(network, "switch", "p1");
                    PacketSocket host = open(network, "host", "e0");
                    Arena arena = Arena.ofConfined()) {
                // Ethernet broadcast, priority 5 and VLAN 42, an EtherType for experiments (IEEE 802), "hi"
                byte[] bytes = HexFormat.of().parseHex("ffffffffffff020000000002" + "8100a02a" + "88b5" + "6869");
                MemorySegment sent = arena.allocate(VirtioNetHeader.LENGTH + bytes.length, 16);
                MemorySegment.copy(bytes, 0, sent, ValueLayout.JAVA_BYTE, VirtioNetHeader.LENGTH, bytes.length);
                MessageBatch batch = new MessageBatch(1, 1, 0);
                batch.vector(0, 0, sent.address(), (int) sent.byteSize());
                assertThat(host.send(batch, 0, 1)).isEqualTo(1);

                MemorySegment frame = arena.allocate(FRAME, 16);
                MessageBatch received = receive(port, frame, b -> b.vlanTci(0) >= 0);
                assertThat(received.vlanTci(0)).isEqualTo(0xa02a);
                assertThat(received.vlanTpid(0)).isEqualTo(0x8100);
                assertThat(received.family(0)).isEqualTo(AddressFamily.PACKET);
                assertThat(received.packetType(0)).isEqualTo(1);
                assertThat(received.sourceInterface(0))
                        .isEqualTo(network.link("switch", "p1").ifindex());
                // the tag's four bytes are gone from the frame itself
                assertThat(received.length(0)).isEqualTo((int) sent.byteSize() - 4);
                assertThat(frame.asSlice(VirtioNetHeader.LENGTH + 12, 4).toArray(ValueLayout.JAVA_BYTE))
                        .isEqualTo(HexFormat.of().parseHex("88b56869"));
            }
        }
    }

    @Test
    void aCaptureSeesBothDirectionsAndAPortOnlyWhatArrives() throws Exception {
        try (TestNetwork network = TestNetwork.of("host", "switch")) {
            network.veth("switch", "p1", "host", "e0");
            network.address("host", "e0", "10.9.0.1/24");
            int ifindex = network.link("host", "e0").ifindex();
            try (PacketSocket capture = network.in("host", () -> PacketSocket.capture(ifindex));
                    PacketSocket port = network.in("host", () -> PacketSocket.open(ifindex));
                    Arena arena = Arena.ofConfined()) {
                MemorySegment frame = arena.allocate(FRAME, 16);
                sendUdp(network, "10.9.0.255", "outgoing");
                MessageBatch batch = receive(capture, frame, b -> b.packetType(0) == 4);
                batch.prepareReceive(0);
                while (port.receive(batch, 1) == 1) {
                    assertThat(batch.packetType(0)).isNotEqualTo(4);
                    batch.prepareReceive(0);
                }
            }
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> PacketSocket.open(1 << 30))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(Errno.ENODEV));
        try (TestNetwork network = TestNetwork.of("host", "switch")) {
            network.veth("switch", "p1", "host", "e0");
            try (PacketSocket port = open(network, "switch", "p1")) {
                network.ip("switch", "link set p1 down");
                MessageBatch batch = new MessageBatch(1, 1, 0);
                batch.prepareReceive(0);
                int result = 1;
                while (result == 1) { // frames that came before, cut to nothing
                    batch.prepareReceive(0);
                    result = port.receive(batch, 1);
                }
                assertThat(result).isEqualTo(-Errno.ENETDOWN);
                assertThat(port.receive(batch, 1)).isZero();
            }
        }
    }

    private static PacketSocket open(TestNetwork network, String namespace, String link) throws Exception {
        int ifindex = network.link(namespace, link).ifindex();
        return network.in(namespace, () -> PacketSocket.open(ifindex));
    }

    private static void sendUdp(TestNetwork network, String to, String text) throws Exception {
        network.in("host", () -> {
            try (DatagramSocket sender = new DatagramSocket()) {
                sender.setBroadcast(true);
                byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
                sender.send(new DatagramPacket(bytes, bytes.length, InetAddress.getByName(to), 7000));
            }
            return true;
        });
    }

    /** Receives until a wanted frame comes. */
    private static MessageBatch receive(PacketSocket socket, MemorySegment frame, Predicate<MessageBatch> wanted)
            throws Exception {
        MessageBatch batch = new MessageBatch(1, 1, 64);
        batch.vector(0, 0, frame.address(), (int) frame.byteSize());
        while (true) {
            batch.prepareReceive(0);
            int received = socket.receive(batch, 1);
            assertThat(received).isNotNegative();
            if (received == 1 && wanted.test(batch)) {
                return batch;
            }
            Thread.sleep(5);
        }
    }
}
