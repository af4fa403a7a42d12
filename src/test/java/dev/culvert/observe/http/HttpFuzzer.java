package dev.culvert.observe.http;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Fuzz target: heads of HTTP requests. What is let pass is read the same by everybody: written down as it was understood it is understood
 * the same, and nothing but the ends of lines controls anything.
 */
public final class HttpFuzzer {
    private static final int FIELDS = 20;
    private static final HttpRequest.Ends ENDS =
            new HttpRequest.Ends(new InetSocketAddress("127.0.0.1", 1000), new InetSocketAddress("127.0.0.1", 80));
    private static final Set<Integer> STATUSES = Set.of(400, 403, 413, 421, 431, 505);

    private HttpFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        int end = text.indexOf("\r\n\r\n");
        if (end < 0) {
            return; // a connection waits for the rest
        }
        try {
            HttpRequest request = HttpRequest.parse(input, end + 4, FIELDS, ENDS);
            check(request, text.substring(0, end));
            HttpGuard.check(request, null);
            HttpGuard.check(request, Set.of());
        } catch (HttpException e) {
            if (e.getMessage() == null || !STATUSES.contains(e.status())) {
                throw new AssertionError("nobody is told why", e);
            }
        }
    }

    private static void check(HttpRequest request, String head) {
        try {
            if (head.replace("\r\n", "").chars().anyMatch(c -> c != '\t' && c < ' ')) {
                throw new AssertionError("a control character was let pass");
            }
            if (!request.path().startsWith("/")
                    || request.path().contains("?")
                    || request.fields().size() > FIELDS) {
                throw new AssertionError(request.toString());
            }
            HttpRequest again = read(request);
            boolean same = again.method().equals(request.method())
                    && again.path().equals(request.path())
                    && again.query().equals(request.query())
                    && again.minor() == request.minor()
                    && again.fields().keySet().equals(request.fields().keySet());
            // a blank at the end may be there once, where an empty field was joined to another one
            if (!same || !read(again).equals(again)) {
                throw new AssertionError("not the same when written: " + request);
            }
            request.keepsAlive();
        } catch (HttpException e) {
            throw new AssertionError("refused when written: " + request, e);
        }
    }

    private static HttpRequest read(HttpRequest request) throws HttpException {
        byte[] written = written(request).getBytes(StandardCharsets.ISO_8859_1);
        return HttpRequest.parse(written, written.length, FIELDS, ENDS);
    }

    private static String written(HttpRequest request) {
        StringBuilder text = new StringBuilder(request.method() + " " + request.path());
        text.append(request.query().isEmpty() ? "" : "?" + request.query());
        text.append(" HTTP/1.").append(request.minor()).append("\r\n");
        request.fields()
                .forEach((name, value) ->
                        text.append(name).append(": ").append(value).append("\r\n"));
        return text.append("\r\n").toString();
    }

    /** Where to begin. */
    public static List<byte[]> seeds() {
        return Stream.of(
                        "GET /metrics HTTP/1.1\r\nHost: localhost:9475\r\nAccept: text/plain;q=0.5\r\n",
                        "HEAD /metrics?a=b HTTP/1.0\r\nConnection: keep-alive\r\n",
                        "GET / HTTP/1.1\r\nHost: [::1]:80\r\nOrigin: http://[::1]:80\r\nSec-Fetch-Site: same-origin\r\n",
                        "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 0\r\nAccept: a\r\nAccept: b\r\n",
                        "POST / HTTP/1.1\r\nHost: evil.example\r\nTransfer-Encoding: chunked\r\n")
                .map(head -> (head + "\r\n").getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
