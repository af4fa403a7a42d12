package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonText;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What one transaction means to all monitors of one shape. A thousand clients of the same kind are sent the same bytes, which are
 * made once: most give their monitor the same name too. Used by the server's thread.
 */
final class Updates {
    private final ObjectNode json;
    private final UUID transaction;
    private final Map<Recipient, byte[]> messages = new HashMap<>(2);

    private record Recipient(MonitorShape.Form form, JsonNode monitor) {}

    Updates(ObjectNode json, UUID transaction) {
        this.json = json;
        this.transaction = transaction;
    }

    /** The notification for a monitor of that name, as it goes onto a stream. */
    byte[] message(MonitorShape.Form form, JsonNode monitor) {
        return messages.computeIfAbsent(new Recipient(form, monitor), this::make);
    }

    private byte[] make(Recipient to) {
        ArrayNode head = JsonNodeFactory.instance.arrayNode(2).add(to.monitor());
        if (to.form() == MonitorShape.Form.V3) {
            head.add(transaction.toString());
        }
        StringBuilder text = new StringBuilder("{\"id\":null,\"method\":\"")
                .append(to.form().notification)
                .append("\",\"params\":");
        JsonText.append(text, head);
        text.setCharAt(text.length() - 1, ',');
        JsonText.append(text, json);
        return text.append("]}").toString().getBytes(StandardCharsets.UTF_8);
    }
}
