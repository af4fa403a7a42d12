package dev.culvert.tools.vsctl;

import org.jspecify.annotations.Nullable;

/** Numbers at the beginning of a text, as the C library reads them (ISO C 7.22.1): blanks, a sign, digits, anything after. */
final class CNumbers {
    private static final String BLANKS = " \t\n\u000b\f\r";

    /**
     * What {@code strtoll} found.
     *
     * @param value the number, at the end of the 64-bit range if it lies beyond
     * @param end the index after its last digit; 0 when there was no number
     * @param inRange whether the value is the one written
     */
    record Prefix(long value, int end, boolean inRange) {}

    private CNumbers() {}

    /** The decimal integer at the beginning of the text. */
    static Prefix strtoll(String text) {
        int i = 0;
        while (i < text.length() && BLANKS.indexOf(text.charAt(i)) >= 0) {
            i++;
        }
        boolean negative = i < text.length() && text.charAt(i) == '-';
        if (negative || (i < text.length() && text.charAt(i) == '+')) {
            i++;
        }
        int start = i;
        long value = 0;
        boolean inRange = true;
        for (; i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9'; i++) {
            int digit = text.charAt(i) - '0';
            // Counted downwards, as the least long has no positive counterpart.
            if (value < (Long.MIN_VALUE + digit) / 10) {
                inRange = false;
            } else {
                value = value * 10 - digit;
            }
        }
        if (i == start) {
            return new Prefix(0, 0, true);
        }
        if (!negative && value == Long.MIN_VALUE) {
            inRange = false;
        }
        long bound = negative ? Long.MIN_VALUE : Long.MAX_VALUE;
        return new Prefix(!inRange ? bound : negative ? value : -value, i, inRange);
    }

    /** The text as a whole as an integer, or null if it is none of 64 bits. */
    static @Nullable Long wholeInteger(String text) {
        Prefix prefix = strtoll(text);
        return prefix.end > 0 && prefix.end == text.length() && prefix.inRange ? prefix.value : null;
    }

    /** {@code atoi}: the low 32 bits of the number at the beginning, 0 without one. */
    static int atoi(String text) {
        return (int) strtoll(text).value;
    }
}
