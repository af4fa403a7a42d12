package dev.culvert.jsonrpc;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Bytes that belong to no UTF-8 and are part of a text nevertheless, since to the C library all text is bytes. Such a byte is a
 * character of its own, 0xdc00 and the byte: half a surrogate pair, which no text has otherwise.
 */
public final class StrayBytes {
    static final char FIRST_UNIT = 0xdc80;
    private static final char LAST_UNIT = 0xdcff;

    private StrayBytes() {}

    /**
     * Whether a UTF-16 unit stands for such a byte, if it is no pair's second half.
     *
     * @param unit the unit
     * @return true from 0xdc80 to 0xdcff
     */
    static boolean isUnit(int unit) {
        return unit >= FIRST_UNIT && unit <= LAST_UNIT;
    }

    private static boolean isStray(String text, int at) {
        return isUnit(text.charAt(at)) && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
    }

    /**
     * The text's bytes.
     *
     * @param text any text
     * @return UTF-8 but for the stray bytes
     */
    public static byte[] bytes(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int start = 0;
        for (int i = 0; i < text.length(); i++) {
            if (isStray(text, i)) {
                out.writeBytes(text.substring(start, i).getBytes(StandardCharsets.UTF_8));
                out.write(text.charAt(i));
                start = i + 1;
            }
        }
        out.writeBytes(text.substring(start).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }

    /**
     * What is wrong with a string that is to go into a database (RFC 7047 section 3.1: all strings are UTF-8).
     *
     * @param text any text
     * @return the error's details, naming the bytes as far as they make a beginning, or null if nothing is wrong
     */
    public static @Nullable String complaint(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (isStray(text, i)) {
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
}
