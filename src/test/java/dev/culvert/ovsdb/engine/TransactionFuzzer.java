package dev.culvert.ovsdb.engine;

import dev.culvert.jsonrpc.JsonException;
import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Execution.Outcome;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/** Fuzz target: the parameters of "transact". What fails changes nothing; what succeeds leaves the books right. */
public final class TransactionFuzzer {
    private static final JsonLimits LIMITS = new JsonLimits(1 << 16, 4096, 64);
    private static final DatabaseSchema SCHEMA = schema();

    private TransactionFuzzer() {}

    private static DatabaseSchema schema() {
        try (var stream = TransactionFuzzer.class.getResourceAsStream("/dev/culvert/ovsdb/server/test-schema.json")) {
            return DatabaseSchema.parse(Json.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OvsdbException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        List<ArrayNode> transactions = new ArrayList<>();
        try (JsonReader reader = new JsonReader(new java.io.ByteArrayInputStream(input), LIMITS)) {
            for (JsonNode json = reader.next(); json != null; json = reader.next()) {
                if (json instanceof ArrayNode params) {
                    transactions.add(params);
                }
            }
        } catch (JsonException e) {
            // what came before it is tried all the same
        }
        Database database = new Database(SCHEMA);
        for (ArrayNode params : transactions) {
            Map<TableSchema, List<Row>> before = database.snapshot();
            Outcome outcome = Execution.run(database, params, LockOwner.NONE, 0, _ -> {});
            boolean committed = outcome instanceof Outcome.Done done && done.commit() != null;
            if (!committed && !database.snapshot().equals(before)) {
                throw new AssertionError("changed without a commit: " + Json.text(params));
            }
            InvariantsTest.check(database, Json.text(params));
        }
    }

    /** Where to begin: what the test of random transactions makes up. */
    public static List<byte[]> seeds() {
        List<byte[]> seeds = new ArrayList<>();
        for (long seed = 1; seed <= 20; seed++) {
            RandomTransactions transactions = new RandomTransactions(seed);
            StringBuilder text = new StringBuilder();
            for (int i = 0; i < 6; i++) {
                text.append(transactions.next());
            }
            seeds.add(text.toString().getBytes(StandardCharsets.UTF_8));
        }
        return seeds;
    }
}
