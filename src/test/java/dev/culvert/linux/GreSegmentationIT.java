package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A TCP super-frame gets its outer headers in the kernel, and is cut where the way out cannot carry it whole. */
@Timeout(60)
class GreSegmentationIT {
    private static final int GRE = 47;
    private static final int HEADERS = 14 + 20 + 20;
    private static final int SEGMENT = 1400;
    private static final int PAYLOAD = 3 * SEGMENT + 100;
    private static final byte[] OUTER = {
        0x45, 0, 0, 0, 0, 0, 0x40, 0, 61, GRE, 0, 0, 10, 9, 0, 1, 10, 9, 0, 2, 0x20, 0, 0x65, 0x58, 0, 0, 0, 123
    };

    @Test
    void aVethCarriesItWhole() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined()) {
            List<byte[]> received = send(network, arena, 1, 0x2e);
            assertThat(received).hasSize(1);
            byte[] packet = received.getFirst();
            assertThat(packet).hasSize(OUTER.length + HEADERS + PAYLOAD);
            checkOuter(packet, 0x2e);
        }
    }

    @Test
    void isCutWhereTheWayOutCannotSegment() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined()) {
            network.exec("a", "ethtool", "-K", "e0", "tso", "off", "tx", "off");
            List<byte[]> received = send(network, arena, 1, 0);
            assertThat(received).hasSize(4);
            int payload = 0;
            for (byte[] packet : received) {
                assertThat(packet.length).isLessThanOrEqualTo(OUTER.length + HEADERS + SEGMENT);
                checkOuter(packet, 0);
                payload += packet.length - OUTER.length - HEADERS;
            }
            assertThat(payload).isEqualTo(PAYLOAD);
        }
    }

    @Test
    void dropsWhatIsForNoTunnel() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined()) {
            assertThat(send(network, arena, 2, 0)).isEmpty();
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        try (TestNetwork network = network()) {
            String before = network.ip("a", "-o link").replaceAll("\\d+: ", "");
            network.in("a", () -> GreSegmentation.open("seg%d")).close();
            assertThat(network.ip("a", "-o link").replaceAll("\\d+: ", "")).isEqualTo(before);
        }
    }

    @Test
    void tellsWhenThereAreIpsecPolicies() throws Exception {
        try (TestNetwork network = TestNetwork.of("a");
                IpsecPolicies policies = network.in("a", IpsecPolicies::open)) {
            assertThat(policies.any()).isFalse();
            assertThat(policies.changed()).isFalse();
            network.ip(
                    "a",
                    "xfrm policy add src 10.9.0.1 dst 10.9.0.2 proto gre dir out"
                            + " tmpl src 10.9.0.1 dst 10.9.0.2 proto esp mode transport");
            assertThat(policies.changed()).isTrue();
            assertThat(policies.any()).isTrue();
            network.ip("a", "xfrm policy flush");
            assertThat(policies.changed()).isTrue();
            assertThat(policies.any()).isFalse();
        }
    }

    private static TestNetwork network() throws Exception {
        TestNetwork network = TestNetwork.of("a", "b");
        network.veth("a", "e0", "b", "e0");
        network.address("a", "e0", "10.9.0.1/24");
        network.address("b", "e0", "10.9.0.2/24");
        return network;
    }

    private static List<byte[]> send(TestNetwork network, Arena arena, int tunnel, int tos) throws Exception {
        int underlay = network.link("a", "e0").ifindex();
        try (RawSocket receiver = network.in("b", () -> RawSocket.open(AddressFamily.INET, GRE, new SocketOptions()));
                GreSegmentation segmentation = network.in("a", () -> GreSegmentation.open("seg%d"))) {
            segmentation.set(1, underlay, OUTER);
            MemorySegment frame = superFrame(arena);
            MessageBatch batch = new MessageBatch(1, 1, 64);
            batch.vector(0, 0, frame.address(), (int) frame.byteSize());
            batch.control4(0, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, GreSegmentation.mark(tunnel, tos));
            int sent = segmentation.socket().send(batch, 0, 1);
            assertThat(sent).isEqualTo(tunnel == 1 ? 1 : -Errno.ENOBUFS);
            return receive(receiver, arena, tunnel == 1 ? 5_000 : 200);
        }
    }

    /** All packets until the line has been silent for a moment; the first may take some time, for the neighbour's ARP. */
    private static List<byte[]> receive(RawSocket receiver, Arena arena, int firstMillis) throws Exception {
        MemorySegment in = arena.allocate(66_000);
        MessageBatch batch = new MessageBatch(1, 1, 128);
        List<byte[]> packets = new ArrayList<>();
        while (FileCalls.awaitInput(receiver.fd(), packets.isEmpty() ? firstMillis : 200) > 0) {
            batch.prepareReceive(0);
            batch.vector(0, 0, in.address(), (int) in.byteSize());
            if (receiver.receive(batch, 1) == 1) {
                packets.add(in.asSlice(0, batch.length(0)).toArray(ValueLayout.JAVA_BYTE));
            }
        }
        return packets;
    }

    private static void checkOuter(byte[] packet, int tos) {
        ByteBuffer header = ByteBuffer.wrap(packet);
        assertThat(header.get(1)).isEqualTo((byte) tos);
        assertThat(Short.toUnsignedInt(header.getShort(2))).isEqualTo(packet.length);
        assertThat(header.getShort(6)).isEqualTo((short) 0x4000);
        assertThat(header.get(8)).isEqualTo((byte) 61);
        assertThat(header.getInt(12)).isEqualTo(0x0a090001);
        assertThat(header.getLong(20)).isEqualTo(0x2000_6558_0000_007bL);
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += Short.toUnsignedInt(header.getShort(i));
        }
        assertThat((sum & 0xffff) + (sum >>> 16)).isEqualTo(0xffff);
        // the inner frame, from its Ethernet header on
        assertThat(header.getLong(28)).isEqualTo(0x0200_0000_0002_0200L);
        assertThat(header.getShort(40)).isEqualTo((short) 0x0800);
    }

    /** A frame of TCP over IPv4 whose checksum and segmentation are still to be done. */
    private static MemorySegment superFrame(Arena arena) {
        MemorySegment memory = arena.allocate(VirtioNetHeader.LENGTH + HEADERS + PAYLOAD, 8);
        VirtioNetHeader.write(
                memory,
                0,
                VirtioNetHeader.FLAG_NEEDS_CHECKSUM,
                VirtioNetHeader.GSO_TCPV4,
                HEADERS,
                SEGMENT,
                14 + 20,
                16);
        ByteBuffer frame = memory.asSlice(VirtioNetHeader.LENGTH).asByteBuffer();
        frame.put(new byte[] {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0});
        frame.put((byte) 0x45).put((byte) 0).putShort((short) (40 + PAYLOAD));
        frame.putInt(0x4000).put((byte) 64).put((byte) 6).putShort((short) 0);
        frame.putInt(0x0a000001).putInt(0x0a000002);
        frame.putShort((short) 1000).putShort((short) 2000).putInt(1).putInt(1);
        frame.putShort((short) 0x5010).putShort((short) 1000);
        return memory;
    }
}
