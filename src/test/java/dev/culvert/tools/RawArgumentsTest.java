package dev.culvert.tools;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import org.junit.jupiter.api.Test;

class RawArgumentsTest {
    private static byte[] line(Object... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (Object part : parts) {
            if (part instanceof String text) {
                out.writeBytes(text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
            } else {
                out.write((Integer) part);
            }
        }
        return out.toByteArray();
    }

    @Test
    void wordsAreUtf8() {
        assertThat(RawArguments.last(line("java", 0, "-jar", 0, "ü", 0, "", 0, "€ 😀", 0), 3, true))
                .containsExactly("ü", "", "€ 😀");
        assertThat(RawArguments.last(line("ü", 0), 2, true)).isNull();
        assertThat(RawArguments.last(line(), 1, true)).isNull();
        assertThat(RawArguments.last(line("java", 0), 0, true)).isEmpty();
    }

    @Test
    void bytesThatAreNoneAreKept() {
        assertThat(RawArguments.last(line("java", 0, "a", 0xff, "b", 0xe2, 0x82, 0), 1, true))
                .containsExactly("a\udcffb\udce2\udc82");
        assertThat(RawArguments.last(line("java", 0, "a", 0xff, 0), 1, false)).containsExactly("a\ufffd");
        assertThat(RawArguments.last(line("java", 0, 0xed, 0xa0, 0x80, 0), 1, true))
                .containsExactly("\udced\udca0\udc80");
    }

    @Test
    void asciiIsLeftAlone() {
        String[] words = {"show", ""};
        assertThat(RawArguments.of(words, true)).isSameAs(words);
    }
}
