package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class OverheadMeterTest {
    private static final String OUTER_ETHERNET = "525400000002 525400000001 0800";
    private static final String INNER_ETHERNET = "020000000002 020000000001 0800";
    /** An echo request of 8 bytes of payload from 10.0.0.1 to 10.0.0.2: 36 bytes of IP. */
    private static final String PING =
            "45000024 00004000 40010000 0a000001 0a000002" + "0800 0000 0001 0001 0102030405060708";

    @Test
    void measuresGre() {
        // flags and protocol only (RFC 2784): 14 + 20 + 4
        assertThat(measure(ip(47, 4 + 50) + "0000 6558" + INNER_ETHERNET + PING))
                .isEqualTo(38);
        // with a key (RFC 2890)
        assertThat(measure(ip(47, 8 + 50) + "2000 6558 0000007b" + INNER_ETHERNET + PING))
                .isEqualTo(42);
        // with checksum, key and sequence number
        assertThat(measure(ip(47, 16 + 50) + "b000 6558 00000000 0000007b 00000001" + INNER_ETHERNET + PING))
                .isEqualTo(50);
    }

    @Test
    void measuresVxlanAndGeneve() {
        assertThat(measure(ip(17, 16 + 50) + "c000 12b5 0042 0000" + "08000000 00007b00" + INNER_ETHERNET + PING))
                .isEqualTo(50);
        assertThat(measure(ip(17, 16 + 50) + "c000 17c1 0042 0000" + "00006558 00007b00" + INNER_ETHERNET + PING))
                .isEqualTo(50);
        // one option of 4 bytes with its header of 4 (RFC 8926)
        assertThat(measure(ip(17, 24 + 50) + "c000 17c1 004a 0000" + "02006558 00007b00" + "0102 03 01 00000000"
                        + INNER_ETHERNET + PING))
                .isEqualTo(58);
    }

    @Test
    void looksOnlyAtTunnelledPings() {
        String tcp = PING.replace("40010000", "40060000");
        String fragment = PING.replace("00004000", "00002000");
        assertThat(measure(ip(47, 4 + 50) + "0000 6558" + INNER_ETHERNET + tcp)).isEqualTo(-1);
        assertThat(measure(ip(47, 4 + 50) + "0000 6558" + INNER_ETHERNET + fragment))
                .isEqualTo(-1);
        assertThat(measure(ip(47, 4 + 36) + "0000 0800" + PING)).isEqualTo(-1);
        assertThat(measure(ip(17, 16 + 50) + "c000 0035 0042 0000" + "08000000 00007b00" + INNER_ETHERNET + PING))
                .isEqualTo(-1);
        assertThat(measure(PING)).isEqualTo(-1);
    }

    @Test
    void takesAnyBytes() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        byte[] valid = HexFormat.of()
                .parseHex((OUTER_ETHERNET + ip(17, 16 + 50) + "c000 17c1 0042 0000 00006558 00007b00" + INNER_ETHERNET
                                + PING)
                        .replace(" ", ""));
        try (Arena arena = Arena.ofConfined()) {
            for (int i = 0; i < 20_000; i++) {
                byte[] bytes = valid.clone();
                for (int k = random.nextInt(6); k > 0; k--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
                int length = random.nextInt(bytes.length + 1);
                MemorySegment frame = arena.allocate(128).asSlice(0, length);
                MemorySegment.copy(MemorySegment.ofArray(bytes), 0, frame, 0, length);
                OverheadMeter meter = new OverheadMeter();
                meter.observe(frame);
                assertThat(meter.frames()).as("seed %d, turn %d", seed, i).isBetween(0, 1);
            }
        }
    }

    private static String ip(int protocol, int payload) {
        return String.format("4500%04x 00004000 40%02x0000 c0a8380b c0a8380c", 20 + payload, protocol);
    }

    private static int measure(String packet) {
        byte[] bytes = HexFormat.of().parseHex((OUTER_ETHERNET + packet).replace(" ", ""));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(bytes.length);
            frame.copyFrom(MemorySegment.ofArray(bytes));
            OverheadMeter meter = new OverheadMeter();
            meter.observe(frame);
            return meter.overhead().orElse(-1);
        }
    }
}
