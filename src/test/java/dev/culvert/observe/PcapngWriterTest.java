package dev.culvert.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PcapngWriterTest {
    @TempDir
    private Path folder;

    /** One block: its type and its body. */
    private record Block(int type, ByteBuffer body) {}

    @Test
    void writesBlocksThatBeginAndEndWithTheirLength() throws IOException {
        Path file = folder.resolve("a.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(file, "test")) {
            int number = writer.addInterface("eth1", "an interface", PcapngWriter.ETHERNET);
            for (int length = 60; length < 64; length++) { // every padding
                MemorySegment frame = arena.allocate(length).fill((byte) length);
                writer.packet(number, 1_700_000_000_123_456_789L, PcapngWriter.Direction.OUTBOUND, frame);
            }
            writer.lost(number, 3);
            assertThat(writer.packets()).isEqualTo(4);
        }
        List<Block> blocks = blocks(file);
        assertThat(blocks).extracting(Block::type).containsExactly(0x0A0D0D0A, 1, 6, 6, 6, 6, 5);
        assertThat(blocks.getFirst().body().getInt(0)).isEqualTo(0x1A2B3C4D);
        for (int i = 0; i < 4; i++) {
            ByteBuffer body = blocks.get(2 + i).body();
            long nanos = (long) body.getInt(4) << 32 | Integer.toUnsignedLong(body.getInt(8));
            assertThat(nanos).isEqualTo(1_700_000_000_123_456_789L);
            assertThat(body.getInt(12)).isEqualTo(60 + i);
            assertThat(body.getInt(16)).isEqualTo(60 + i);
            assertThat(body.get(20 + 59 + i)).isEqualTo((byte) (60 + i));
            int options = 20 + (60 + i + 3) / 4 * 4;
            assertThat(body.getShort(options)).isEqualTo((short) 2); // epb_flags
            assertThat(body.getInt(options + 4)).isEqualTo(2); // outbound
        }
        ByteBuffer statistics = blocks.getLast().body();
        assertThat(statistics.getLong(16)).isEqualTo(7); // isb_ifrecv
        assertThat(statistics.getLong(28)).isEqualTo(3); // isb_ifdrop
    }

    @Test
    void cutsAFrameThatNoLinkCarries() throws IOException {
        Path file = folder.resolve("b.pcapng");
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = PcapngWriter.create(file, "test")) {
            writer.addInterface("eth1", "", PcapngWriter.ETHERNET);
            writer.packet(0, 0, PcapngWriter.Direction.INBOUND, arena.allocate(1 << 20));
        }
        ByteBuffer body = blocks(file).get(2).body();
        assertThat(body.getInt(12)).isLessThan(1 << 17);
        assertThat(body.getInt(16)).isEqualTo(1 << 20);
    }

    @Test
    void countsNanosecondsSinceTheEpoch() {
        assertThat(PcapngWriter.nanos(Instant.ofEpochSecond(3, 4))).isEqualTo(3_000_000_004L);
    }

    /** Walks the file as a reader would: each block's length in front, and the same behind. */
    private static List<Block> blocks(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Block> blocks = new ArrayList<>();
        while (bytes.hasRemaining()) {
            int start = bytes.position();
            int type = bytes.getInt();
            int length = bytes.getInt();
            assertThat(length % 4).isZero();
            assertThat(bytes.getInt(start + length - 4)).isEqualTo(length);
            blocks.add(new Block(type, bytes.slice(start + 8, length - 12).order(ByteOrder.LITTLE_ENDIAN)));
            bytes.position(start + length);
        }
        return blocks;
    }
}
