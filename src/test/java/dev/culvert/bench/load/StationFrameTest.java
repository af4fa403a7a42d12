package dev.culvert.bench.load;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class StationFrameTest {
    private static final int AT = 3;

    private final MemorySegment memory = Arena.ofAuto().allocate(200, 8);

    private String frame() {
        return HexFormat.of()
                .formatHex(memory.asSlice(AT + 10, StationFrame.LENGTH - 10).toArray(JAVA_BYTE));
    }

    @Test
    void isAnEthernetFrameOfTheSmallestSize() {
        StationFrame.write(memory, AT, StationFrame.EVERYBODY, StationFrame.address(1, 0x01020304));
        assertThat(frame()).startsWith("ffffffffffff060001020304" + "88b5").hasSize(120);
        assertThat(StationFrame.is(memory, AT, StationFrame.LENGTH)).isTrue();
        assertThat(StationFrame.is(memory, AT, StationFrame.LENGTH - 1)).isFalse();
        assertThat(StationFrame.isRequest(memory, AT)).isFalse();
        memory.set(JAVA_BYTE, AT + 10 + 13, (byte) 0);
        assertThat(StationFrame.is(memory, AT, StationFrame.LENGTH)).isFalse();
    }

    @Test
    void stationsAreLocallyAdministeredAndNobodyElse() {
        assertThat(StationFrame.address(0, 0)).isEqualTo(0x02_00_00000000L);
        assertThat(StationFrame.address(2, 0xffff_ffffL)).isEqualTo(0x0a_00_ffffffffL);
    }

    @Test
    void aRequestBecomesItsAnswer() {
        StationFrame.write(memory, AT, 0x0a0b0c0d0e0fL, 0);
        StationFrame.source(memory, AT, StationFrame.address(2, 77));
        StationFrame.request(memory, AT, 5, 1L << 33);
        assertThat(StationFrame.isRequest(memory, AT)).isTrue();
        assertThat(StationFrame.isAnswer(memory, AT)).isFalse();
        StationFrame.answer(memory, AT);
        assertThat(frame()).startsWith("0a000000004d" + "0a0b0c0d0e0f" + "88b5");
        assertThat(StationFrame.isAnswer(memory, AT)).isTrue();
        assertThat(StationFrame.isRequest(memory, AT)).isFalse();
        assertThat(StationFrame.slot(memory, AT)).isEqualTo(5);
        assertThat(StationFrame.number(memory, AT)).isEqualTo(1L << 33);
    }
}
