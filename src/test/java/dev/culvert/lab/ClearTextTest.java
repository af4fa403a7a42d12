package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ClearTextTest {
    private static final String ETHERNET = "020000000002 020000000001 0800";
    private static final String ESP = ETHERNET + "45000034 00000000 40320000 c0a8380b c0a8380c 01020304 00000001 ";
    private static final String IKE = ETHERNET + "45000034 00000000 40110000 c0a8380b c0a8380c 01f401f4 00200000 00";
    private static final String ICMP = ETHERNET + "45000034 00000000 40010000 c0a8380b c0a8380c 03030000 00000000 ";
    private static final String GRE = ETHERNET + "45000034 00000000 402f0000 c0a8380b c0a8380c 00006558 ";

    private final ClearText text = new ClearText("10.0.0.1", "10.0.0.2");

    private void observe(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex.replace(" ", ""));
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment frame = arena.allocate(bytes.length);
            frame.copyFrom(MemorySegment.ofArray(bytes));
            text.observe(frame);
        }
    }

    @Test
    void espAndIkeAreProof() {
        observe(ESP + "5555555555555555");
        observe(IKE);
        observe(ICMP + IKE.substring(ETHERNET.length()));
        observe("ffffffffffff 020000000001 0806 0001080006040001");
        assertThat(text.isProof()).isTrue();
        assertThat(text.describe()).isEqualTo("1 packets of ESP, 2 of IKE, 1 of ARP");
    }

    @Test
    void anEchoHasNothingToHideIfItHasNoRoom() {
        observe(ESP + "5555555555555555");
        observe(ETHERNET + "45000024 00000000 40010000 c0a8380b c0a8380c 08000000 00010001 0102030405060708");
        assertThat(text.isProof()).isTrue();
        assertThat(text.describe()).isEqualTo("1 packets of ESP, 0 of IKE, 0 of ARP, 1 echoes of the page");
        observe(ETHERNET + "45000054 00000000 40010000 c0a8380b c0a8380c 08000000 00010001 0102030405060708");
        assertThat(text.isProof()).isFalse();
    }

    @Test
    void whatIsNoneOfThemIsNot() {
        observe(ESP + "5555555555555555");
        observe(GRE + "5555555555555555");
        assertThat(text.isProof()).isFalse();
        assertThat(text.describe()).contains("1 others");
    }

    @Test
    void norIsEspThatHidesNothing() {
        observe(ESP + "0a000001 0a000002");
        assertThat(text.isProof()).isFalse();
        StringBuilder pattern = new StringBuilder();
        for (int i = 0x10; i < 0x30; i++) {
            pattern.append("%02x".formatted(i));
        }
        observe(ESP + pattern);
        assertThat(text.describe()).contains("2 with bytes that should be hidden");
    }

    @Test
    void nothingAtAllIsNoProof() {
        assertThat(text.isProof()).isFalse();
        observe(ETHERNET);
        observe("00");
        assertThat(text.isProof()).isFalse();
    }
}
