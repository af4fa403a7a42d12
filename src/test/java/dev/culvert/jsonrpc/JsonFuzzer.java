package dev.culvert.jsonrpc;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Fuzz target: JSON as peers send it. What is read can be written and read again, and is a message or is refused as one. */
public final class JsonFuzzer {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 16, 4096, 64);

    private JsonFuzzer() {}

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        try (JsonReader reader = new JsonReader(new ByteArrayInputStream(input), LIMITS)) {
            for (JsonNode json = reader.next(); json != null; json = reader.next()) {
                check(json);
            }
        } catch (JsonException e) {
            // the announced end of what is no JSON
        }
    }

    private static void check(JsonNode json) throws JsonException {
        JsonLimits wide = new JsonLimits(1 << 20, 1 << 16, 64);
        JsonNode again = JsonReader.parse(JsonText.bytes(json), wide);
        if (!again.equals(json)) {
            throw new AssertionError(JsonText.of(json) + " is read as " + JsonText.of(again));
        }
        try {
            JsonRpcMessage message = JsonRpcMessage.from(json);
            JsonRpcMessage twin = JsonRpcMessage.from(message.toJson());
            if (!twin.equals(message)) {
                throw new AssertionError(message + " becomes " + twin);
            }
        } catch (JsonException e) {
            // JSON, but no message
        }
    }

    /** Where to begin. */
    public static List<byte[]> seeds() {
        return Stream.of(
                        "{\"method\":\"echo\",\"params\":[],\"id\":\"echo\"}",
                        "{\"id\":0,\"result\":{\"a\":[1,-2.5e3,true,null]},\"error\":null}[\"set\",[1e3,2.0]]",
                        "{\"id\":null,\"method\":\"update\",\"params\":[\"\\u00e9\\ud83d\\ude00\\n\"]}",
                        "[9223372036854775807,-9223372036854775808,9223372036854775808,1e-7,0.1]",
                        "{\"error\":\"x\",\"result\":null,\"id\":[[[[{}]]]]} \"\" 1 ")
                .map(text -> text.getBytes(StandardCharsets.UTF_8))
                .toList();
    }
}
