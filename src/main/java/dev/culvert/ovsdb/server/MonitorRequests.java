package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.jsonrpc.JsonRpcMessage.Request;
import dev.culvert.ovsdb.data.MemberParser;
import dev.culvert.ovsdb.data.MemberParser.Kind;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Uuids;
import dev.culvert.ovsdb.engine.RowChange;
import dev.culvert.ovsdb.server.MonitorShape.Form;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The monitors' requests: RFC 7047 sections 4.1.5 and 4.1.7, ovsdb-server(7) sections 4.1.12 to 4.1.15. */
final class MonitorRequests {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private MonitorRequests() {}

    static JsonNode monitor(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        ServedDatabase database = Requests.database(core, request);
        Form form = switch (request.method()) {
            case "monitor" -> Form.V1;
            case "monitor_cond" -> Form.V2;
            default -> Form.V3;
        };
        ArrayNode params = request.params();
        boolean right = form == Form.V1 ? params.size() >= 3 : params.size() == (form == Form.V2 ? 3 : 4);
        if (!right) {
            throw OvsdbException.syntax(params, "invalid parameters");
        }
        JsonNode id = params.get(1);
        if (params.get(2).isObject() && session.monitors().containsKey(id)) {
            throw OvsdbException.syntax(id, "duplicate monitor ID");
        }
        MonitorShape shape = MonitorShape.parse(database.database(), form, params.get(2));
        UUID since = form == Form.V3 ? since(params.get(3)) : null;
        if (session.monitors().size() >= Requests.MAX_PER_CLIENT) {
            throw Requests.exhausted("monitors");
        }
        Monitor monitor = new Monitor(session, database, id, shape);
        session.monitors().put(id, monitor);
        database.add(monitor);
        return since == null ? shape.initial(database.database()) : resumed(database, shape, since);
    }

    private static UUID since(JsonNode json) throws OvsdbException {
        if (!json.isString()) {
            throw OvsdbException.syntax(json, "last-txn-id must be string");
        }
        UUID uuid = Uuids.parse(json.stringValue());
        if (uuid == null) {
            throw OvsdbException.syntax(json, "last-txn-id must be UUID format.");
        }
        return uuid;
    }

    private static ArrayNode resumed(ServedDatabase database, MonitorShape shape, UUID since) {
        List<RowChange> changes = database.changesSince(since);
        ObjectNode updates = changes == null ? shape.initial(database.database()) : shape.updates(changes);
        return NODES.arrayNode(3)
                .add(changes != null)
                .add(database.lastTransaction().toString())
                .add(updates == null ? NODES.objectNode() : updates);
    }

    static JsonNode change(ServerCore core, ServerSession session, Request request) throws OvsdbException {
        ArrayNode params = request.params();
        if (params.size() != 3) {
            throw OvsdbException.syntax(params, "invalid parameters");
        }
        JsonNode id = params.get(0);
        JsonNode newId = params.get(1);
        Monitor monitor = session.monitors().get(id);
        if (monitor == null) {
            throw OvsdbException.syntax(id, "unknown monitor session");
        }
        if (!newId.equals(id) && session.monitors().containsKey(newId)) {
            throw OvsdbException.syntax(newId, "duplicate monitor ID");
        }
        if (!params.get(2).isObject()) {
            throw OvsdbException.syntax(null, "monitor-cond-change-requests must be object");
        }
        MonitorShape shape = monitor.shape().with(wheres(monitor, params.get(2)));
        session.monitors().remove(id);
        session.monitors().put(newId, monitor);
        monitor.change(newId, shape);
        return NODES.objectNode();
    }

    private static Map<String, JsonNode> wheres(Monitor monitor, JsonNode json) throws OvsdbException {
        Map<String, JsonNode> wheres = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String table = member.getKey();
            if (monitor.database().database().table(table) == null) {
                throw OvsdbException.syntax(null, "no table named " + table);
            } else if (monitor.shape().table(table) == null) {
                throw OvsdbException.syntax(null, "no table named " + table + " in monitor session");
            } else if (!member.getValue().isArray()) {
                throw OvsdbException.syntax(null, "table " + table + " no monitor-cond-change JSON array");
            }
            for (JsonNode request : member.getValue()) {
                wheres.put(table, where(table, request));
            }
        }
        return wheres;
    }

    private static JsonNode where(String table, JsonNode json) throws OvsdbException {
        MemberParser members = new MemberParser(json, "table " + table);
        JsonNode columns = members.optional("columns", Kind.ARRAY);
        JsonNode where = members.optional("where", Kind.ARRAY);
        members.finish();
        if (columns != null) {
            throw OvsdbException.syntax(json, "changing columns is unsupported");
        }
        return where == null ? NODES.arrayNode() : where;
    }

    static @Nullable JsonNode cancel(ServerCore core, ServerSession session, Request request) {
        ArrayNode params = request.params();
        Monitor monitor = params.size() == 1 ? session.monitors().remove(params.get(0)) : null;
        if (monitor == null) {
            String error = params.size() == 1 ? "unknown monitor" : "invalid parameters";
            session.send(new JsonRpcMessage.Failure(NODES.stringNode(error), request.id()));
            return null;
        }
        monitor.database().remove(monitor);
        return NODES.objectNode();
    }
}
