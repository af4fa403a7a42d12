package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ipsec.esp.EspKeys;
import dev.culvert.ipsec.esp.EspScratch;
import dev.culvert.ipsec.esp.EspSuite;
import dev.culvert.ipsec.esp.InboundSa;
import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.Epoll;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.TestNetwork;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.DropReason;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** ESP with a genuine kernel at the other end, with keys put in by hand: it answers pings that nobody else can read. */
@Timeout(180)
class KernelEspIT {
    private static final String OURS = "192.168.56.11";
    private static final String THEIRS = "192.168.56.12";
    private static final int THEIR_ADDRESS = 0xc0a8380c;
    private static final int ESP = 50;
    private static final int ICMP = 1;
    private static final int IPV4_HEADER = 20;
    private static final int AT = 64;

    private static TestNetwork network;
    private static Peerbox box;

    private final Random random = new Random();
    private final Map<Integer, byte[]> materials = new HashMap<>();
    private final Arena arena = Arena.ofAuto();
    private final MemorySegment buffer = arena.allocate(4_096);
    private final EspScratch scratch = new EspScratch();
    private final MessageBatch batch = new MessageBatch(1, 1, 128);

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("b1");
        box = new Peerbox(network, "b1", OURS + "/24", THEIRS + "/24");
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = box) {
            // both are closed, whatever befalls the first
        }
    }

    @ParameterizedTest
    @CsvSource({
        "AES_GCM_16_128, false",
        "AES_GCM_16_192, false",
        "AES_GCM_16_256, false",
        "AES_GCM_16_256, true",
        "AES_CBC_128_SHA2_256, false",
        "AES_CBC_192_SHA2_384, false",
        "AES_CBC_256_SHA2_512, false",
        "AES_CBC_256_SHA2_256, true",
    })
    void theKernelAnswersInKind(EspSuite suite, boolean extended) throws Exception {
        EspKeys there = keys(0x1000_0001, suite, extended);
        EspKeys back = keys(0x2000_0002, suite, extended);
        box.run("set -e; ip xfrm state flush; ip xfrm policy flush; "
                + state(OURS, THEIRS, there) + state(THEIRS, OURS, back)
                + policy(OURS, THEIRS, "in") + policy(THEIRS, OURS, "out"));
        try (RawSocket socket = network.in("b1", () -> RawSocket.open(AddressFamily.INET, ESP, new SocketOptions()));
                Epoll epoll = Epoll.open();
                OutboundSa out = new OutboundSa(there, scratch);
                InboundSa in = new InboundSa(back, scratch)) {
            epoll.add(socket.fd(), Epoll.IN, 1);
            int sequence = 0;
            for (int length : new int[] {0, 1, 2, 3, 4, 15, 16, 17, 56, 1_000, 1_350}) {
                byte[] data = new byte[length];
                random.nextBytes(data);
                byte[] packet = seal(out, echo(8, ++sequence, data));
                send(socket, packet);
                byte[] answer = receive(socket, epoll);
                assertThat(open(in, answer)).as("%s, %d bytes", suite, length).isEqualTo(echo(0, sequence, data));
                assertThat(in.nextHeader()).isEqualTo(ICMP);
                // neither end takes a packet again
                put(answer);
                assertThat(in.open(buffer, AT, answer.length)).isEqualTo(DropReason.ESP_REPLAYED.code());
                send(socket, packet);
            }
            byte[] forged = seal(out, echo(8, 99, new byte[8]));
            forged[forged.length - 1] ^= 1;
            send(socket, forged);
            send(socket, seal(out, echo(8, 100, new byte[8])));
            assertThat(open(in, receive(socket, epoll))).isEqualTo(echo(0, 100, new byte[8]));
            assertThat(in.packets()).isEqualTo(sequence + 1);
        }
        String seen = box.run("ip -s xfrm state list spi " + there.spi());
        assertThat(seen)
                .contains("replay 11 failed 1")
                .containsPattern("lifetime current:\\s+\\d+\\(bytes\\), 12\\(packets\\)");
        there.close();
        back.close();
    }

    private EspKeys keys(int spi, EspSuite suite, boolean extended) {
        byte[] material = new byte[suite.keyLength()];
        random.nextBytes(material);
        materials.put(spi, material);
        return new EspKeys(spi, suite, extended, material);
    }

    /** ip-xfrm(8): keys in hex, AES-GCM's with its salt, lengths of ICVs in bits. */
    private String state(String from, String to, EspKeys keys) {
        EspSuite suite = keys.suite();
        byte[] material = materials.get(keys.spi());
        HexFormat hex = HexFormat.of();
        String algorithms;
        if (suite.integrityId() == 0) {
            algorithms = "aead 'rfc4106(gcm(aes))' 0x" + hex.formatHex(material) + " 128";
        } else {
            int split = suite.keyBits() / 8;
            int bits = (material.length - split) * 8;
            algorithms = "enc 'cbc(aes)' 0x" + hex.formatHex(material, 0, split) + " auth-trunc 'hmac(sha" + bits
                    + ")' 0x" + hex.formatHex(material, split, material.length) + " " + bits / 2;
        }
        return "ip xfrm state add src " + from + " dst " + to + " proto esp spi " + keys.spi()
                + " mode transport reqid 1 replay-window 32 " + (keys.extended() ? "flag esn " : "") + algorithms
                + "; ";
    }

    private static String policy(String from, String to, String direction) {
        return "ip xfrm policy add src " + from + " dst " + to + " proto icmp dir " + direction
                + " tmpl proto esp mode transport reqid 1; ";
    }

    /** An ICMP echo message (RFC 792). */
    private static byte[] echo(int type, int sequence, byte[] data) {
        byte[] message = ByteBuffer.allocate(8 + data.length)
                .putInt(type << 24)
                .putShort((short) 0x4711)
                .putShort((short) sequence)
                .put(data)
                .array();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(message.length);
            memory.copyFrom(MemorySegment.ofArray(message));
            int sum = ~Checksum.sum(memory, 0, message.length);
            message[2] = (byte) (sum >> 8);
            message[3] = (byte) sum;
        }
        return message;
    }

    private byte[] seal(OutboundSa out, byte[] payload) {
        put(payload);
        int total = out.seal(buffer, AT, payload.length, ICMP);
        return bytes(AT - out.suite().headerLength(), total);
    }

    private byte[] open(InboundSa in, byte[] packet) {
        put(packet);
        int length = in.open(buffer, AT, packet.length);
        assertThat(length).as(() -> DropReason.of(length).counter()).isNotNegative();
        return bytes(AT + in.suite().headerLength(), length);
    }

    private void put(byte[] bytes) {
        MemorySegment.copy(bytes, 0, buffer, ValueLayout.JAVA_BYTE, AT, bytes.length);
    }

    private byte[] bytes(int at, int length) {
        return buffer.asSlice(at, length).toArray(ValueLayout.JAVA_BYTE);
    }

    private void send(RawSocket socket, byte[] packet) {
        put(packet);
        batch.clear(0);
        batch.vector(0, 0, buffer.address() + AT, packet.length);
        batch.destination4(0, THEIR_ADDRESS, 0);
        assertThat(socket.send(batch, 0, 1)).isEqualTo(1);
    }

    private byte[] receive(RawSocket socket, Epoll epoll) {
        assertThat(epoll.await(20_000_000_000L)).as("an answer").isEqualTo(1);
        batch.clear(0);
        batch.vector(0, 0, buffer.address(), (int) buffer.byteSize());
        batch.prepareReceive(0);
        assertThat(socket.receive(batch, 1)).isEqualTo(1);
        byte[] packet = bytes(0, batch.length(0));
        return Arrays.copyOfRange(packet, IPV4_HEADER, packet.length);
    }
}
