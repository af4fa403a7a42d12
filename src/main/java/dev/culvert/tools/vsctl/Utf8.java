package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;

/** Text as the C library sees it: bytes. */
final class Utf8 {
    /** The order of {@code strcmp}. */
    static final Comparator<String> ORDER = Comparator.comparing((String text) -> Atom.of(text));

    private Utf8() {}

    /** The length in bytes. */
    static int length(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }

    /** As much of the text as fits, padded with blanks: exactly so many bytes, unless a character would be cut. */
    static String fitted(String text, int bytes) {
        int length = length(text);
        int end = text.length();
        while (length > bytes) {
            int start = text.offsetByCodePoints(end, -1);
            length -= length(text.substring(start, end));
            end = start;
        }
        return text.substring(0, end) + " ".repeat(bytes - length);
    }
}
