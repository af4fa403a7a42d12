package dev.culvert.jsonrpc;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Prints JSON as Open vSwitch does: no white space, only the escapes that JSON demands, members in their own order,
 * reals as {@code printf("%.15g")} has them. Not {@code JsonNode.toString()}: that starts Jackson's mapper.
 */
public final class JsonText {
    private static final String HEX = "0123456789abcdef";

    private JsonText() {}

    /** The value as text. */
    public static String of(JsonNode value) {
        return new String(bytes(value), StandardCharsets.UTF_8);
    }

    /** The value as UTF-8, as it goes onto a stream. */
    public static byte[] bytes(JsonNode value) {
        Utf8Output out = new Utf8Output();
        append(out, value);
        return out.toBytes();
    }

    /** A JSON string, in quotes. */
    public static String quoted(String text) {
        Utf8Output out = new Utf8Output();
        appendString(out, text);
        return out.toString();
    }

    private static void append(Utf8Output out, JsonNode value) {
        switch (value.getNodeType()) {
            case OBJECT -> appendObject(out, value);
            case ARRAY -> appendArray(out, value);
            case STRING -> appendString(out, value.stringValue());
            case NUMBER -> {
                if (value.isIntegralNumber()) {
                    out.put(value.numberValue().toString());
                } else {
                    out.put(RealText.of(value.doubleValue()));
                }
            }
            case BOOLEAN -> out.put(value.booleanValue() ? "true" : "false");
            default -> out.put("null");
        }
    }

    private static void appendObject(Utf8Output out, JsonNode object) {
        out.put('{');
        boolean first = true;
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            if (!first) {
                out.put(',');
            }
            first = false;
            appendString(out, member.getKey());
            out.put(':');
            append(out, member.getValue());
        }
        out.put('}');
    }

    private static void appendArray(Utf8Output out, JsonNode array) {
        out.put('[');
        boolean first = true;
        for (JsonNode element : array) {
            if (!first) {
                out.put(',');
            }
            first = false;
            append(out, element);
        }
        out.put(']');
    }

    private static void appendString(Utf8Output out, String text) {
        out.put('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '"' -> out.put("\\\"");
                case '\\' -> out.put("\\\\");
                case '\b' -> out.put("\\b");
                case '\f' -> out.put("\\f");
                case '\n' -> out.put("\\n");
                case '\r' -> out.put("\\r");
                case '\t' -> out.put("\\t");
                default -> {
                    if (c < 0x20) {
                        out.put("\\u00");
                        out.put(HEX.charAt(c >> 4));
                        out.put(HEX.charAt(c & 15));
                    } else if (c < 0x80) {
                        out.put(c);
                    } else {
                        int codePoint = text.codePointAt(i);
                        out.putCodePoint(codePoint);
                        i += Character.charCount(codePoint) - 1;
                    }
                }
            }
        }
        out.put('"');
    }
}
