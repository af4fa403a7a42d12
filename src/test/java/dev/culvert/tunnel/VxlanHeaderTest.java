package dev.culvert.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.packet.DropReason;
import dev.culvert.packet.Frames;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class VxlanHeaderTest {
    private final TunnelHeader header = new TunnelHeader();

    private int decode(String hex) {
        byte[] bytes = Frames.hex(hex);
        return VxlanHeader.decode(Frames.memory(bytes), 0, bytes.length, header);
    }

    @Test
    void writesWhatTheRfcDraws() {
        MemorySegment memory = Frames.memory(new byte[9]);
        assertThat(VxlanHeader.write(memory, 1, 0xabcdef)).isEqualTo(8);
        assertThat(Frames.bytes(memory, 0, 9)).isEqualTo(Frames.hex("00 08000000 abcdef00"));
    }

    @Test
    void readsWhatItWrites() {
        assertThat(decode("08000000 00007b00 ffff")).isEqualTo(8);
        assertThat(header.key).isEqualTo(123);
        assertThat(header.keyPresent).isTrue();
        assertThat(header.length).isEqualTo(8);
        assertThat(header.flags).isZero();
        assertThat(decode("08000000 ffffff00")).isEqualTo(8);
        assertThat(header.key).isEqualTo(0xffffff);
    }

    @Test
    void dropsExtensionsAndNonsense() {
        for (String wrong : new String[] {
            "00000000 00007b00", // no VNI
            "0c000003 00007b00", // generic protocol extension, Ethernet inside
            "88000005 00007b00", // group policy
            "08000000 00007b01"
        }) {
            assertThat(decode(wrong)).isEqualTo(DropReason.VXLAN_FLAGS_INVALID.code());
            assertThat(header.keyPresent).isFalse();
        }
        assertThat(decode("08000000 00007b")).isEqualTo(DropReason.TUNNEL_TRUNCATED.code());
        assertThat(decode("")).isEqualTo(DropReason.TUNNEL_TRUNCATED.code());
    }
}
