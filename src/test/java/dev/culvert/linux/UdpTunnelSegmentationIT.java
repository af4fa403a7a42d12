package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A super-frame in a UDP tunnel is sent whole, and is cut where the way out cannot carry it whole. */
@Timeout(60)
class UdpTunnelSegmentationIT {
    private static final int PORT = 4789;
    private static final int VXLAN = 8;
    private static final int INNER = 14 + 20 + 20;
    private static final int SEGMENT = 1300;
    private static final int PAYLOAD = 3 * SEGMENT + 100;
    private static final byte[] HERE4 = {10, 9, 0, 1};
    private static final byte[] THERE4 = {10, 9, 0, 2};
    private static final byte[] HERE6 = {(byte) 0xfd, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    private static final byte[] THERE6 = {(byte) 0xfd, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2};

    private final byte[] payload = new byte[PAYLOAD];

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aVethCarriesItWhole(boolean ipv6) throws Exception {
        try (TestNetwork network = network()) {
            List<byte[]> received = send(network, ipv6, true);
            assertThat(received).hasSize(1);
            byte[] packet = received.getFirst();
            int headers = (ipv6 ? 54 : 34) + 8 + VXLAN + INNER;
            assertThat(packet).hasSize(headers + PAYLOAD);
            assertThat(Arrays.copyOfRange(packet, headers, packet.length)).isEqualTo(payload);
        }
    }

    @ParameterizedTest
    @CsvSource({"false, true", "false, false", "true, true"})
    void isCutWhereTheWayOutCannotSegment(boolean ipv6, boolean summed) throws Exception {
        try (TestNetwork network = network()) {
            network.exec("a", "ethtool", "-K", "e0", "tso", "off", "tx", "off");
            List<byte[]> received = send(network, ipv6, summed);
            assertThat(received).hasSize(4);
            int ip = ipv6 ? 40 : 20;
            int headers = 14 + ip + 8 + VXLAN + INNER;
            int at = 0;
            for (byte[] packet : received) {
                int length = Math.min(SEGMENT, PAYLOAD - at);
                assertThat(packet).hasSize(headers + length);
                assertThat(Arrays.copyOfRange(packet, headers, packet.length))
                        .isEqualTo(Arrays.copyOfRange(payload, at, at + length));
                ByteBuffer bytes = ByteBuffer.wrap(packet);
                int udp = 14 + ip;
                assertThat(bytes.getShort(udp)).isEqualTo((short) 50_000);
                assertThat(bytes.getShort(udp + 4)).isEqualTo((short) (packet.length - udp));
                if (summed) {
                    assertThat(transportSum(bytes, 14, ipv6, 17, packet.length)).isEqualTo(0xffff);
                } else {
                    assertThat(bytes.getShort(udp + 6)).isZero();
                }
                int inner = udp + 8 + VXLAN + 14;
                assertThat(transportSum(bytes, inner, false, 6, packet.length)).isEqualTo(0xffff);
                assertThat(bytes.getInt(inner + 20 + 4)).isEqualTo(1 + at);
                at += length;
            }
        }
    }

    @Test
    void tellsWhatAnInterfaceCarries() throws Exception {
        try (TestNetwork network = network()) {
            int underlay = network.link("a", "e0").ifindex();
            assertThat(network.in("a", () -> EthtoolFeatures.active(underlay)))
                    .contains(
                            EthtoolFeatures.UDP_TUNNEL_SEGMENTATION, EthtoolFeatures.UDP_TUNNEL_CHECKSUM_SEGMENTATION);
            network.exec("a", "ethtool", "-K", "e0", "tx-udp_tnl-csum-segmentation", "off");
            assertThat(network.in("a", () -> EthtoolFeatures.active(underlay)))
                    .contains(EthtoolFeatures.UDP_TUNNEL_SEGMENTATION)
                    .doesNotContain(EthtoolFeatures.UDP_TUNNEL_CHECKSUM_SEGMENTATION);
        }
    }

    @Test
    void leavesNothingBehind() throws Exception {
        try (TestNetwork network = network()) {
            String before = network.ip("a", "-o link").replaceAll("\\d+: ", "");
            network.in("a", () -> UdpTunnelSegmentation.open("seg%d")).close();
            assertThat(network.ip("a", "-o link").replaceAll("\\d+: ", "")).isEqualTo(before);
        }
    }

    private static TestNetwork network() throws Exception {
        TestNetwork network = TestNetwork.of("a", "b");
        network.veth("a", "e0", "b", "e0");
        network.address("a", "e0", "10.9.0.1/24");
        network.address("b", "e0", "10.9.0.2/24");
        network.address("a", "e0", "fd09::1/64");
        network.address("b", "e0", "fd09::2/64");
        return network;
    }

    /** Sends one super-frame; returns what comes to the other end of the cable for the tunnel's port. */
    private List<byte[]> send(TestNetwork network, boolean ipv6, boolean summed) throws Exception {
        new java.util.Random(1).nextBytes(payload);
        int underlay = network.link("a", "e0").ifindex();
        int far = network.link("b", "e0").ifindex();
        try (Arena arena = Arena.ofConfined();
                PacketSocket observer = network.in("b", () -> PacketSocket.capture(far));
                UdpTunnelSegmentation segmentation = network.in("a", () -> UdpTunnelSegmentation.open("seg%d"))) {
            MemorySegment packet = packet(arena, underlay, ipv6, summed);
            assertThat(segmentation.send(packet.address(), (int) packet.byteSize()))
                    .isEqualTo((int) packet.byteSize());
            return receive(observer, arena);
        }
    }

    /** All packets until the line has been silent for a moment; the first may take some time, for the neighbour's address. */
    private static List<byte[]> receive(PacketSocket observer, Arena arena) {
        MemorySegment in = arena.allocate(66_000);
        MessageBatch batch = new MessageBatch(1, 1, 128);
        List<byte[]> packets = new ArrayList<>();
        while (FileCalls.awaitInput(observer.fd(), packets.isEmpty() ? 5_000 : 200) > 0) {
            batch.prepareReceive(0);
            batch.vector(0, 0, in.address(), (int) in.byteSize());
            if (observer.receive(batch, 1) == 1) {
                byte[] frame = in.asSlice(0, batch.length(0)).toArray(ValueLayout.JAVA_BYTE);
                int udp = frame[12] == 8 ? 34 : 54;
                boolean tunnel = frame.length > udp + 8
                        && frame[udp == 34 ? 23 : 20] == 17
                        && ByteBuffer.wrap(frame).getShort(udp + 2) == PORT;
                if (tunnel) {
                    packets.add(frame);
                }
            }
        }
        return packets;
    }

    private MemorySegment packet(Arena arena, int underlay, boolean ipv6, boolean summed) {
        int ip = ipv6 ? 40 : 20;
        int udp = 14 + ip;
        int inner = udp + 8 + VXLAN + 14;
        int length = inner + 40 + PAYLOAD;
        MemorySegment memory = arena.allocate(UdpTunnelSegmentation.HEADER + length, 8);
        UdpTunnelSegmentation.writeHeader(
                memory, 0, VirtioNetHeader.GSO_TCPV4, SEGMENT, ipv6, summed, udp, inner, inner + 20, 16);
        MemorySegment frame = memory.asSlice(UdpTunnelSegmentation.HEADER);
        UdpTunnelSegmentation.writeLink(frame, 0, underlay, ipv6);
        ByteBuffer bytes = frame.asByteBuffer();
        bytes.position(14);
        if (ipv6) {
            bytes.putInt(0x6000_0000).putShort((short) (length - udp)).put((byte) 17);
            bytes.put((byte) 64).put(HERE6).put(THERE6);
        } else {
            bytes.putShort((short) 0x4500).putShort((short) (length - 14)).putInt(0x4000);
            bytes.put((byte) 64).put((byte) 17).putShort((short) 0).put(HERE4).put(THERE4);
            bytes.putShort(24, (short) ~sum(bytes, 14, 34));
        }
        bytes.putShort((short) 50_000).putShort((short) PORT).putShort((short) (length - udp));
        int pseudo = add(add(sum(bytes, udp - (ipv6 ? 32 : 8), udp), 17), length - udp);
        bytes.putShort(summed ? (short) pseudo : 0);
        bytes.putInt(0x0800_0000).putInt(123 << 8);
        bytes.put(new byte[] {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, 8, 0});
        bytes.putShort((short) 0x4500).putShort((short) (40 + PAYLOAD)).putInt(0x4000);
        bytes.put((byte) 64)
                .put((byte) 6)
                .putShort((short) 0)
                .putInt(0x0a000001)
                .putInt(0x0a000002);
        bytes.putShort(inner + 10, (short) ~sum(bytes, inner, inner + 20));
        int innerPseudo = add(add(sum(bytes, inner + 12, inner + 20), 6), 20 + PAYLOAD);
        bytes.putShort((short) 1000).putShort((short) 2000).putInt(1).putInt(1);
        bytes.putShort((short) 0x5010)
                .putShort((short) 1000)
                .putShort((short) innerPseudo)
                .putShort((short) 0);
        bytes.put(payload);
        return memory;
    }

    /** The sum of a transport header, its payload and its pseudo-header: 0xffff where the checksum is right. */
    private static int transportSum(ByteBuffer bytes, int ip, boolean ipv6, int protocol, int end) {
        int transport = ip + (ipv6 ? 40 : 20);
        int addresses = sum(bytes, transport - (ipv6 ? 32 : 8), transport);
        return add(add(add(addresses, protocol), end - transport), sum(bytes, transport, end));
    }

    private static int sum(ByteBuffer bytes, int from, int to) {
        int sum = 0;
        for (int i = from; i < to; i += 2) {
            int low = i + 1 < to ? bytes.get(i + 1) & 0xff : 0;
            sum = add(sum, (bytes.get(i) & 0xff) << 8 | low);
        }
        return sum;
    }

    private static int add(int one, int other) {
        int sum = one + other;
        return (sum & 0xffff) + (sum >>> 16);
    }
}
