package dev.culvert.jsonrpc;

import java.io.IOException;
import tools.jackson.databind.JsonNode;

/** The peer answered a call with an error. */
public final class JsonRpcException extends IOException {
    /** Not part of what a serialised exception would carry: nobody serialises one. */
    private final transient JsonNode error;

    /**
     * The failure of a call.
     *
     * @param method what was called
     * @param error the answer's {@code error} member
     */
    public JsonRpcException(String method, JsonNode error) {
        super(method + ": " + (error.isString() ? error.stringValue() : JsonText.of(error)));
        this.error = error;
    }

    /** The answer's {@code error} member, a string or an object. */
    public JsonNode error() {
        return error;
    }
}
