package dev.culvert.vlog;

import org.jspecify.annotations.Nullable;

/** Turns what is logged into the text of one line. */
final class LogText {
    private static final int MAX_LENGTH = 16_384;

    private LogText() {}

    /**
     * Fills in {@code {0}}, {@code {1}}, … and makes an apostrophe of two, as {@link System.Logger} promises; but
     * numbers without the grouping of {@code MessageFormat}, and without what it costs.
     */
    static String fill(String format, @Nullable Object @Nullable ... parameters) {
        if (parameters == null || parameters.length == 0) {
            return format;
        }
        StringBuilder out = new StringBuilder(format.length() + 32);
        for (int i = 0; i < format.length(); i++) {
            char c = format.charAt(i);
            int close = c == '{' ? format.indexOf('}', i) : -1;
            int index = close > 0 ? index(format, i + 1, close) : -1;
            if (index >= 0 && index < parameters.length) {
                out.append(parameters[index]);
                i = close;
            } else {
                out.append(c);
                if (c == '\'' && i + 1 < format.length() && format.charAt(i + 1) == '\'') {
                    i++;
                }
            }
        }
        return out.toString();
    }

    private static int index(String format, int from, int to) {
        int value = to > from && to - from <= 3 ? 0 : -1;
        for (int i = from; i < to && value >= 0; i++) {
            int digit = format.charAt(i) - '0';
            value = digit >= 0 && digit <= 9 ? value * 10 + digit : -1;
        }
        return value;
    }

    /** Without characters that would let a name which a peer chose forge a line of the log; and not endless. */
    static String oneLine(String text) {
        boolean clean = text.length() <= MAX_LENGTH;
        for (int i = 0; clean && i < text.length(); i++) {
            clean = !Character.isISOControl(text.charAt(i));
        }
        if (clean) {
            return text;
        }
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < text.length() && i < MAX_LENGTH; i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> out.append(Character.isISOControl(c) ? '?' : c);
            }
        }
        return out.toString();
    }
}
