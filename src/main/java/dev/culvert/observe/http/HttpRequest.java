package dev.culvert.observe.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A request without content.
 *
 * @param method as it was sent; methods are case-sensitive
 * @param path of its target, as it was sent: nothing is decoded or resolved, for only what is the same as a page's path is that page
 * @param query behind the question mark; empty without
 * @param minor the version: HTTP/1.minor
 * @param ends the two ends of its connection
 * @param fields its header fields, names in lower case; those that came more than once joined by commas
 */
public record HttpRequest(String method, String path, String query, int minor, Ends ends, Map<String, String> fields) {
    private static final String TOKEN = "!#$%&'*+-.^_`|~";

    /**
     * The two ends of a connection.
     *
     * @param client who asks
     * @param server whom it asks
     */
    public record Ends(InetSocketAddress client, InetSocketAddress server) {}

    /** Keeps its own copy. */
    public HttpRequest {
        fields = Map.copyOf(fields);
    }

    /** A field's value; empty where there is none. */
    public String field(String name) {
        return fields.getOrDefault(name, "");
    }

    /** Whether another request may follow on the same connection. */
    boolean keepsAlive() {
        String wish = field("connection").toLowerCase(Locale.ROOT);
        return minor >= 1 ? !wish.contains("close") : wish.contains("keep-alive");
    }

    /**
     * Reads a request's head (RFC 9112 sections 2 to 5), strictly: what two programs could read in two ways is refused.
     *
     * @param bytes from its first line on
     * @param length up to and with the empty line
     * @throws HttpException for whatever is no such head, or has content
     */
    static HttpRequest parse(byte[] bytes, int length, int maxFields, Ends ends) throws HttpException {
        String head = new String(bytes, 0, length, StandardCharsets.ISO_8859_1);
        int end = head.indexOf("\r\n");
        if (end < 0) {
            throw bad("no line");
        }
        String[] words = head.substring(0, end).split(" ", -1);
        if (words.length != 3 || !isToken(words[0])) {
            throw bad("a method, a path and a version expected");
        }
        Map<String, String> fields = new HashMap<>();
        int count = 0;
        for (int at = end + 2; !head.startsWith("\r\n", at); at = end + 2) {
            end = head.indexOf("\r\n", at);
            if (end < 0) {
                throw bad("no end");
            }
            if (++count > maxFields) {
                throw new HttpException(431, "too many fields");
            }
            field(head.substring(at, end), fields);
        }
        int minor = version(words[2]);
        checkContent(fields);
        if (minor >= 1 && !fields.containsKey("host")) {
            throw bad("no Host");
        }
        String target = words[1];
        if (!target.startsWith("/") || !isPrintable(target)) {
            throw bad("the target must begin with a slash");
        }
        int question = target.indexOf('?');
        return new HttpRequest(
                words[0],
                question < 0 ? target : target.substring(0, question),
                question < 0 ? "" : target.substring(question + 1),
                minor,
                ends,
                fields);
    }

    private static int version(String text) throws HttpException {
        if (!text.matches("HTTP/[0-9]\\.[0-9]")) {
            throw bad("no version of HTTP");
        }
        if (text.charAt(5) != '1') {
            throw new HttpException(505, "HTTP/1.1 is spoken here");
        }
        return text.charAt(7) - '0';
    }

    private static void field(String line, Map<String, String> fields) throws HttpException {
        int colon = line.indexOf(':');
        if (colon <= 0 || !isToken(line.substring(0, colon))) {
            throw bad("a field without a name"); // one that continues the line before, too
        }
        String name = line.substring(0, colon).toLowerCase(Locale.ROOT);
        String value = withoutBlanks(line.substring(colon + 1));
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw bad("a field with a control character");
            }
        }
        String before = fields.get(name);
        if (before != null && (name.equals("host") || name.equals("content-length") || name.equals("origin"))) {
            throw bad("two fields where one may be");
        }
        fields.put(name, before == null ? value : before + ", " + value);
    }

    /** Without the blanks and tabs around it, and with all else: to others, a line feed alone may end the line. */
    private static String withoutBlanks(String value) {
        int from = 0;
        int to = value.length();
        while (from < to && isBlank(value.charAt(from))) {
            from++;
        }
        while (to > from && isBlank(value.charAt(to - 1))) {
            to--;
        }
        return value.substring(from, to);
    }

    private static boolean isBlank(char c) {
        return c == ' ' || c == '\t';
    }

    /** Neither GET nor HEAD has content; what would have to be skipped could be taken for a request. */
    private static void checkContent(Map<String, String> fields) throws HttpException {
        if (fields.containsKey("transfer-encoding")
                || !fields.getOrDefault("content-length", "0").equals("0")) {
            throw new HttpException(413, "no content is taken here");
        }
    }

    private static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isAlphanumeric(c) || TOKEN.indexOf(c) >= 0);
    }

    private static boolean isAlphanumeric(int c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    }

    private static boolean isPrintable(String text) {
        return text.chars().allMatch(c -> c > ' ' && c < 0x7f);
    }

    private static HttpException bad(String message) {
        return new HttpException(400, message);
    }
}
