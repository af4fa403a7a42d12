package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Requests that touch every method, operation, constraint and error, and a form of their answers in which two servers can be compared. */
final class RequestCorpus {
    private static final Pattern RANDOM_UUID =
            Pattern.compile("(?!aaaaaaaa-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** Of two rows that collide, the genuine server calls "first" which its hash function likes. */
    private static final Pattern COLLISION = Pattern.compile("(.*)  First (row, .*)  Second (row, .*)", Pattern.DOTALL);

    private RequestCorpus() {}

    /** The schema that the requests are made for. */
    static DatabaseSchema schema() throws Exception {
        return DatabaseSchema.parse(Json.parse(resource("test-schema.json")));
    }

    /** Sends all requests over one connection; what comes back, by request. */
    static Map<String, List<String>> run(Path socket) throws Exception {
        Map<String, List<String>> answers = new LinkedHashMap<>();
        int number = 0;
        try (RawClient client = new RawClient(socket)) {
            for (String request : requests()) {
                answers.put(++number + " " + request, normal(client.exchange(method(request), params(request))));
            }
        }
        return answers;
    }

    static String method(String request) {
        return request.substring(0, request.indexOf(' '));
    }

    static String params(String request) {
        return withUuids(request.substring(request.indexOf(' ') + 1));
    }

    /** All requests, a line each. */
    static List<String> requests() throws IOException {
        return resource("requests.txt")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .toList();
    }

    private static String withUuids(String params) {
        return Pattern.compile("\\$(\\d+)")
                .matcher(params)
                .replaceAll(
                        number -> String.format("aaaaaaaa-0000-4000-8000-%012d", Integer.parseInt(number.group(1))));
    }

    private static List<String> normal(List<JsonRpcMessage> messages) {
        List<String> texts = new ArrayList<>();
        for (JsonRpcMessage message : messages) {
            ObjectNode json = message.toJson();
            json.remove("id");
            texts.add(RANDOM_UUID.matcher(Json.text(normal(json))).replaceAll("<uuid>"));
        }
        // Monitors are told of a change in whatever order they are found in.
        texts.subList(0, texts.size() - 1).sort(null);
        return texts;
    }

    /** Sorts the rows of a select, whose order means nothing. */
    private static JsonNode normal(JsonNode json) {
        if (json instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(member -> copy.set(
                            member.getKey(),
                            member.getKey().equals("rows") ? sorted(member.getValue()) : normal(member.getValue())));
            return copy;
        } else if (json instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> copy.add(normal(element)));
            return copy;
        } else if (json.isString()) {
            return JsonNodeFactory.instance.stringNode(collision(json.stringValue()));
        }
        return json;
    }

    private static JsonNode sorted(JsonNode rows) {
        ArrayNode copy = JsonNodeFactory.instance.arrayNode();
        rows.valueStream().map(Json::text).sorted().forEach(copy::add);
        return copy;
    }

    private static String collision(String text) {
        Matcher matcher = COLLISION.matcher(text);
        return matcher.matches()
                ? matcher.group(1)
                        + List.of(matcher.group(2), matcher.group(3)).stream()
                                .sorted()
                                .toList()
                : text;
    }

    static String resource(String name) throws IOException {
        try (var stream = RequestCorpus.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
