package dev.culvert.ovsdb.server;

import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A client's wish to be told of changes (RFC 7047 section 4.1.5). Used by the server's thread. */
final class Monitor {
    private final ServerSession session;
    private final ServedDatabase database;
    private JsonNode id;
    private MonitorShape shape;

    Monitor(ServerSession session, ServedDatabase database, JsonNode id, MonitorShape shape) {
        this.session = session;
        this.database = database;
        this.id = id;
        this.shape = shape;
    }

    JsonNode id() {
        return id;
    }

    MonitorShape shape() {
        return shape;
    }

    ServedDatabase database() {
        return database;
    }

    /** Takes another name and other conditions, and tells what they add and remove. */
    void change(JsonNode newId, MonitorShape newShape) {
        ObjectNode updates = shape.transition(newShape, database.database());
        id = newId;
        shape = newShape;
        notify(updates, database.lastTransaction());
    }

    /** Sends updates, if there are any. */
    void notify(@Nullable ObjectNode updates, UUID transaction) {
        if (updates == null) {
            return;
        }
        ArrayNode params = JsonNodeFactory.instance.arrayNode(3).add(id);
        if (shape.form() == MonitorShape.Form.V3) {
            params.add(transaction.toString());
        }
        session.notify(shape.form().notification, params.add(updates));
    }

    /** There is nothing to monitor any more; tells a client that understands it. */
    void end() {
        session.monitors().remove(id, this);
        if (session.isChangeAware()) {
            session.notify(
                    "monitor_canceled", JsonNodeFactory.instance.arrayNode(1).add(id));
        }
    }
}
