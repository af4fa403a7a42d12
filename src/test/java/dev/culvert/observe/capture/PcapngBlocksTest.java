package dev.culvert.observe.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.PcapngWriter;
import dev.culvert.observe.PcapngWriter.Direction;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class PcapngBlocksTest {
    private static byte[] capture(int packets, int lost) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Arena arena = Arena.ofConfined();
                PcapngWriter writer = new PcapngWriter(Channels.newChannel(bytes), "test")) {
            int number = writer.addInterface("p1", "", PcapngWriter.ETHERNET);
            MemorySegment frame = arena.allocate(61);
            for (int i = 0; i < packets; i++) {
                writer.packet(number, i, Direction.INBOUND, frame, 61, "number " + i);
            }
            writer.lost(number, lost);
        }
        return bytes.toByteArray();
    }

    @Test
    void allIsHandedOnAsItWasAndCounted() throws Exception {
        byte[] from = capture(5, 3);
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        PcapngBlocks blocks = new PcapngBlocks();
        blocks.copy(new ByteArrayInputStream(from), to, Long.MAX_VALUE, () -> {});
        assertThat(to.toByteArray()).isEqualTo(from);
        assertThat(blocks.packets()).isEqualTo(5);
        assertThat(blocks.lost()).isEqualTo(3);
    }

    @Test
    void afterEnoughPacketsOnlyWhatTellsOfThemFollows() throws Exception {
        ByteArrayOutputStream to = new ByteArrayOutputStream();
        PcapngBlocks blocks = new PcapngBlocks();
        AtomicInteger told = new AtomicInteger();
        blocks.copy(new ByteArrayInputStream(capture(5, 3)), to, 2, told::incrementAndGet);
        assertThat(told).hasValue(1);
        assertThat(blocks.packets()).isEqualTo(2);
        assertThat(blocks.lost()).isEqualTo(3);
        try (CaptureReader reader = CaptureReader.open(new ByteArrayInputStream(to.toByteArray()))) {
            assertThat(reader.next()).isNotNull();
            assertThat(reader.next()).isNotNull();
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void anythingElseIsRefused() throws Exception {
        byte[] good = capture(1, 0);
        byte[] cut = Arrays.copyOf(good, good.length - 5);
        byte[] long1 = good.clone();
        long1[7] = 0x7f;
        for (byte[] bytes :
                new byte[][] {cut, long1, "HTTP/1.1 200 OK\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII)}) {
            assertThatExceptionOfType(IOException.class)
                    .isThrownBy(() -> new PcapngBlocks()
                            .copy(
                                    new ByteArrayInputStream(bytes),
                                    new ByteArrayOutputStream(),
                                    Long.MAX_VALUE,
                                    () -> {}));
        }
    }
}
