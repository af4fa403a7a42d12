package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonText;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
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
    private byte @Nullable [] text;
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
        byte[] headText = JsonText.bytes(head);
        byte[] start = ("{\"id\":null,\"method\":\"" + to.form().notification + "\",\"params\":")
                .getBytes(StandardCharsets.US_ASCII);
        byte[] updates = text();
        byte[] message = new byte[start.length + headText.length + updates.length + 2];
        ByteBuffer.wrap(message)
                .put(start)
                .put(headText, 0, headText.length - 1)
                .put((byte) ',')
                .put(updates)
                .put((byte) ']')
                .put((byte) '}');
        return message;
    }

    private byte[] text() {
        byte[] known = text;
        if (known == null) {
            known = JsonText.bytes(json);
            text = known;
        }
        return known;
    }
}
