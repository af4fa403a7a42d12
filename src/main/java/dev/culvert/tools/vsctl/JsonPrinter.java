package dev.culvert.tools.vsctl;

import dev.culvert.jsonrpc.JsonText;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/**
 * Prints JSON compactly, or spread over lines as ovs-vsctl's {@code --pretty} does: two blanks a level, the closing
 * bracket after the last element.
 */
final class JsonPrinter {
    private final StringBuilder out = new StringBuilder();

    private JsonPrinter() {}

    /** The text of the value, whose objects must have their members in the order of their names. */
    static String print(JsonNode json, boolean pretty) {
        if (!pretty) {
            return JsonText.of(json);
        }
        JsonPrinter printer = new JsonPrinter();
        printer.print(json, 0);
        return printer.out.toString();
    }

    private void print(JsonNode json, int depth) {
        if (json.isEmpty() || !json.isContainer()) {
            out.append(JsonText.of(json));
        } else if (json.isArray()) {
            char separator = '[';
            for (JsonNode element : json) {
                startLine(separator, depth + 1);
                print(element, depth + 1);
                separator = ',';
            }
            out.append(']');
        } else {
            char separator = '{';
            for (Map.Entry<String, JsonNode> member : json.properties()) {
                startLine(separator, depth + 1);
                out.append(JsonText.quoted(member.getKey()));
                out.append(": ");
                print(member.getValue(), depth + 1);
                separator = ',';
            }
            out.append('}');
        }
    }

    private void startLine(char separator, int depth) {
        out.append(separator).append('\n').repeat(' ', 2 * depth);
    }
}
