package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The same requests to the genuine ovsdb-server and to ours: whatever comes back must be the same. */
class DifferentialIT {
    private static final Pattern RANDOM_UUID =
            Pattern.compile("(?!aaaaaaaa-)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    /** Of two rows that collide, the genuine server calls "first" which its hash function likes. */
    private static final Pattern COLLISION = Pattern.compile("(.*)  First (row, .*)  Second (row, .*)", Pattern.DOTALL);

    @TempDir
    Path directory;

    @Test
    void bothServersAnswerAlike() throws Exception {
        Path schemaFile = directory.resolve("test.ovsschema");
        Files.writeString(schemaFile, resource("test-schema.json"));
        Path theirFile = directory.resolve("their.db");
        assertThat(GenuineServer.run("ovsdb-tool", "create", theirFile.toString(), schemaFile.toString())
                        .text())
                .isEmpty();
        DatabaseSchema schema = DatabaseSchema.parse(Json.parse(Files.readString(schemaFile)));
        Path ourSocket = directory.resolve("our.sock");
        List<String> requests = requests();
        SoftAssertions all = new SoftAssertions();
        try (GenuineServer genuine = GenuineServer.start(directory, theirFile);
                OvsdbServer server = OvsdbServer.open(directory.resolve("our.db"), schema)) {
            server.listen(GenuineServer.listening(ourSocket));
            try (RawClient theirs = new RawClient(genuine.socket());
                    RawClient ours = new RawClient(ourSocket)) {
                for (String request : requests) {
                    String method = request.substring(0, request.indexOf(' '));
                    String params = withUuids(request.substring(request.indexOf(' ') + 1));
                    List<String> expected = normal(theirs.exchange(method, params));
                    List<String> actual = normal(ours.exchange(method, params));
                    all.assertThat(actual).as(request).isEqualTo(expected);
                }
            }
        }
        assertThat(requests).hasSizeGreaterThan(150);
        all.assertAll();
    }

    private static List<String> requests() throws IOException {
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

    private static String resource(String name) throws IOException {
        try (var stream = DifferentialIT.class.getResourceAsStream(name)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
