package dev.culvert.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CaptureReaderTest {
    @TempDir
    private Path folder;

    @Test
    void readsWhatWeWrite() throws IOException {
        Path file = folder.resolve("a.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(file, "test")) {
            int first = writer.addInterface("eth1", "an interface", PcapngWriter.ETHERNET);
            int second = writer.addInterface("tun0", "another", PcapngWriter.ETHERNET);
            for (int length = 60; length < 64; length++) {
                MemorySegment frame = arena.allocate(length).fill((byte) length);
                int port = length % 2 == 0 ? first : second;
                writer.packet(port, 1_700_000_000_123_456_789L, PcapngWriter.Direction.INBOUND, frame);
            }
        }
        List<CapturedPacket> packets = all(Files.readAllBytes(file));
        assertThat(packets).extracting(CapturedPacket::number).containsExactly(1L, 2L, 3L, 4L);
        assertThat(packets).extracting(CapturedPacket::port).containsExactly("eth1", "tun0", "eth1", "tun0");
        assertThat(packets).allMatch(packet -> packet.nanos() == 1_700_000_000_123_456_789L && packet.linkType() == 1);
        assertThat(packets.get(3).bytes()).hasSize(63).containsOnly(63);
    }

    @ParameterizedTest
    @CsvSource({"a1b2c3d4, true, 5_000", "a1b2c3d4, false, 5_000", "a1b23c4d, true, 5", "a1b23c4d, false, 5"})
    void readsPcapOfEitherOrder(String magic, boolean little, String nanos) throws IOException {
        ByteBuffer file = ByteBuffer.allocate(58).order(little ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        file.putInt(Integer.parseUnsignedInt(magic, 16))
                .putInt(0)
                .putLong(0)
                .putInt(65_535)
                .putInt(1);
        file.putInt(3).putInt(5).putInt(18).putInt(1514).put(new byte[18]);
        CapturedPacket packet = all(file.array()).getFirst();
        assertThat(packet.nanos()).isEqualTo(3_000_000_000L + Long.parseLong(nanos.replace("_", "")));
        assertThat(packet.originalLength()).isEqualTo(1514);
        assertThat(packet.bytes()).hasSize(18);
    }

    /** Of what was cut off anywhere, the packets in front of the cut are read, and then it is said. */
    @Test
    void aFileThatIsCutOffIsAnErrorBehindItsPackets() throws IOException {
        for (byte[] whole : CaptureFuzzer.seeds()) {
            int packets = all(whole).size();
            for (int length = 0; length < whole.length; length++) {
                byte[] cut = Arrays.copyOf(whole, length);
                List<CapturedPacket> read = new ArrayList<>();
                try {
                    read(cut, read);
                } catch (CaptureException e) {
                    assertThat(e).hasMessageMatching("damaged after \\d+ packets?: .*|it .*");
                    assertThat(read).hasSizeLessThan(packets);
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "'', it is empty",
        "0a0d, it is no capture: too short",
        "7f454c46000000000000, it is no capture: neither pcapng nor pcap",
        "0a0d0d0affffff7f4d3c2b1a, damaged after 0 packets: a block of 2147483643 bytes",
        "0a0d0d0a1c0000004d3c2b1b, damaged after 0 packets: a section in no byte order"
    })
    void whatIsNoCaptureIsRefused(String hex, String message) {
        assertThatThrownBy(() -> all(java.util.HexFormat.of().parseHex(hex)))
                .isInstanceOf(CaptureException.class)
                .hasMessage(message);
    }

    /** 4 GB of packet take no memory. */
    @Test
    void absurdSizesAreRefused() {
        ByteBuffer file = ByteBuffer.allocate(40).order(ByteOrder.LITTLE_ENDIAN);
        file.putInt(0xa1b2c3d4).putInt(0).putLong(0).putInt(65_535).putInt(1);
        file.putInt(3).putInt(5).putInt(-1).putInt(-1);
        assertThatThrownBy(() -> all(file.array())).hasMessage("damaged after 0 packets: a packet of 4294967295 bytes");
    }

    private static List<CapturedPacket> all(byte[] file) throws IOException {
        List<CapturedPacket> packets = new ArrayList<>();
        read(file, packets);
        return packets;
    }

    private static void read(byte[] file, List<CapturedPacket> packets) throws IOException {
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(file))) {
            for (CapturedPacket packet = reader.next(); packet != null; packet = reader.next()) {
                packets.add(packet);
            }
        }
    }
}
