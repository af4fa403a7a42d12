package dev.culvert.observe.http;

import java.io.IOException;
import java.io.OutputStream;

/**
 * A good answer.
 *
 * @param contentType its media type
 * @param body writes it
 * @param done run once nobody needs the body any more, whether or not it was asked for
 */
public record HttpReply(String contentType, Body body, Runnable done) {
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
