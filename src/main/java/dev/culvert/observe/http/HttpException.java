package dev.culvert.observe.http;

import java.io.Serial;

/** A request that gets an error for an answer. The message is the answer's text. */
public final class HttpException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    private final int status;

    /**
     * Makes one.
     *
     * @param status of RFC 9110, 400 or more
     * @param message what is wrong, in a line
     */
    public HttpException(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** The status code. */
    public int status() {
        return status;
    }
}
