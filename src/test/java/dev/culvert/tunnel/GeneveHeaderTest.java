package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Frames;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GeneveHeaderTest {
    private final TunnelHeader header = new TunnelHeader();

    private int decode(String hex) {
        byte[] bytes = Frames.hex(hex);
        return GeneveHeader.decode(Frames.memory(bytes), 0, bytes.length, header);
    }

    @Test
    void writesWhatTheRfcDraws() {
        MemorySegment memory = Frames.memory(new byte[8]);
        assertThat(GeneveHeader.write(memory, 0, 0xabcdef)).isEqualTo(8);
        assertThat(Frames.bytes(memory, 0, 8)).isEqualTo(Frames.hex("00006558 abcdef00"));
        assertThat(GeneveHeader.write(memory, 0, 1, 252, true, true)).isEqualTo(260);
        assertThat(Frames.bytes(memory, 0, 8)).isEqualTo(Frames.hex("3fc06558 00000100"));
    }

    @Test
    void readsOptionsAndFlags() {
        assertThat(decode("00006558 00007b00")).isEqualTo(8);
        assertThat(header.key).isEqualTo(123);
        assertThat(header.flags).isZero();
        assertThat(header.optionsLength).isZero();
        // two options, one with four bytes and one without; the reserved bits are set, which means nothing
        assertThat(decode("03bf6558 00007b55 0102 01 01 aabbccdd 0102 02 e0")).isEqualTo(20);
        assertThat(header.flags).isEqualTo(TunnelHeader.OAM);
        assertThat(header.key).isEqualTo(123);
        assertThat(header.optionsOffset).isEqualTo(8);
        assertThat(header.optionsLength).isEqualTo(12);
    }

    @Test
    void dropsACriticalOptionWhetherAnnouncedOrNot() {
        assertThat(decode("01406558 00007b00 0102 80 00")).isEqualTo(DropReason.GENEVE_CRITICAL_OPTION_UNKNOWN.code());
        assertThat(decode("01006558 00007b00 0102 80 00")).isEqualTo(DropReason.GENEVE_CRITICAL_OPTION_UNKNOWN.code());
    }

    @Test
    void dropsNonsense() {
        assertThat(decode("40006558 00007b00")).isEqualTo(DropReason.GENEVE_VERSION_UNKNOWN.code());
        assertThat(decode("00000800 00007b00")).isEqualTo(DropReason.TUNNEL_PROTOCOL_UNKNOWN.code());
        assertThat(decode("01006558 00007b00")).isEqualTo(DropReason.TUNNEL_TRUNCATED.code());
        assertThat(decode("00006558 00007b")).isEqualTo(DropReason.TUNNEL_TRUNCATED.code());
        assertThat(decode("01006558 00007b00 0102 01 01 aabbccdd"))
                .isEqualTo(DropReason.GENEVE_OPTIONS_MALFORMED.code());
    }

    @Test
    void anyBytesAreDecodedOrDropped() {
        Random random = Frames.random("geneve");
        MemorySegment memory = Arena.ofAuto().allocate(300);
        for (int i = 0; i < 50_000; i++) {
            int length = random.nextInt(300);
            for (int at = 300 - length; at < 300; at++) {
                memory.set(ValueLayout.JAVA_BYTE, at, (byte) (random.nextInt(4) == 0 ? random.nextInt() : 0));
            }
            int result = GeneveHeader.decode(memory, 300 - length, length, header);
            assertThat(result).isLessThanOrEqualTo(length);
            if (result < 0) {
                assertThat(DropReason.of(result).counter()).matches("(geneve|tunnel)_.*");
            } else {
                assertThat(header.length).isEqualTo(result);
            }
        }
    }
}
