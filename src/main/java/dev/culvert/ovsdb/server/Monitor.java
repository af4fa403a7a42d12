package dev.culvert.ovsdb.server;

import tools.jackson.databind.JsonNode;
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
        if (updates != null) {
            notify(new Updates(updates, database.lastTransaction()));
        }
    }

    /** Sends updates. */
    void notify(Updates updates) {
        session.send(updates.message(shape.form(), id));
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
