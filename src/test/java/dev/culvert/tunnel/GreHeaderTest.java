package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Frames;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Random;
import org.junit.jupiter.api.Test;

class GreHeaderTest {
    private final TunnelHeader header = new TunnelHeader();

    private int decode(String hex) {
        byte[] bytes = Frames.hex(hex);
        return GreHeader.decode(Frames.memory(bytes), 0, bytes.length, header);
    }

    @Test
    void writesEveryCombination() {
        MemorySegment memory = Frames.memory(new byte[16]);
        assertThat(GreHeader.write(memory, 0, 0, 9, 9)).isEqualTo(4).isEqualTo(GreHeader.length(0));
        assertThat(Frames.bytes(memory, 0, 4)).isEqualTo(Frames.hex("00006558"));
        int all = GreHeader.CHECKSUM | GreHeader.KEY | GreHeader.SEQUENCE;
        assertThat(GreHeader.write(memory, 0, all, 0xfedcba98L, 7))
                .isEqualTo(16)
                .isEqualTo(GreHeader.LENGTH_MAX);
        assertThat(Frames.bytes(memory, 0, 16)).isEqualTo(Frames.hex("b0006558 00000000 fedcba98 00000007"));
        GreHeader.writeSequence(memory, 0, all, 8);
        GreHeader.writeChecksum(memory, 0, 16);
        assertThat(Frames.naiveSum(Frames.bytes(memory, 0, 16), 0, 16)).isEqualTo(0xffff);
        assertThat(GreHeader.decode(memory, 0, 16, header)).isEqualTo(16);
        assertThat(header.key).isEqualTo(0xfedcba98L);
        assertThat(header.sequence).isEqualTo(8);
        assertThat(header.flags).isEqualTo(TunnelHeader.CHECKSUM | TunnelHeader.SEQUENCE);
    }

    @Test
    void readsAKeyOrNone() {
        assertThat(decode("00006558")).isEqualTo(4);
        assertThat(header.keyPresent).isFalse();
        assertThat(header.key).isZero();
        assertThat(decode("20006558 0000007b")).isEqualTo(8);
        assertThat(header.keyPresent).isTrue();
        assertThat(header.key).isEqualTo(123);
    }

    @Test
    void verifiesTheChecksumOverOddPayloads() {
        Random random = Frames.random("gre");
        for (int length = 8; length < 80; length++) {
            byte[] bytes = new byte[length];
            random.nextBytes(bytes);
            MemorySegment memory = Frames.memory(bytes);
            GreHeader.write(memory, 0, GreHeader.CHECKSUM, 0, 0);
            GreHeader.writeChecksum(memory, 0, length);
            assertThat(GreHeader.decode(memory, 0, length, header)).isEqualTo(8);
            int at = random.nextInt(4, length);
            if (at == 4 || at == 5) {
                continue;
            }
            memory.set(ValueLayout.JAVA_BYTE, at, (byte) (memory.get(ValueLayout.JAVA_BYTE, at) ^ 0x10));
            assertThat(GreHeader.decode(memory, 0, length, header)).isEqualTo(DropReason.GRE_CHECKSUM_BAD.code());
        }
    }

    @Test
    void dropsNonsense() {
        for (String flags : new String[] {"4000", "0800", "0001", "0007", "2080"}) {
            assertThat(decode(flags + "6558 00000000")).isEqualTo(DropReason.GRE_FLAGS_INVALID.code());
        }
        assertThat(decode("00000800 45")).isEqualTo(DropReason.TUNNEL_PROTOCOL_UNKNOWN.code());
        assertThat(decode("000065")).isEqualTo(DropReason.TUNNEL_TRUNCATED.code());
        assertThat(decode("b0006558 00000000 00000000 000000")).isEqualTo(DropReason.TUNNEL_TRUNCATED.code());
    }

    @Test
    void anyBytesAreDecodedOrDropped() {
        Random random = Frames.random("gre bytes");
        MemorySegment memory = Arena.ofAuto().allocate(40);
        for (int i = 0; i < 50_000; i++) {
            int length = random.nextInt(40);
            for (int at = 40 - length; at < 40; at++) {
                memory.set(ValueLayout.JAVA_BYTE, at, (byte) (random.nextInt(8) == 0 ? random.nextInt() : 0));
            }
            assertThat(GreHeader.decode(memory, 40 - length, length, header)).isLessThanOrEqualTo(length);
        }
    }
}
