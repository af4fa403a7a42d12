package dev.culvert.linux;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class PcapFilterTest {
    private static final String ARP = "ffffffffffff" + "020000000001" + "0806" + "0001080006040001" + "020000000001"
            + "0a000001" + "000000000000" + "0a000002";

    @Test
    void aFrameMatchesOrNot() throws Exception {
        try (Arena arena = Arena.ofConfined();
                PcapFilter arp = PcapFilter.compile("arp host 10.0.0.2");
                PcapFilter icmp = PcapFilter.compile("icmp or (vlan 7 and tcp port 80)")) {
            MemorySegment frame =
                    arena.allocateFrom(ValueLayout.JAVA_BYTE, HexFormat.of().parseHex(ARP));
            assertThat(arp.matches(frame)).isTrue();
            assertThat(icmp.matches(frame)).isFalse();
            assertThat(arp.matches(frame.asSlice(0, 14))).isFalse(); // cut off
            assertThat(arp.matches(frame.asSlice(0, 0))).isFalse();
        }
    }

    @Test
    void whatIsWrongIsSaidInLibpcapsWords() {
        assertThatExceptionOfType(PcapFilter.FilterException.class)
                .isThrownBy(() -> PcapFilter.compile("icmp and"))
                .withMessageContaining("syntax error");
        assertThatExceptionOfType(PcapFilter.FilterException.class)
                .isThrownBy(() -> PcapFilter.compile("x".repeat(5000)))
                .withMessageContaining("4096 characters");
    }
}
