package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** GRE packets between two namespaces of the test's own. */
@Timeout(60)
class RawSocketIT {
    private static final int GRE = 47;
    private static final byte[] HEADER = {0, 0, 0x65, 0x58, 1, 2, 3, 4};

    @Test
    void receivesTheIpv4HeaderToo() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined();
                RawSocket sender = open(network, "a", AddressFamily.INET);
                RawSocket receiver = open(network, "b", AddressFamily.INET)) {
            MessageBatch batch = new MessageBatch(1, 1, 128);
            batch.vector(0, 0, packet(arena).address(), HEADER.length);
            batch.destination4(0, 0x0a090002, 0);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            MemorySegment in = arena.allocate(2_000);
            receive(receiver, batch, in);
            assertThat(batch.length(0)).isEqualTo(20 + HEADER.length);
            assertThat(in.get(ValueLayout.JAVA_BYTE, 0)).isEqualTo((byte) 0x45);
            assertThat(in.get(ValueLayout.JAVA_BYTE, 9)).isEqualTo((byte) GRE);
            assertThat(in.asSlice(20, HEADER.length).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(HEADER);
            assertThat(batch.source4(0)).isEqualTo(0x0a090001);
            assertThat(batch.destination4(0)).isEqualTo(0x0a090002);
            assertThat(batch.controlInt(0, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, -1))
                    .isEqualTo(64);
        }
    }

    @Test
    void receivesIpv6WithoutItsHeader() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined();
                RawSocket sender = open(network, "a", AddressFamily.INET6);
                RawSocket receiver = open(network, "b", AddressFamily.INET6)) {
            MessageBatch batch = new MessageBatch(1, 1, 128);
            batch.vector(0, 0, packet(arena).address(), HEADER.length);
            batch.destination6(0, 0xfd09_0000_0000_0000L, 2, 0, 0);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            MemorySegment in = arena.allocate(2_000);
            receive(receiver, batch, in);
            assertThat(batch.length(0)).isEqualTo(HEADER.length);
            assertThat(in.asSlice(0, HEADER.length).toArray(ValueLayout.JAVA_BYTE))
                    .isEqualTo(HEADER);
            assertThat(batch.sourceLo(0)).isEqualTo(1);
            assertThat(batch.destinationLo(0)).isEqualTo(2);
            assertThat(batch.controlInt(0, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_HOPLIMIT, -1))
                    .isEqualTo(64);
        }
    }

    @Test
    void completesAHeaderThatIsIncluded() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined();
                RawSocket sender =
                        network.in("a", () -> RawSocket.openHeaderIncluded(new SocketOptions().sendOnly(true)));
                RawSocket receiver = open(network, "b", AddressFamily.INET)) {
            MemorySegment packet = arena.allocate(20 + HEADER.length);
            byte[] header = {0x45, 0x1a, 0, 0, 0, 0, 0x40, 0, 77, GRE, 0, 0, 0, 0, 0, 0, 10, 9, 0, 2};
            packet.copyFrom(MemorySegment.ofArray(header));
            packet.asSlice(20).copyFrom(MemorySegment.ofArray(HEADER));
            MessageBatch batch = new MessageBatch(1, 1, 128);
            batch.vector(0, 0, packet.address(), (int) packet.byteSize());
            batch.destination4(0, 0x0a090002, 0);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            MemorySegment in = arena.allocate(2_000);
            receive(receiver, batch, in);
            byte[] received = in.asSlice(0, batch.length(0)).toArray(ValueLayout.JAVA_BYTE);
            // tos, total length, DF, time to live, and the source that was left open
            assertThat(received).hasSize(20 + HEADER.length);
            assertThat(received[1]).isEqualTo((byte) 0x1a);
            assertThat(received[3]).isEqualTo((byte) received.length);
            assertThat(received[6]).isEqualTo((byte) 0x40);
            assertThat(received[8]).isEqualTo((byte) 77);
            assertThat(Arrays.copyOfRange(received, 12, 16)).containsExactly(10, 9, 0, 1);
            assertThat(Arrays.copyOfRange(received, 20, received.length)).isEqualTo(HEADER);
        }
    }

    @Test
    void onlyASocketThatMayFragmentsSendsMoreThanFits() throws Exception {
        try (TestNetwork network = network();
                Arena arena = Arena.ofConfined();
                RawSocket strict = open(network, "a", AddressFamily.INET);
                RawSocket lenient = network.in(
                        "a",
                        () -> RawSocket.open(
                                AddressFamily.INET,
                                GRE,
                                new SocketOptions().dontFragment(false).sendOnly(true)));
                RawSocket receiver = open(network, "b", AddressFamily.INET)) {
            MemorySegment in = arena.allocate(4_000);
            MessageBatch batch = new MessageBatch(1, 1, 128);
            batch.vector(0, 0, in.address(), 3_000);
            batch.destination4(0, 0x0a090002, 0);
            assertThat(strict.send(batch, 0, 1)).isEqualTo(-Errno.EMSGSIZE);
            assertThat(lenient.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver, batch, in);
            assertThat(batch.length(0)).isEqualTo(3_020);
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

    private static RawSocket open(TestNetwork network, String namespace, int family) throws Exception {
        return network.in(namespace, () -> RawSocket.open(family, GRE, new SocketOptions()));
    }

    private static MemorySegment packet(Arena arena) {
        return arena.allocateFrom(ValueLayout.JAVA_BYTE, HEADER);
    }

    private static void receive(RawSocket socket, MessageBatch batch, MemorySegment in) throws Exception {
        batch.clear(0);
        batch.vector(0, 0, in.address(), (int) in.byteSize());
        int received = 0;
        while (received == 0) {
            batch.prepareReceive(0);
            received = socket.receive(batch, 1);
            Thread.sleep(1);
        }
        assertThat(received).isEqualTo(1);
    }
}
