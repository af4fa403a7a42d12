package dev.culvert.observe.web;

import dev.culvert.observe.http.HttpHandler;
import dev.culvert.observe.http.HttpReply;
import dev.culvert.observe.http.HttpRequest;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/** A file of the page, which lies beside this package. */
final class Asset implements HttpHandler {
    /** Nothing but this server's own files, and none of it within another site's page. */
    private static final Map<String, String> POLICY = Map.of(
            "Content-Security-Policy",
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; frame-src 'self';"
                    + " form-action 'self'; base-uri 'none'; frame-ancestors 'none'");

    private final String type;
    private final byte[] bytes;

    /**
     * Reads it.
     *
     * @param type its media type
     * @throws IOException if it is not where it was built
     */
    Asset(String name, String type) throws IOException {
        this.type = type;
        try (InputStream file = Asset.class.getResourceAsStream(name)) {
            if (file == null) {
                throw new IOException(name + " is missing");
            }
            bytes = file.readAllBytes();
        }
    }

    @Override
    public HttpReply answer(HttpRequest request) {
        return new HttpReply(type, out -> out.write(bytes), POLICY, () -> {});
    }
}
