package dev.culvert.ovsdb.data;

import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the members of a JSON object one by one, checks their types, and complains about what is missing, wrong or left
 * over in the server's own words. The first trouble is remembered and thrown by {@link #check} or {@link #finish}, so that
 * all members that belong to the object can be asked for first.
 */
public final class MemberParser {
    /** What a member may be. */
    public enum Kind {
        /** A string. */
        STRING,
        /** A string of the form of an {@code <id>}: a letter or underscore, then letters, digits, underscores. */
        ID,
        /** A number with an exact value of 64 bits. */
        INTEGER,
        /** Any number. */
        NUMBER,
        /** True or false. */
        BOOLEAN,
        /** An array. */
        ARRAY,
        /** An object. */
        OBJECT,
        /** Anything. */
        ANY;

        private boolean accepts(JsonNode json) {
            return switch (this) {
                case STRING -> json.isString();
                case ID -> json.isString() && isId(json.stringValue());
                case INTEGER -> Json.isInteger(json);
                case NUMBER -> json.isNumber();
                case BOOLEAN -> json.isBoolean();
                case ARRAY -> json.isArray();
                case OBJECT -> json.isObject();
                case ANY -> true;
            };
        }
    }

    private final JsonNode json;
    private final String name;
    private final ObjectNode members;
    private final Set<String> used = new HashSet<>();
    private @Nullable OvsdbException trouble;

    /**
     * Starts on an object.
     *
     * @param json what should be an object
     * @param name what it is, for messages
     */
    public MemberParser(JsonNode json, String name) {
        this.json = json;
        this.name = name;
        if (json instanceof ObjectNode object) {
            members = object;
        } else {
            members = JsonNodeFactory.instance.objectNode();
            complain("Object expected.");
        }
    }

    /**
     * Whether a string is an {@code <id>} (RFC 7047 section 3.1).
     *
     * @param text any string
     * @return true if it is a letter or underscore, followed by letters, digits and underscores
     */
    public static boolean isId(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
            if (!letter && (i == 0 || c < '0' || c > '9')) {
                return false;
            }
        }
        return !text.isEmpty();
    }

    /**
     * What is being parsed, for messages.
     *
     * @return the whole object
     */
    public JsonNode json() {
        return json;
    }

    /**
     * Takes a member that may be absent.
     *
     * @param member its name
     * @param kinds what it may be
     * @return its value, or null if it is absent or of the wrong type
     */
    public @Nullable JsonNode optional(String member, Kind... kinds) {
        JsonNode value = members.get(member);
        if (value == null) {
            return null;
        }
        used.add(member);
        for (Kind kind : kinds) {
            if (kind.accepts(value)) {
                return value;
            }
        }
        complain("Type mismatch for member '" + member + "'.");
        return null;
    }

    /**
     * Takes a member that must be there. What it returns is worth something only once {@link #check} has passed.
     *
     * @param member its name
     * @param kinds what it may be
     * @return its value, or JSON null if it is absent or of the wrong type
     */
    public JsonNode required(String member, Kind... kinds) {
        if (!members.has(member)) {
            complain("Required '" + member + "' member is missing.");
        }
        JsonNode value = optional(member, kinds);
        return value == null ? JsonNodeFactory.instance.nullNode() : value;
    }

    /**
     * Notes a trouble, unless an earlier one is noted.
     *
     * @param problem a sentence for people
     */
    public void complain(String problem) {
        if (trouble == null) {
            trouble = OvsdbException.syntax(json.isObject() ? json : null, "Parsing " + name + " failed: " + problem);
        }
    }

    /**
     * Throws the first trouble, if there was any.
     *
     * @throws OvsdbException with tag "syntax error"
     */
    public void check() throws OvsdbException {
        if (trouble != null) {
            throw trouble;
        }
    }

    /**
     * Throws the first trouble, if there was any, and complains about members that nobody took.
     *
     * @throws OvsdbException with tag "syntax error"
     */
    public void finish() throws OvsdbException {
        int left = members.size() - used.size();
        if (left > 0) {
            String first = members.propertyNames().stream()
                    .filter(member -> !used.contains(member))
                    .findFirst()
                    .orElseThrow();
            complain(
                    left == 1
                            ? "Member '" + first + "' is present but not allowed here."
                            : "Member '" + first + "' and " + (left - 1) + " other member" + (left > 2 ? "s" : "")
                                    + " are present but not allowed here.");
        }
        check();
    }
}
