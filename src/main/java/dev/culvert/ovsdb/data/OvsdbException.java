package dev.culvert.ovsdb.data;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Carries an {@link OvsdbError} up to whoever answers the request. It has no stack trace: it is an answer, not a fault. */
public final class OvsdbException extends Exception {
    private final transient OvsdbError error;

    /**
     * Wraps an error.
     *
     * @param error what to answer
     */
    public OvsdbException(OvsdbError error) {
        super(error.toString(), null, false, false);
        this.error = error;
    }

    /**
     * An exception with a tag and details.
     *
     * @param tag the error's fixed string
     * @param details a sentence for people
     */
    public OvsdbException(String tag, String details) {
        this(OvsdbError.of(tag, details));
    }

    /**
     * A syntax error about a piece of JSON.
     *
     * @param json the JSON, or null when there is none to show
     * @param details a sentence for people
     * @return the exception, to be thrown
     */
    public static OvsdbException syntax(@Nullable JsonNode json, String details) {
        return new OvsdbException(OvsdbError.about(json, OvsdbError.SYNTAX_ERROR, details));
    }

    /**
     * What to answer.
     *
     * @return the error
     */
    public OvsdbError error() {
        return error;
    }
}
