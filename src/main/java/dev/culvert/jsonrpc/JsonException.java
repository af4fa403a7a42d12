package dev.culvert.jsonrpc;

import java.io.IOException;

/** Text that is not JSON, not JSON-RPC, or more of it than the limits allow. */
public final class JsonException extends IOException {
    /**
     * A text that cannot be read.
     *
     * @param message what is wrong with it, in one line, perhaps with a few characters of it
     */
    public JsonException(String message) {
        super(message);
    }
}
