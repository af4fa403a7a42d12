package dev.culvert.observe.http;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Map;

/**
 * A good answer.
 *
 * @param contentType its media type
 * @param body writes it
 * @param fields header fields besides the usual ones, or in place of the usual ones of the same name
 * @param done run once nobody needs the body any more, whether or not it was asked for
 */
public record HttpReply(String contentType, Body body, Map<String, String> fields, Runnable done) {
    /** Keeps its own copy. */
    public HttpReply {
        fields = Map.copyOf(fields);
    }

    /** One with the usual fields. */
    public HttpReply(String contentType, Body body, Runnable done) {
        this(contentType, body, Map.of(), done);
    }

    /** Writes an answer's content, which need not be there as a whole at any time. */
    @FunctionalInterface
    public interface Body {
        /**
         * Writes it.
         *
         * @param out where to; its owner closes it
         * @throws IOException if the client has gone, or was too slow
         */
        void write(OutputStream out) throws IOException;
    }
}
