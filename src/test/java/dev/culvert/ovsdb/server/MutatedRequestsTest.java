package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Execution;
import dev.culvert.ovsdb.engine.LockOwner;
import dev.culvert.stream.Tls;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The corpus's requests with pieces of them replaced at random: each gets an answer, and never one that speaks of a fault of ours. */
@Timeout(60)
class MutatedRequestsTest {
    private static final List<String> JUNK = List.of(
            "null",
            "true",
            "0",
            "-1",
            "1e300",
            "9223372036854775807",
            "\"\"",
            "\"_uuid\"",
            "\"\\u0001\"",
            "[]",
            "{}",
            "[[]]",
            "[\"set\",[]]",
            "[\"map\",[[1]]]",
            "[\"uuid\",\"\"]",
            "[\"named-uuid\",\"x\"]",
            "[\"named-uuid\",{}]",
            "{\"\":{}}");

    private final RandomGenerator random =
            RandomGeneratorFactory.of("L64X128MixRandom").create(42);

    @TempDir
    Path directory;

    private JsonNode mutated(JsonNode json) throws Exception {
        if (random.nextInt(12) == 0) {
            return Json.parse(JUNK.get(random.nextInt(JUNK.size())));
        } else if (json instanceof ArrayNode array) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            for (JsonNode element : array) {
                copy.add(mutated(element));
            }
            return copy;
        } else if (json instanceof ObjectNode object) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            for (String name : object.propertyNames()) {
                copy.set(name, mutated(object.get(name)));
            }
            return copy;
        }
        return json;
    }

    private ArrayNode mutatedParams(String request) throws Exception {
        JsonNode params = mutated(Json.parse(RequestCorpus.params(request)));
        return params instanceof ArrayNode array ? array : JsonNodeFactory.instance.arrayNode();
    }

    @Test
    void transactionsAlwaysHaveAnOutcome() throws Exception {
        Database database = new Database(RequestCorpus.schema());
        int good = 0;
        for (int round = 0; round < 20; round++) {
            for (String request : RequestCorpus.requests()) {
                if (request.startsWith("transact ")) {
                    ArrayNode params = mutatedParams(request);
                    Execution.Outcome outcome = Execution.run(database, params, LockOwner.NONE, 0, _ -> {});
                    assertThat(outcome).as(params.toString()).isNotNull();
                    good += outcome instanceof Execution.Outcome.Done done && done.commit() != null ? 1 : 0;
                }
            }
        }
        assertThat(good).isPositive();
    }

    @Test
    void otherRequestsAlwaysHaveAnAnswer() throws Exception {
        Path socket = directory.resolve("db.sock");
        try (OvsdbServer server = OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls())) {
            server.serve(GenuineServer.listening(socket));
            try (RawClient client = new RawClient(socket)) {
                for (int round = 0; round < 10; round++) {
                    for (String request : RequestCorpus.requests()) {
                        String method = RequestCorpus.method(request);
                        if (!method.equals("transact") && !method.equals("convert")) {
                            String params = Json.text(mutatedParams(request));
                            JsonRpcMessage answer =
                                    client.exchange(method, params).getLast();
                            assertThat(Json.text(answer.toJson()))
                                    .as(method + " " + params)
                                    .doesNotContain("internal error");
                        }
                    }
                }
            }
        }
    }
}
