package dev.culvert.tools.vsctl;

/**
 * Takes an argument apart at the characters {@code :=, []{}!<>}. A backslash takes the special meaning from the character
 * after it; between double quotes, which stay in the token, nothing but the closing quote is special.
 */
final class Tokens {
    private static final String DELIMITERS = ":=, []{}!<>";
    private static final String BLANKS = " \t\n\u000b\f\r";

    private final String text;
    private int at;

    Tokens(String text) {
        this.text = text;
    }

    /** The whole argument. */
    String text() {
        return text;
    }

    /** What has not been read yet. */
    String rest() {
        return text.substring(at);
    }

    boolean atEnd() {
        return at == text.length();
    }

    /** The next character without reading it, or NUL at the end. */
    char peek() {
        return atEnd() ? '\0' : text.charAt(at);
    }

    /** Reads the next character if it is this one. */
    boolean skip(char c) {
        boolean here = !atEnd() && text.charAt(at) == c;
        at += here ? 1 : 0;
        return here;
    }

    void skipBlanks() {
        while (!atEnd() && BLANKS.indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    /** Whether the next character ends a token. */
    boolean atDelimiter() {
        return atEnd() || DELIMITERS.indexOf(text.charAt(at)) >= 0;
    }

    /**
     * Reads up to the next delimiter.
     *
     * @return the token, empty when a delimiter comes at once
     * @throws Fatal when a quoted string or a backslash is not complete
     */
    String next() {
        int start = at;
        StringBuilder token = new StringBuilder();
        boolean quoted = false;
        while (!atEnd() && (quoted || !atDelimiter())) {
            char c = text.charAt(at++);
            if (c != '\\') {
                token.append(c);
                quoted ^= c == '"';
                continue;
            }
            if (quoted) {
                token.append(c);
            }
            if (atEnd()) {
                throw new Fatal(text.substring(start) + ": backslash at end of argument");
            }
            token.append(text.charAt(at++));
        }
        if (quoted) {
            throw new Fatal(text.substring(start) + ": quoted string extends past end of argument");
        }
        return token.toString();
    }
}
