package dev.culvert.ovsdb.data;

import dev.culvert.ovsdb.data.MemberParser.Kind;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a column holds: {@code <type>} of RFC 7047 section 3.2. A column always holds a set or a map; one that holds exactly one
 * element is written as that element.
 *
 * @param key the type of the elements, or of a map's keys
 * @param value the type of a map's values, or null for a set
 * @param min the least number of elements, 0 or 1
 * @param max the greatest number of elements, {@link #UNLIMITED} for no bound
 */
public record ColumnType(BaseType key, @Nullable BaseType value, long min, long max) {
    /** No upper bound: the greatest number of 32 bits, as Open vSwitch has it. */
    public static final long UNLIMITED = 0xffff_ffffL;

    /**
     * A column of exactly one atom.
     *
     * @param type the atom's type
     * @return the type
     */
    public static ColumnType scalar(AtomicType type) {
        return new ColumnType(BaseType.of(type), null, 1, 1);
    }

    /**
     * Whether the column holds pairs.
     *
     * @return true for a map
     */
    public boolean isMap() {
        return value != null;
    }

    /**
     * Whether the column holds exactly one atom.
     *
     * @return true for a scalar
     */
    public boolean isScalar() {
        return value == null && min == 1 && max == 1;
    }

    /**
     * Whether the column holds one atom or none.
     *
     * @return true for an optional scalar
     */
    public boolean isOptionalScalar() {
        return value == null && min == 0 && max == 1;
    }

    /**
     * Whether the column holds a set that is no scalar (an optional scalar is such a set).
     *
     * @return true for a set
     */
    public boolean isSet() {
        return value == null && !isScalar();
    }

    /**
     * The same type with other bounds.
     *
     * @param newMin the least number of elements
     * @param newMax the greatest
     * @return the changed type
     */
    public ColumnType withBounds(long newMin, long newMax) {
        return new ColumnType(key, value, newMin, newMax);
    }

    /**
     * The value of a column of this type in a row that does not mention it (RFC 7047 section 5.2.1).
     *
     * @return the empty set or map, or the default atom where one is required
     */
    public Datum defaultDatum() {
        if (min == 0) {
            return Datum.EMPTY;
        }
        return value == null
                ? Datum.defaultOf(key.type())
                : Datum.pair(Atom.defaultOf(key.type()), Atom.defaultOf(value.type()));
    }

    /**
     * Parses {@code <type>}.
     *
     * @param json a string or an object
     * @return the type
     * @throws OvsdbException with tag "syntax error"
     */
    public static ColumnType parse(JsonNode json) throws OvsdbException {
        if (json.isString()) {
            return new ColumnType(BaseType.parse(json), null, 1, 1);
        }
        if (!json.isObject()) {
            throw OvsdbException.syntax(json, "ovsdb type expected");
        }
        MemberParser members = new MemberParser(json, "ovsdb type");
        JsonNode keyJson = members.required("key", Kind.STRING, Kind.OBJECT);
        JsonNode valueJson = members.optional("value", Kind.STRING, Kind.OBJECT);
        JsonNode minJson = members.optional("min", Kind.INTEGER);
        JsonNode maxJson = members.optional("max", Kind.INTEGER, Kind.STRING);
        members.finish();
        BaseType key = BaseType.parse(keyJson);
        BaseType value = valueJson == null ? null : BaseType.parse(valueJson);
        long min = bound(minJson);
        boolean unlimited =
                maxJson != null && maxJson.isString() && maxJson.stringValue().equals("unlimited");
        long max = unlimited ? UNLIMITED : bound(maxJson);
        if (min > 1 || max < 1) {
            throw OvsdbException.syntax(json, "ovsdb type fails constraint checks");
        }
        return new ColumnType(key, value, min, max);
    }

    private static long bound(@Nullable JsonNode json) throws OvsdbException {
        if (json == null) {
            return 1;
        }
        if (Json.isInteger(json) && Json.integer(json) >= 0 && Json.integer(json) < UNLIMITED) {
            return Json.integer(json);
        }
        throw OvsdbException.syntax(json, "bad min or max value");
    }

    /**
     * The type in a schema's JSON.
     *
     * @return a string for a plain scalar, otherwise an object without the members that have their defaults
     */
    public JsonNode toJson() {
        JsonNode keyJson = key.toJson();
        if (isScalar() && keyJson.isString()) {
            return keyJson;
        }
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        json.set("key", keyJson);
        if (value != null) {
            json.set("value", value.toJson());
        }
        if (min != 1) {
            json.put("min", min);
        }
        if (max == UNLIMITED) {
            json.put("max", "unlimited");
        } else if (max != 1) {
            json.put("max", max);
        }
        return json;
    }

    /**
     * The type in words, as Open vSwitch's messages have it.
     *
     * @return for example {@code "set of up to 2 integers"}
     */
    public String toEnglish() {
        String keyWord = key.type().word();
        if (isScalar()) {
            return keyWord;
        }
        StringBuilder words = new StringBuilder(isMap() ? "map" : "set");
        if (max == UNLIMITED) {
            words.append(min == 0 ? " of" : " of " + min + " or more");
        } else {
            words.append(min == 0 ? " of up to " + max : " of " + min + " to " + max);
        }
        words.append(
                value == null
                        ? " " + keyWord + "s"
                        : " (" + keyWord + ", " + value.type().word() + ") pairs");
        return words.toString();
    }
}
