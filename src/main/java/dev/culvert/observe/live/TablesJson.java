package dev.culvert.observe.live;

import dev.culvert.vswitch.BridgeTables;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A bridge's tables, and events, as JSON. */
final class TablesJson {
    private static final double SECONDS = 1e9;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private TablesJson() {}

    static ObjectNode of(BridgeTables tables) {
        ObjectNode json = JSON.objectNode();
        json.put("stationCount", tables.stationCount());
        json.put("flowCount", tables.flowCount());
        ArrayNode stations = json.putArray("stations");
        for (BridgeTables.Station station : tables.stations()) {
            ObjectNode row = stations.addObject();
            row.put("port", station.port()).put("vlan", station.vlan()).put("mac", station.mac());
            row.put("age", station.isStatic() ? -1 : (long) (station.ageNanos() / SECONDS));
        }
        ArrayNode flows = json.putArray("flows");
        for (BridgeTables.Flow flow : tables.flows()) {
            ObjectNode row = flows.addObject();
            row.put("match", flow.match()).put("actions", flow.actions());
            row.put("packets", flow.packets()).put("bytes", flow.bytes());
            row.put("idle", flow.idleNanos() < 0 ? -1 : flow.idleNanos() / SECONDS);
            row.put("kernel", flow.inKernel()).put("why", flow.why());
        }
        return json;
    }

    static ObjectNode of(EventLog.Batch batch) {
        ObjectNode json = JSON.objectNode();
        json.put("next", batch.next());
        json.put("missed", batch.missed());
        ArrayNode events = json.putArray("events");
        for (Event event : batch.events()) {
            ObjectNode row = events.addObject();
            row.put("number", event.number()).put("time", event.time().toString());
            row.put("kind", event.kind() == Event.Kind.LOG ? "log" : "database");
            row.put("source", event.source()).put("level", event.level()).put("text", event.text());
        }
        return json;
    }
}
