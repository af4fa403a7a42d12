package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** UDP sockets over a veth between two namespaces of the test's own. */
@Timeout(60)
class UdpSocketIT {
    private static final int PORT = 4789;
    private static final int CONTROL_BYTES = 128;
    private static final int SEGMENT = 1_400;
    private static final int SOURCE = 0x0a090001;
    private static final int DESTINATION = 0x0a090002;
    private static final long PREFIX6 = 0xfd09_0000_0000_0000L;

    private final MessageBatch batch = new MessageBatch(4, 2, CONTROL_BYTES);
    private final Arena arena = Arena.ofConfined();
    private final MemorySegment out = arena.allocate(65_536);
    private final MemorySegment in = arena.allocate(65_536);
    private TestNetwork network;

    @BeforeEach
    void join() throws Exception {
        network = TestNetwork.of("a", "b");
        network.veth("a", "e0", "b", "e0");
        network.address("a", "e0", "10.9.0.1/24");
        network.address("b", "e0", "10.9.0.2/24");
        network.address("a", "e0", "fd09::1/64");
        network.address("b", "e0", "fd09::2/64");
        byte[] random = new byte[(int) out.byteSize()];
        new Random(1).nextBytes(random);
        MemorySegment.copy(random, 0, out, ValueLayout.JAVA_BYTE, 0, random.length);
    }

    @AfterEach
    void part() throws Exception {
        network.close();
        arena.close();
    }

    @ParameterizedTest
    @ValueSource(ints = {AddressFamily.INET, AddressFamily.INET6})
    void segmentsOnTheWayOutAndCoalescesOnTheWayIn(int family) throws Exception {
        try (UdpSocket sender = open("a", family, 0, new SocketOptions());
                UdpSocket receiver = open("b", family, PORT, new SocketOptions())) {
            assertThat(sender.segmentation()).isTrue();
            assertThat(receiver.coalescing()).isTrue();
            int length = 20 * SEGMENT + 100;
            prepare(family, length);
            assertThat(batch.control2(0, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT, SEGMENT))
                    .isTrue();
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            assertThat(batch.length(0)).isEqualTo(length);

            receive(receiver);
            assertThat(batch.length(0)).isEqualTo(length);
            assertThat(batch.flags(0) & MessageSocket.TRUNCATED).isZero();
            assertThat(batch.controlInt(0, SocketOption.SOL_UDP, SocketOption.UDP_GRO, -1))
                    .isEqualTo(SEGMENT);
            assertThat(in.asSlice(0, length).mismatch(out.asSlice(0, length))).isEqualTo(-1);
            assertThat(batch.family(0)).isEqualTo(family);
            assertThat(batch.sourcePort(0)).isEqualTo(sender.localPort());
        }
    }

    @Test
    void tellsWhereAPacketCameFromAndHow() throws Exception {
        int arrival = network.link("b", "e0").ifindex();
        try (UdpSocket sender = open("a", AddressFamily.INET, 0, new SocketOptions());
                UdpSocket receiver = open("b", AddressFamily.INET, PORT, new SocketOptions())) {
            prepare(AddressFamily.INET, 10);
            assertThat(batch.control4(0, SocketOption.IPPROTO_IP, SocketOption.IP_TOS, 0xb9))
                    .isTrue();
            assertThat(batch.control4(0, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, 33))
                    .isTrue();
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver);
            assertThat(batch.source4(0)).isEqualTo(SOURCE);
            assertThat(batch.controlInt(0, SocketOption.IPPROTO_IP, SocketOption.IP_TOS, -1))
                    .isEqualTo(0xb9);
            assertThat(batch.controlInt(0, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, -1))
                    .isEqualTo(33);
            assertThat(batch.controlInt(0, SocketOption.SOL_UDP, SocketOption.UDP_GRO, -1))
                    .isEqualTo(-1);
            assertThat(batch.hasPacketInfo(0)).isTrue();
            assertThat(batch.destination4(0)).isEqualTo(DESTINATION);
            assertThat(batch.arrivalInterface(0)).isEqualTo(arrival);
        }
    }

    @Test
    void tellsWhereAPacketCameFromAndHowOverIpv6() throws Exception {
        int arrival = network.link("b", "e0").ifindex();
        try (UdpSocket sender = open("a", AddressFamily.INET6, 0, new SocketOptions());
                UdpSocket receiver = open("b", AddressFamily.INET6, PORT, new SocketOptions())) {
            prepare(AddressFamily.INET6, 10);
            assertThat(batch.control4(0, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_TCLASS, 0xb9))
                    .isTrue();
            assertThat(batch.control4(0, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_HOPLIMIT, 33))
                    .isTrue();
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver);
            assertThat(batch.sourceHi(0)).isEqualTo(PREFIX6);
            assertThat(batch.sourceLo(0)).isEqualTo(1);
            assertThat(batch.controlInt(0, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_TCLASS, -1))
                    .isEqualTo(0xb9);
            assertThat(batch.controlInt(0, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_HOPLIMIT, -1))
                    .isEqualTo(33);
            assertThat(batch.hasPacketInfo(0)).isTrue();
            assertThat(batch.destinationHi(0)).isEqualTo(PREFIX6);
            assertThat(batch.destinationLo(0)).isEqualTo(2);
            assertThat(batch.arrivalInterface(0)).isEqualTo(arrival);
        }
    }

    @Test
    void sendsFromTheAddressThatTheMessageSays() throws Exception {
        network.address("a", "e0", "10.9.0.7/24");
        network.address("a", "e0", "fd09::7/64");
        try (UdpSocket sender = open("a", AddressFamily.INET, 0, new SocketOptions());
                UdpSocket receiver = open("b", AddressFamily.INET, PORT, new SocketOptions());
                UdpSocket sender6 = open("a", AddressFamily.INET6, 0, new SocketOptions());
                UdpSocket receiver6 = open("b", AddressFamily.INET6, PORT, new SocketOptions())) {
            prepare(AddressFamily.INET, 10);
            assertThat(batch.packetInfo4(0, 0, 0x0a090007)).isTrue();
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver);
            assertThat(batch.source4(0)).isEqualTo(0x0a090007);
            prepare(AddressFamily.INET6, 10);
            assertThat(batch.packetInfo6(0, 0, PREFIX6, 7)).isTrue();
            assertThat(sender6.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver6);
            assertThat(batch.sourceLo(0)).isEqualTo(7);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {AddressFamily.INET, AddressFamily.INET6})
    void fragmentsOnlyWhenItMay(int family) throws Exception {
        try (UdpSocket strict = open("a", family, 0, new SocketOptions());
                UdpSocket lenient = open("a", family, 0, new SocketOptions().dontFragment(false));
                UdpSocket receiver = open("b", family, PORT, new SocketOptions())) {
            prepare(family, 4_000);
            assertThat(strict.send(batch, 0, 1)).isEqualTo(-Errno.EMSGSIZE);
            assertThat(lenient.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver);
            assertThat(batch.length(0)).isEqualTo(4_000);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {AddressFamily.INET, AddressFamily.INET6})
    void leavesTheChecksumOutWhenAsked(int family) throws Exception {
        int ifindex = network.link("b", "e0").ifindex();
        try (UdpSocket sender = open("a", family, 0, new SocketOptions().noChecksum(true));
                UdpSocket receiver = open("b", family, PORT, new SocketOptions());
                PacketSocket observer = network.in("b", () -> PacketSocket.capture(ifindex))) {
            assertThat(sender.segmentation()).isFalse();
            prepare(family, 10);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver);
            assertThat(batch.length(0)).isEqualTo(10);
            int header = family == AddressFamily.INET ? 20 : 40;
            int protocol = family == AddressFamily.INET ? 14 + 9 : 14 + 6;
            ByteBuffer frame = in.asByteBuffer();
            do {
                receive(observer);
            } while (frame.get(protocol) != 17);
            assertThat(frame.getShort(14 + header + 6)).isZero();
        }
    }

    @Test
    void aSendOnlySocketReceivesNothing() throws Exception {
        try (UdpSocket sender = open("a", AddressFamily.INET, 0, new SocketOptions());
                UdpSocket deaf = open("b", AddressFamily.INET, PORT, new SocketOptions().sendOnly(true));
                UdpSocket receiver = open("b", AddressFamily.INET, PORT + 1, new SocketOptions())) {
            prepare(AddressFamily.INET, 10);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            batch.destination4(0, DESTINATION, PORT + 1);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
            receive(receiver);
            batch.prepareReceive(0);
            assertThat(deaf.receive(batch, 1)).isZero();
        }
    }

    @Test
    void sendsAndReceivesMany() throws Exception {
        try (UdpSocket sender = open("a", AddressFamily.INET, 0, new SocketOptions());
                UdpSocket receiver = open("b", AddressFamily.INET, PORT, new SocketOptions().coalesce(false))) {
            for (int i = 0; i < 4; i++) {
                batch.clear(i);
                batch.vector(i, 0, out.address(), 1);
                batch.vector(i, 1, out.address() + 100, i);
                batch.destination4(i, DESTINATION, PORT);
            }
            assertThat(sender.send(batch, 1, 3)).isEqualTo(3);
            int received = 0;
            while (received < 3) {
                for (int i = 0; i < 4; i++) {
                    batch.vector(i, 0, in.address(), 100);
                    batch.prepareReceive(i);
                }
                int n = receiver.receive(batch, 4);
                assertThat(n).isNotNegative();
                for (int i = 0; i < n; i++) {
                    assertThat(batch.length(i)).isEqualTo(1 + ++received);
                }
            }
            assertThat(receiver.receive(batch, 4)).isZero();
        }
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        try (UdpSocket first = open("b", AddressFamily.INET, PORT, new SocketOptions());
                UdpSocket other = open("b", AddressFamily.INET6, PORT, new SocketOptions())) {
            assertThat(first.localPort()).isEqualTo(PORT);
            assertThat(other.localPort()).isEqualTo(PORT);
            assertErrno(Errno.EADDRINUSE, PORT, new SocketOptions());
            assertErrno(Errno.EADDRNOTAVAIL, 0, new SocketOptions().local(InetAddress.getByName("192.0.2.99")));
            prepare(AddressFamily.INET, 10);
            batch.destination4(0, 0xc0000263, PORT); // no route
            assertThat(first.send(batch, 0, 1)).isEqualTo(-Errno.ENETUNREACH);
        }
    }

    @Test
    void theMarkChoosesTheRoute() throws Exception {
        network.ip("a", "rule add fwmark 7 table 77");
        network.ip("a", "route add unreachable default table 77");
        try (UdpSocket sender = open("a", AddressFamily.INET, 0, new SocketOptions().mark(7))) {
            prepare(AddressFamily.INET, 10);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(-Errno.EHOSTUNREACH);
            sender.setMark(0);
            assertThat(sender.send(batch, 0, 1)).isEqualTo(1);
        }
    }

    private UdpSocket open(String namespace, int family, int port, SocketOptions options) throws Exception {
        return network.in(namespace, () -> UdpSocket.open(family, port, options));
    }

    private void assertErrno(int errno, int port, SocketOptions options) {
        assertThatExceptionOfType(LinuxException.class)
                .isThrownBy(() -> open("b", AddressFamily.INET, port, options))
                .satisfies(e -> assertThat(e.errno()).isEqualTo(errno));
    }

    private void prepare(int family, int length) {
        batch.clear(0);
        batch.vector(0, 0, out.address(), length);
        if (family == AddressFamily.INET) {
            batch.destination4(0, DESTINATION, PORT);
        } else {
            batch.destination6(0, PREFIX6, 2, 0, PORT);
        }
    }

    private void receive(MessageSocket socket) throws Exception {
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
