package dev.culvert.ovsdb.data;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.jsonrpc.JsonText;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The few rules in which Open vSwitch's JSON differs from a library's: a number is an integer whenever it has an exact
 * value of 64 bits (so {@code 1.0} and {@code 1e3} are integers), and text in messages has its members sorted.
 */
public final class Json {
    /** Reals from here on, up or down, cannot be exact 64-bit integers. */
    private static final double TWO_TO_THE_63 = 0x1p63;

    /** The digits that a C double keeps for certain: DBL_DIG, what Open vSwitch prints. */
    private static final int DIGITS = 15;

    private Json() {}

    /**
     * Compact text with the members of every object sorted by name.
     *
     * @param json any JSON
     * @return the text, for messages and comparisons
     */
    public static String text(JsonNode json) {
        return JsonText.of(sorted(json));
    }

    private static JsonNode sorted(JsonNode json) {
        if (json.isArray()) {
            ArrayNode elements = JsonNodeFactory.instance.arrayNode(json.size());
            json.forEach(element -> elements.add(sorted(element)));
            return elements;
        } else if (json.isObject()) {
            ObjectNode members = JsonNodeFactory.instance.objectNode();
            json.propertyNames().stream().sorted().forEach(name -> members.set(name, sorted(json.get(name))));
            return members;
        }
        return json;
    }

    /**
     * Parses one JSON text.
     *
     * @param text the text
     * @return its tree
     * @throws OvsdbException with tag "syntax error" if it is no JSON
     */
    public static JsonNode parse(String text) throws OvsdbException {
        try {
            return JsonReader.parse(text, JsonLimits.DEFAULT);
        } catch (JsonException e) {
            throw OvsdbException.syntax(null, String.valueOf(e.getMessage()));
        }
    }

    /**
     * Whether Open vSwitch takes this for an integer.
     *
     * @param json any JSON
     * @return true if it is a number with an exact value of 64 bits
     */
    public static boolean isInteger(JsonNode json) {
        if (json.isIntegralNumber()) {
            return json.canConvertToLong();
        }
        if (!json.isNumber()) {
            return false;
        }
        double real = json.doubleValue();
        return real == Math.rint(real) && real >= -TWO_TO_THE_63 && real < TWO_TO_THE_63;
    }

    /**
     * The value of a JSON integer.
     *
     * @param json a number for which {@link #isInteger} holds
     * @return its value
     */
    public static long integer(JsonNode json) {
        return json.isIntegralNumber() ? json.longValue() : (long) json.doubleValue();
    }

    /**
     * A real as JSON: a whole number without a fraction, as Open vSwitch prints it.
     *
     * @param real a finite number
     * @return a JSON number
     */
    public static JsonNode real(double real) {
        boolean whole = real == Math.rint(real) && Math.abs(real) < 1e15;
        return whole ? JsonNodeFactory.instance.numberNode((long) real) : JsonNodeFactory.instance.numberNode(real);
    }

    /**
     * A real as C's {@code %.15g} prints it, which is the form in Open vSwitch's messages.
     *
     * @param real any number
     * @return at most 15 significant digits, without trailing zeros
     */
    public static String realText(double real) {
        if (Double.isNaN(real)) {
            return "nan";
        }
        if (Double.isInfinite(real)) {
            return real > 0 ? "inf" : "-inf";
        }
        if (real == 0) {
            return 1 / real < 0 ? "-0" : "0";
        }
        BigDecimal rounded = new BigDecimal(real).round(new MathContext(DIGITS, RoundingMode.HALF_EVEN));
        int exponent = rounded.precision() - rounded.scale() - 1;
        BigDecimal trimmed = rounded.stripTrailingZeros();
        if (exponent >= -4 && exponent < DIGITS) {
            return trimmed.toPlainString();
        }
        String digits = trimmed.unscaledValue().abs().toString();
        String mantissa = digits.length() == 1 ? digits : digits.charAt(0) + "." + digits.substring(1);
        String size = (Math.abs(exponent) < 10 ? "0" : "") + Math.abs(exponent);
        return (real < 0 ? "-" : "") + mantissa + "e" + (exponent < 0 ? "-" : "+") + size;
    }

    /**
     * The name of a JSON value's type in Open vSwitch's messages.
     *
     * @param json any JSON
     * @return for example {@code "array"}
     */
    static String typeName(JsonNode json) {
        return switch (json.getNodeType()) {
            case OBJECT -> "object";
            case ARRAY -> "array";
            case STRING -> "string";
            case NUMBER -> "number";
            case BOOLEAN -> json.booleanValue() ? "true" : "false";
            default -> "null";
        };
    }
}
