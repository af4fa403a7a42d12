package dev.culvert.jsonrpc;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** A JSON-RPC 1.0 message. */
public sealed interface JsonRpcMessage {
    /**
     * A call that wants an answer.
     *
     * @param id anything but null; comes back in the answer
     */
    record Request(String method, ArrayNode params, JsonNode id) implements JsonRpcMessage {}

    /** A call that wants none. */
    record Notification(String method, ArrayNode params) implements JsonRpcMessage {}

    /** An answer to the request with the same id. */
    sealed interface Response extends JsonRpcMessage {
        /** The id of the request that is answered. */
        JsonNode id();
    }

    /**
     * What was asked for.
     *
     * @param result may be JSON's null
     */
    record Reply(JsonNode result, JsonNode id) implements Response {}

    /**
     * Why it could not be done.
     *
     * @param error anything but null
     */
    record Failure(JsonNode error, JsonNode id) implements Response {}

    /** The message as a JSON object with all the members that JSON-RPC 1.0 asks for. */
    default ObjectNode toJson() {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        switch (this) {
            case Request(String method, ArrayNode params, JsonNode id) -> {
                json.set("id", id);
                json.put("method", method);
                json.set("params", params);
            }
            case Notification(String method, ArrayNode params) -> {
                json.putNull("id");
                json.put("method", method);
                json.set("params", params);
            }
            case Reply(JsonNode result, JsonNode id) -> {
                json.set("id", id);
                json.set("result", result);
                json.putNull("error");
            }
            case Failure(JsonNode error, JsonNode id) -> {
                json.set("id", id);
                json.putNull("result");
                json.set("error", error);
            }
        }
        return json;
    }

    /**
     * Tells what kind of message a JSON value is. A member that is null counts as absent, except that an answer whose
     * result is null is an answer all the same.
     *
     * @throws JsonException if it is none; the words are Open vSwitch's
     */
    static JsonRpcMessage from(JsonNode json) throws JsonException {
        if (!(json instanceof ObjectNode object)) {
            throw new JsonException("message is not a JSON object");
        }
        for (Map.Entry<String, JsonNode> member : object.properties()) {
            switch (member.getKey()) {
                case "id", "method", "params", "result", "error" -> {}
                default ->
                    throw new JsonException("message has unexpected member \"" + printable(member.getKey()) + "\"");
            }
        }
        JsonNode method = present(object, "method");
        if (method != null && !method.isString()) {
            throw new JsonException("method is not a JSON string");
        }
        JsonNode params = present(object, "params");
        if (params != null && !params.isArray()) {
            throw new JsonException("\"params\" must be JSON array");
        }
        return method != null ? call(object, method.stringValue(), params) : answer(object, params);
    }

    private static JsonRpcMessage call(ObjectNode object, String method, @Nullable JsonNode params)
            throws JsonException {
        JsonNode id = present(object, "id");
        String kind = id != null ? "request" : "notification";
        if (present(object, "result") != null) {
            throw new JsonException(kind + " must not have \"result\"");
        } else if (present(object, "error") != null) {
            throw new JsonException(kind + " must not have \"error\"");
        } else if (!(params instanceof ArrayNode array)) {
            throw new JsonException(kind + " must have \"params\"");
        } else {
            return id != null ? new Request(method, array, id) : new Notification(method, array);
        }
    }

    private static JsonRpcMessage answer(ObjectNode object, @Nullable JsonNode params) throws JsonException {
        JsonNode id = present(object, "id");
        JsonNode result = present(object, "result");
        JsonNode error = present(object, "error");
        String kind = result != null ? "reply" : error != null ? "error" : id != null ? "request" : "notification";
        if (result == null && error == null && !object.has("result")) {
            throw new JsonException(kind + " must have \"method\"");
        } else if (params != null) {
            throw new JsonException(kind + " must not have \"params\"");
        } else if (id == null) {
            throw new JsonException(kind + " must have \"id\"");
        } else if (result != null && error != null) {
            throw new JsonException(kind + " must not have \"error\"");
        }
        if (error != null) {
            return new Failure(error, id);
        }
        return new Reply(result != null ? result : object.nullNode(), id);
    }

    private static @Nullable JsonNode present(ObjectNode object, String name) {
        JsonNode member = object.get(name);
        return member == null || member.isNull() ? null : member;
    }

    private static String printable(String name) {
        StringBuilder text = new StringBuilder();
        name.chars().limit(40).forEach(c -> text.append(Character.isISOControl(c) ? '?' : (char) c));
        return text.toString();
    }
}
