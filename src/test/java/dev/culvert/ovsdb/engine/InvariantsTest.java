package dev.culvert.ovsdb.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.engine.Database.RowKey;
import dev.culvert.ovsdb.engine.Execution.Outcome;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ArrayNode;

/** Whatever transactions are tried, a database keeps the schema's promises, and its books are right. */
class InvariantsTest {
    private static final int TRANSACTIONS = 2000;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void everyStateKeepsTheSchemasPromises(long seed) throws Exception {
        Database database = new Database(schema());
        RandomTransactions transactions = new RandomTransactions(seed);
        int commits = 0;
        int failures = 0;
        for (int i = 0; i < TRANSACTIONS; i++) {
            String params = transactions.next();
            Map<?, List<Row>> before = database.snapshot();
            Outcome outcome = Execution.run(database, (ArrayNode) Json.parse(params), LockOwner.NONE, 0, _ -> {});
            assertThat(outcome).isInstanceOf(Outcome.Done.class);
            Outcome.Done done = (Outcome.Done) outcome;
            if (Json.text(done.results()).contains("\"error\"")) {
                failures++;
                assertThat(done.commit()).isNull();
                assertThat(database.snapshot())
                        .as("seed %s, transaction %s", seed, i)
                        .isEqualTo(before);
            } else if (done.commit() != null) {
                commits++;
            }
            check(database, "seed " + seed + ", transaction " + i + ": " + params);
        }
        // Neither an empty database nor one that refuses everything would prove anything.
        assertThat(commits).isGreaterThan(TRANSACTIONS / 20);
        assertThat(failures).isGreaterThan(TRANSACTIONS / 20);
    }

    private static DatabaseSchema schema() throws Exception {
        try (var stream = InvariantsTest.class.getResourceAsStream("/dev/culvert/ovsdb/server/test-schema.json")) {
            return DatabaseSchema.parse(Json.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        }
    }

    static void check(Database database, String what) throws Exception {
        Map<RowKey, Integer> strong = new HashMap<>();
        Map<RowKey, Set<RowKey>> weak = new HashMap<>();
        for (Table table : database.tables()) {
            assertThat((long) table.rows().size())
                    .as(what)
                    .isLessThanOrEqualTo(table.schema().maxRows());
            for (Row row : table.rows()) {
                RowKey source = new RowKey(table.schema().name(), row.uuid());
                References.visit(table.schema(), row, Strength.STRONG, (_, name, uuid) -> {
                    assertThat(database.table(name).row(uuid)).as(what).isNotNull();
                    strong.merge(new RowKey(name, uuid), 1, Integer::sum);
                });
                References.visit(table.schema(), row, Strength.WEAK, (_, name, uuid) -> {
                    assertThat(database.table(name).row(uuid)).as(what).isNotNull();
                    weak.computeIfAbsent(new RowKey(name, uuid), _ -> new HashSet<>())
                            .add(source);
                });
                table.schema()
                        .columns()
                        .forEach(column -> assertThat((long) row.get(column).size())
                                .as(what)
                                .isBetween(column.type().min(), column.type().max()));
            }
        }
        for (Table table : database.tables()) {
            for (Row row : table.rows()) {
                RowKey key = new RowKey(table.schema().name(), row.uuid());
                int references = strong.getOrDefault(key, 0);
                assertThat(table.strongReferences(row.uuid())).as(what).isEqualTo(references);
                assertThat(Set.copyOf(database.weakReferrers(key)))
                        .as(what)
                        .isEqualTo(weak.getOrDefault(key, Set.of()));
                assertThat(table.schema().isRoot() || references > 0).as(what).isTrue();
            }
            checkIndexes(table, what);
        }
    }

    private static void checkIndexes(Table table, String what) {
        for (int i = 0; i < table.schema().indexes().size(); i++) {
            Set<List<Datum>> seen = new HashSet<>();
            for (Row row : table.rows()) {
                List<Datum> values = Table.indexValues(table.schema().indexes().get(i), row);
                assertThat(seen.add(values)).as(what).isTrue();
                assertThat(table.indexed(i, values)).as(what).isEqualTo(row.uuid());
            }
        }
    }
}
