package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;

class VirtioNetHeaderTest {
    @Test
    void readsWhatItWritesAndTouchesNothingElse() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment memory = arena.allocate(VirtioNetHeader.LENGTH + 2).fill((byte) 0x55);
            int type = VirtioNetHeader.GSO_TCPV4 | VirtioNetHeader.GSO_ECN;
            VirtioNetHeader.write(memory, 1, VirtioNetHeader.FLAG_NEEDS_CHECKSUM, type, 66, 65_000, 34, 16);
            assertThat(VirtioNetHeader.flags(memory, 1)).isEqualTo(1);
            assertThat(VirtioNetHeader.gsoType(memory, 1)).isEqualTo(type);
            assertThat(VirtioNetHeader.headerLength(memory, 1)).isEqualTo(66);
            assertThat(VirtioNetHeader.gsoSize(memory, 1)).isEqualTo(65_000);
            assertThat(VirtioNetHeader.checksumStart(memory, 1)).isEqualTo(34);
            assertThat(VirtioNetHeader.checksumOffset(memory, 1)).isEqualTo(16);
            VirtioNetHeader.writeNone(memory, 1);
            assertThat(memory.toArray(ValueLayout.JAVA_BYTE)).containsExactly(0x55, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x55);
        }
    }
}
