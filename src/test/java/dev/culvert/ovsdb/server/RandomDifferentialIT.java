package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.engine.RandomTransactions;
import dev.culvert.stream.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Random transactions leave the genuine server and ours with the same rows, and fail for the same kind of reason. */
@Timeout(120)
class RandomDifferentialIT {
    private static final int TRANSACTIONS = 500;

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(longs = {11, 12, 13})
    void bothServersEndWithTheSameRows(long seed) throws Exception {
        Path schemaFile = directory.resolve("test.ovsschema");
        Files.writeString(schemaFile, RequestCorpus.resource("test-schema.json"));
        Path theirFile = directory.resolve("their.db");
        GenuineServer.run("ovsdb-tool", "create", theirFile.toString(), schemaFile.toString());
        Path ourSocket = directory.resolve("our.sock");
        RandomTransactions transactions = new RandomTransactions(seed);
        try (GenuineServer genuine = GenuineServer.start(directory, theirFile);
                OvsdbServer server = OvsdbServer.open(directory.resolve("our.db"), RequestCorpus.schema(), new Tls())) {
            server.serve(GenuineServer.listening(ourSocket));
            try (RawClient theirs = new RawClient(genuine.socket());
                    RawClient ours = new RawClient(ourSocket)) {
                for (int i = 0; i < TRANSACTIONS; i++) {
                    String params = transactions.next();
                    JsonNode expected = theirs.call("transact", params);
                    JsonNode actual = ours.call("transact", params);
                    String what = "seed " + seed + ", transaction " + i + ": " + params;
                    assertThat(outline(actual)).as(what).isEqualTo(outline(expected));
                    assertThat(rows(ours)).as(what).isEqualTo(rows(theirs));
                }
            }
        }
    }

    /** Of several broken constraints either may be named, so only the kinds of the results count. */
    private static List<String> outline(JsonNode results) {
        return results.valueStream()
                .map(result -> result.has("error") ? result.get("error").stringValue() : Json.text(result))
                .toList();
    }

    private static List<String> rows(RawClient client) throws Exception {
        JsonNode results = client.call(
                "transact",
                "[\"test\","
                        + "{\"op\":\"select\",\"table\":\"Root\",\"where\":[],"
                        + "\"columns\":[\"_uuid\",\"name\",\"a\",\"children\",\"weak\",\"named\"]},"
                        + "{\"op\":\"select\",\"table\":\"Child\",\"where\":[],\"columns\":[\"_uuid\",\"next\",\"self\"]},"
                        + "{\"op\":\"select\",\"table\":\"Strict\",\"where\":[],\"columns\":[\"_uuid\",\"weak\",\"strong\"]},"
                        + "{\"op\":\"select\",\"table\":\"Target\",\"where\":[],\"columns\":[\"_uuid\",\"n\"]}]");
        return results.valueStream()
                .flatMap(result -> result.get("rows").valueStream())
                .map(Json::text)
                .sorted()
                .toList();
    }
}
