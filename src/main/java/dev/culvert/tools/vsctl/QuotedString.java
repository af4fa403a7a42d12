package dev.culvert.tools.vsctl;

/** Takes the escapes out of a string that was typed between double quotes, which are those of JSON (RFC 8259 section 7). */
final class QuotedString {
    private final String quoted;
    private final int end;
    private final StringBuilder out = new StringBuilder();
    private int at = 1;

    private QuotedString(String quoted) {
        this.quoted = quoted;
        this.end = quoted.length() - 1;
    }

    /**
     * Reads the string.
     *
     * @param quoted the text with both quotes
     * @return what is meant
     * @throws Fatal for a wrong escape, or a quote inside that has none
     */
    static String unescape(String quoted) {
        QuotedString string = new QuotedString(quoted);
        while (string.at < string.end) {
            string.readOne();
        }
        return string.out.toString();
    }

    private Fatal wrong(String why) {
        return new Fatal(quoted + ": " + why);
    }

    private void readOne() {
        char c = quoted.charAt(at++);
        if (c == '"') {
            throw wrong("quoted string may not include unescaped \"");
        }
        if (c != '\\') {
            out.append(c);
            return;
        }
        if (at >= end) {
            throw wrong("quoted string may not end with backslash");
        }
        char escape = quoted.charAt(at++);
        switch (escape) {
            case '"', '\\', '/' -> out.append(escape);
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'u' -> readUnicode();
            default -> throw wrong("bad escape \\" + escape);
        }
    }

    private void readUnicode() {
        char first = readHex();
        if (Character.isLowSurrogate(first)) {
            // Half a character has no UTF-8; the bytes are those that a naive encoder would have made of it.
            throw new Fatal("constraint violation: not a valid UTF-8 string: invalid UTF-8 sequence 0xed 0x"
                    + Integer.toHexString(0x80 | ((first >> 6) & 0x3f)));
        }
        out.append(first);
        if (!Character.isHighSurrogate(first)) {
            return;
        }
        if (at + 2 > end || quoted.charAt(at) != '\\' || quoted.charAt(at + 1) != 'u') {
            throw wrong("malformed escaped surrogate pair");
        }
        at += 2;
        char second = readHex();
        if (!Character.isLowSurrogate(second)) {
            throw wrong("second half of escaped surrogate pair is not trailing surrogate");
        }
        out.append(second);
    }

    private char readHex() {
        if (at + 4 > end) {
            throw wrong("quoted string ends within \\u escape");
        }
        int value = 0;
        for (int i = 0; i < 4; i++) {
            char c = quoted.charAt(at++);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            if (digit < 0) {
                throw wrong("malformed \\u escape");
            }
            value = (value << 4) | digit;
        }
        if (value == 0) {
            throw wrong("null bytes not supported in quoted strings");
        }
        return (char) value;
    }
}
