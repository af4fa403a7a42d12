package dev.culvert.ovsdb.data;

import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What OVSDB says when it refuses something: the {@code <error>} of RFC 7047 section 3.1 with the members that
 * ovsdb-server(7) adds.
 *
 * @param tag a short, fixed string such as {@code "constraint violation"}, which programs compare
 * @param details a sentence for people, or null
 * @param syntax the offending JSON as text, or null
 * @param ioError the system's reason where a file was the trouble, or null
 */
public record OvsdbError(
        String tag,
        @Nullable String details,
        @Nullable String syntax,
        @Nullable String ioError) {
    /** The tag of anything that could not be parsed as an OVSDB request. */
    public static final String SYNTAX_ERROR = "syntax error";

    /** The tag of a value that breaks a rule of the schema. */
    public static final String CONSTRAINT_VIOLATION = "constraint violation";

    /** The tag of an error that has no better one. */
    public static final String OVSDB_ERROR = "ovsdb error";

    /**
     * An error with details.
     *
     * @param tag the fixed string
     * @param details a sentence for people
     * @return the error
     */
    public static OvsdbError of(String tag, String details) {
        return new OvsdbError(tag, details, null, null);
    }

    /**
     * An error about a piece of JSON.
     *
     * @param json the JSON that could not be accepted, or null when there is none to show
     * @param tag the fixed string
     * @param details a sentence for people
     * @return the error
     */
    public static OvsdbError about(@Nullable JsonNode json, String tag, String details) {
        return new OvsdbError(tag, details, json == null ? null : Json.text(json), null);
    }

    /**
     * The error as RFC 7047 puts it on the wire.
     *
     * @return an object with {@code error} and, where there are any, {@code details}, {@code syntax}, {@code io-error}
     */
    public ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        if (details != null) {
            json.put("details", details);
        }
        json.put("error", tag);
        if (ioError != null) {
            json.put("io-error", ioError);
        }
        if (syntax != null) {
            json.put("syntax", syntax);
        }
        return json;
    }

    /**
     * Reads an error that came over the wire.
     *
     * @param json an object with a string {@code error}; anything else is taken for the error itself
     * @return the error
     */
    public static OvsdbError parse(JsonNode json) {
        JsonNode tag = json.get("error");
        if (tag == null || !tag.isString()) {
            return of(OVSDB_ERROR, json.isString() ? json.stringValue() : Json.text(json));
        }
        return new OvsdbError(
                tag.stringValue(), member(json, "details"), member(json, "syntax"), member(json, "io-error"));
    }

    private static @Nullable String member(JsonNode json, String name) {
        JsonNode value = json.get(name);
        return value != null && value.isString() ? value.stringValue() : null;
    }

    /** The error in one line, as Open vSwitch's tools print it. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        if (syntax != null) {
            text.append("syntax \"").append(syntax).append("\": ");
        }
        text.append(tag);
        if (details != null) {
            text.append(": ").append(details);
        }
        if (ioError != null) {
            text.append(" (").append(ioError).append(')');
        }
        return text.toString();
    }
}
