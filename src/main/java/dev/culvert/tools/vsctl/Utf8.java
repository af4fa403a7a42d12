package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Comparator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * Text as the C library sees it: bytes. What was typed may hold bytes that belong to no UTF-8; such a byte is a character of its
 * own here, 0xdc00 and the byte.
 */
final class Utf8 {
    private static final char FIRST_ESCAPE = 0xdc80;
    private static final char LAST_ESCAPE = 0xdcff;
    private static final Pattern ESCAPES = Pattern.compile("[\\x{dc80}-\\x{dcff}]");

    /** The order of {@code strcmp}. */
    static final Comparator<String> ORDER = Comparator.comparing((String text) -> Atom.of(text));

    private Utf8() {}

    /** The length in bytes. */
    static int length(String text) {
        return bytes(text).length;
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

    /** Whether a UTF-16 unit stands for a byte that belongs to no UTF-8. */
    private static boolean isEscape(String text, int at) {
        char c = text.charAt(at);
        return c >= FIRST_ESCAPE && c <= LAST_ESCAPE && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    /** The bytes that were typed. */
    static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                out.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
                out.write(text.charAt(i));
                start = i + 1;
            }
        }
        out.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /** The text with what is no UTF-8 as the character for such. */
    static String readable(String text) {
        return ESCAPES.matcher(text).replaceAll("\ufffd");
    }

    /**
     * What is wrong with a string that is to go into a database (RFC 7047 section 3.1: all strings are UTF-8).
     *
     * @return the error's details, naming the bytes as far as they make a beginning, or null if nothing is wrong
     */
    static @Nullable String complaint(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isEscape(text, i)) {
                StringBuilder details = new StringBuilder("not a valid UTF-8 string: invalid UTF-8 sequence");
                // A sequence is told up to its first wrong byte; the end of a C string is a byte too, zero.
                byte[] bytes = Arrays.copyOf(bytes(text.substring(i)), 4);
                for (int n = 0; n < wrongAfter(bytes); n++) {
                    details.append(" 0x%02x".formatted(bytes[n]));
                }
                return details.toString();
            }
        }
        return null;
    }

    /** How many of the bytes it takes to see that they are no UTF-8 (the Unicode Standard, table 3-7). */
    private static int wrongAfter(byte[] bytes) {
        int first = bytes[0] & 0xff;
        if (first < 0xc2 || first > 0xf4) {
            return 1;
        }
        int second = bytes[1] & 0xff;
        int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
        int greatest = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
        if (second < least || second > greatest) {
            return 2;
        }
        return (bytes[2] & 0xc0) != 0x80 ? 3 : 4;
    }

    /** The first complaint about any string in a row that is to be stored, or null. */
    static @Nullable String complaint(JsonNode json) {
        String found = json.isString() ? complaint(json.stringValue()) : null;
        if (json.isContainer()) {
            for (JsonNode element : json) {
                found = found == null ? complaint(element) : found;
            }
        }
        return found;
    }
}
