package dev.culvert.ovsdb.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Execution;
import dev.culvert.ovsdb.engine.LockOwner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ArrayNode;

class DatabaseFileTest {
    private static final String SCHEMA =
            "{\"name\":\"d\",\"version\":\"1.0.0\",\"cksum\":\"7 8\",\"tables\":{\"t\":{\"columns\":{"
                    + "\"n\":{\"type\":\"integer\"},"
                    + "\"ones\":{\"type\":{\"key\":\"integer\",\"min\":1,\"max\":\"unlimited\"}},"
                    + "\"map\":{\"type\":{\"key\":\"string\",\"value\":\"string\",\"min\":0,\"max\":\"unlimited\"}},"
                    + "\"gone\":{\"type\":\"string\",\"ephemeral\":true}}}}}";

    @TempDir
    Path directory;

    private Path path;

    @BeforeEach
    void choosePath() {
        path = directory.resolve("conf.db");
    }

    private static DatabaseSchema schema(String text) throws OvsdbException {
        return DatabaseSchema.parse(Json.parse(text));
    }

    private DatabaseFile open() throws OvsdbException {
        return DatabaseFile.open(path, schema(SCHEMA));
    }

    private static void transact(DatabaseFile file, String operations) throws OvsdbException {
        ArrayNode params = (ArrayNode) Json.parse("[\"d\"," + operations.replace('\'', '"') + "]");
        Execution.Outcome outcome = Execution.run(file.database(), params, LockOwner.NONE, 0, file);
        assertThat(outcome).isInstanceOf(Execution.Outcome.Done.class);
        assertThat(Json.text(((Execution.Outcome.Done) outcome).results())).doesNotContain("error");
    }

    /** All values but the versions, which are made anew whenever a file is read. */
    private static Map<String, List<String>> content(Database database) {
        Map<String, List<String>> content = new TreeMap<>();
        database.snapshot()
                .forEach((table, rows) ->
                        rows.forEach(row -> content.put(row.uuid().toString(), values(table, row))));
        return content;
    }

    private static List<String> values(TableSchema table, Row row) {
        return table.columns().stream()
                .filter(column -> column.index() != TableSchema.VERSION && !column.ephemeral())
                .map(column -> Json.text(row.get(column).toJson(column.type())))
                .toList();
    }

    @Test
    void whatWasCommittedIsThereAgain() throws Exception {
        Map<String, List<String>> before;
        try (DatabaseFile file = open()) {
            transact(
                    file,
                    "{'op':'insert','table':'t','row':{'n':1,'gone':'x','map':['map',[['a','1'],['b','2']]]}},"
                            + "{'op':'comment','comment':'two\\nlines'},{'op':'commit','durable':true}");
            transact(file, "{'op':'insert','table':'t','row':{'n':2,'ones':['set',[5,6]]}}");
            transact(
                    file,
                    "{'op':'update','table':'t','where':[['n','==',1]],'row':{'map':['map',[['b','3'],['c','4']]]}}");
            transact(file, "{'op':'mutate','table':'t','where':[],'mutations':[['ones','insert',7]]}");
            transact(file, "{'op':'mutate','table':'t','where':[['n','==',2]],'mutations':[['ones','delete',5]]}");
            transact(file, "{'op':'insert','table':'t','row':{'n':3}}");
            transact(file, "{'op':'delete','table':'t','where':[['n','==',3]]}");
            before = content(file.database());
        }
        assertThat(Files.readString(path)).contains("\"_comment\":\"two\\nlines\"", "\"_is_diff\":true");
        try (DatabaseFile file = open()) {
            assertThat(content(file.database())).isEqualTo(before).hasSize(2);
            assertThat(file.records()).isEqualTo(7);
        }
    }

    /** The genuine server takes such comments, which hold command lines, and keeps them. */
    @Test
    void aCommentOfAnyBytesIsNoDamage() throws Exception {
        String stray = "one \udcff two";
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}},{'op':'comment','comment':'before'}");
            ArrayNode operations = (ArrayNode) Json.parse("[\"d\",{\"op\":\"insert\",\"table\":\"t\",\"row\":{}}]");
            operations.addObject().put("op", "comment").put("comment", stray);
            assertThat(Execution.run(file.database(), operations, LockOwner.NONE, 0, file))
                    .isInstanceOf(Execution.Outcome.Done.class);
            transact(file, "{'op':'insert','table':'t','row':{'n':3}}");
        }
        assertThat(Files.readString(path, StandardCharsets.ISO_8859_1)).contains("\"_comment\":\"one \u00ff two\"");
        try (DatabaseFile file = open()) {
            assertThat(content(file.database())).hasSize(3);
            assertThat(file.records()).isEqualTo(3);
        }
        assertThat(directory.resolve("conf.db.damaged")).doesNotExist();
    }

    @Test
    void ephemeralColumnsAreNotKept() throws Exception {
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}}");
            long length = file.length();
            transact(file, "{'op':'update','table':'t','where':[],'row':{'gone':'secret'}}");
            assertThat(file.length()).isEqualTo(length);
        }
        assertThat(Files.readString(path)).doesNotContain("secret");
    }

    @Test
    void aTornLastRecordIsCutOffWhereverItWasTorn() throws Exception {
        long good;
        Map<String, List<String>> before;
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}}");
            good = file.length();
            before = content(file.database());
            transact(file, "{'op':'insert','table':'t','row':{'n':2,'map':['map',[['key','value']]]}}");
        }
        byte[] whole = Files.readAllBytes(path);
        for (int length = (int) good; length < whole.length; length++) {
            Files.write(path, Arrays.copyOf(whole, length));
            try (DatabaseFile file = open()) {
                assertThat(content(file.database())).as("%s bytes", length).isEqualTo(before);
                transact(file, "{'op':'insert','table':'t','row':{'n':3}}");
            }
            try (DatabaseFile file = open()) {
                assertThat(file.database().table("t").rows())
                        .as("%s bytes", length)
                        .hasSize(2);
            }
        }
    }

    @Test
    void aDamagedByteAnywhereInTheLastRecordCutsItOff() throws Exception {
        long good;
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}}");
            good = file.length();
            transact(file, "{'op':'insert','table':'t','row':{'n':2}}");
        }
        byte[] whole = Files.readAllBytes(path);
        for (int at = (int) good; at < whole.length; at++) {
            byte[] damaged = whole.clone();
            damaged[at] ^= 0x10;
            Files.write(path, damaged);
            try (DatabaseFile file = open()) {
                assertThat(file.database().table("t").rows()).as("byte %s", at).hasSize(1);
                assertThat(file.length()).as("byte %s", at).isEqualTo(good);
            }
            assertThat(Files.readAllBytes(directory.resolve("conf.db.damaged")))
                    .isEqualTo(Arrays.copyOfRange(damaged, (int) good, damaged.length));
        }
    }

    @Test
    void aRightRecordWithAWrongTransactionIsCutOff() throws Exception {
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}}");
        }
        for (String wrong : List.of(
                "{\"t\":{\"00000000-0000-4000-8000-000000000001\":null}}",
                "{\"u\":{}}",
                "{\"t\":5}",
                "{\"t\":{\"x\":{}}}",
                "{\"t\":{\"00000000-0000-4000-8000-000000000001\":{\"n\":\"five\"}}}",
                "{\"t\":{\"00000000-0000-4000-8000-000000000001\":{\"m\":5}}}",
                "{\"t\":{\"00000000-0000-4000-8000-000000000001\":[]}}")) {
            long good = Files.size(path);
            Files.write(path, LogFormat.encode(Json.parse(wrong)), StandardOpenOption.APPEND);
            try (DatabaseFile file = open()) {
                assertThat(file.length()).as(wrong).isEqualTo(good);
                assertThat(file.database().table("t").rows()).hasSize(1);
            }
        }
    }

    @Test
    void whatIsNoDatabaseIsRefusedAndLeftAlone() throws Exception {
        for (String text : List.of(
                "hello\n",
                "OVSDB CLUSTER 3 0000000000000000000000000000000000000000\n{}\n",
                "OVSDB JSON 99999999999 0000000000000000000000000000000000000000\n{}\n")) {
            Files.writeString(path, text);
            assertThatThrownBy(this::open).isInstanceOf(OvsdbException.class);
            assertThat(Files.readString(path)).isEqualTo(text);
        }
        Files.write(path, LogFormat.encode(Json.parse(SCHEMA.replace("\"d\"", "\"other\""))));
        assertThatThrownBy(this::open).hasMessageContaining("database is other, not d");
        // A refusal lets go of the lock.
        Files.delete(path);
        open().close();
    }

    @Test
    void onlyOneCanHaveTheFile() throws Exception {
        try (DatabaseFile file = open()) {
            assertThatThrownBy(this::open)
                    .isInstanceOfSatisfying(
                            OvsdbException.class,
                            e -> assertThat(e.error().tag()).isEqualTo("I/O error"));
            assertThat(file.path().resolveSibling(".conf.db.~lock~")).exists();
        }
        open().close();
    }

    @Test
    void compactionKeepsTheContentAndWhatComesMeanwhile() throws Exception {
        Map<String, List<String>> before;
        try (DatabaseFile file = open()) {
            for (int i = 0; i < 200; i++) {
                transact(file, "{'op':'delete','table':'t','where':[]}");
                transact(file, "{'op':'insert','table':'t','row':{'n':" + i + "}}");
            }
            long length = file.length();
            Compaction compaction = file.compact("shorter");
            assertThat(file.compact("again")).isNull();
            transact(file, "{'op':'insert','table':'t','row':{'n':1000}}");
            compaction.write();
            transact(file, "{'op':'insert','table':'t','row':{'n':1001}}");
            file.finish(true);
            assertThat(file.length()).isEqualTo(Files.size(path)).isLessThan(length / 10);
            transact(file, "{'op':'insert','table':'t','row':{'n':1002}}");
            before = content(file.database());
        }
        try (DatabaseFile file = open()) {
            assertThat(content(file.database())).isEqualTo(before).hasSize(4);
        }
        assertThat(directory.resolve("conf.db.tmp")).doesNotExist();
    }

    @Test
    void aCompactionThatCannotBeWrittenLeavesTheOldFile() throws Exception {
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}}");
            Files.createDirectories(directory.resolve("conf.db.tmp/in the way"));
            Compaction compaction = file.compact("shorter");
            assertThatThrownBy(compaction::write).isInstanceOf(IOException.class);
            file.finish(false);
            transact(file, "{'op':'insert','table':'t','row':{'n':2}}");
        }
        try (DatabaseFile file = open()) {
            assertThat(file.database().table("t").rows()).hasSize(2);
        }
    }

    @Test
    void anOlderSchemaIsConvertedAndTheOldFileKept() throws Exception {
        try (DatabaseFile file = open()) {
            transact(file, "{'op':'insert','table':'t','row':{'n':1}}");
        }
        byte[] old = Files.readAllBytes(path);
        String newer = SCHEMA.replace("1.0.0", "1.1.0")
                .replace("\"n\":{\"type\":\"integer\"}", "\"n\":{\"type\":\"integer\"},\"m\":{\"type\":\"string\"}");
        try (DatabaseFile file = DatabaseFile.open(path, schema(newer))) {
            assertThat(file.database().schema().version()).isEqualTo("1.1.0");
            transact(file, "{'op':'update','table':'t','where':[['n','==',1]],'row':{'m':'x'}}");
        }
        assertThat(Files.readAllBytes(directory.resolve("conf.db.backup1.0.0-7-8")))
                .isEqualTo(old);
        // What is newer than us is used as it is.
        try (DatabaseFile file = open()) {
            assertThat(file.database().schema().version()).isEqualTo("1.1.0");
        }
    }

    @Test
    void aSymbolicLinkIsFollowed() throws Exception {
        Path real = Files.createDirectory(directory.resolve("real")).resolve("the.db");
        try (DatabaseFile file = DatabaseFile.open(real, Schemas.openVSwitch())) {
            assertThat(file.database().schema().name()).isEqualTo("Open_vSwitch");
        }
        Files.createSymbolicLink(path, real);
        try (DatabaseFile file = DatabaseFile.open(path, Schemas.openVSwitch())) {
            file.replace(new Database(Schemas.openVSwitch()), "rewritten");
            assertThatThrownBy(() -> DatabaseFile.open(real, Schemas.openVSwitch()))
                    .hasMessageContaining("failed to lock");
        }
        assertThat(path).isSymbolicLink();
        assertThat(new String(Files.readAllBytes(real), StandardCharsets.UTF_8)).startsWith("OVSDB JSON ");
    }

    /** Rows that come, go, come again under their old names and refer to each other, in more transactions than are done together. */
    @Test
    void aLongStormIsReadAsItWasWherever() throws Exception {
        String schema =
                "{'name':'d','version':'1.0.0','cksum':'7 8','tables':{'p':{'isRoot':true,'indexes':[['n']],'columns':{"
                        + "'n':{'type':'integer'},"
                        + "'kids':{'type':{'key':{'type':'uuid','refTable':'c'},'min':0,'max':'unlimited'}},"
                        + "'weak':{'type':{'key':{'type':'uuid','refTable':'c','refType':'weak'},'min':0,'max':'unlimited'}}}},"
                        + "'c':{'columns':{'text':{'type':'string'},"
                        + "'map':{'type':{'key':'string','value':'string','min':0,'max':'unlimited'}}}}}}";
        DatabaseSchema parsed = schema(schema.replace('\'', '"'));
        Random random = new Random(42);
        List<Map<String, List<String>>> contents = new ArrayList<>();
        List<Long> ends = new ArrayList<>();
        try (DatabaseFile file = DatabaseFile.open(path, parsed)) {
            while (file.records() < 2_300) {
                long before = file.length();
                storm(file, random);
                if (before != file.length()) {
                    contents.add(content(file.database()));
                    ends.add(file.length());
                }
            }
        }
        byte[] whole = Files.readAllBytes(path);
        for (int good : new int[] {2_300, 2_299, 2_000, 1_999, 1_001, 101, 100, 99, 1}) {
            Files.write(path, Arrays.copyOf(whole, (int) (ends.get(good - 1) + (good == 2_300 ? 0 : 50))));
            try (DatabaseFile file = DatabaseFile.open(path, parsed)) {
                assertThat(file.records()).isEqualTo(good);
                assertThat(content(file.database())).isEqualTo(contents.get(good - 1));
            }
        }
    }

    private static void storm(DatabaseFile file, Random random) throws OvsdbException {
        String name = "aaaaaaaa-0000-4000-8000-00000000000" + random.nextInt(10);
        String parent = "[['_uuid','==',['uuid','" + name + "']]]";
        boolean there = content(file.database()).containsKey(name);
        String operation = switch (random.nextInt(6)) {
            case 0 -> "{'op':'delete','table':'p','where':" + parent + "}";
            case 1 ->
                "{'op':'insert','table':'c','uuid-name':'k','row':{'text':'t" + random.nextInt(5) + "'}},"
                        + "{'op':'mutate','table':'p','where':" + parent
                        + ",'mutations':[['kids','insert',['named-uuid','k']],['weak','insert',['named-uuid','k']]]}";
            case 2 -> "{'op':'update','table':'p','where':" + parent + ",'row':{'kids':['set',[]]}}";
            case 3 ->
                "{'op':'mutate','table':'c','where':[],'mutations':[['map','delete',['set',['x']]],"
                        + "['map','insert',['map',[['x','" + random.nextInt(9) + "']]]]]}";
            default ->
                there
                        ? "{'op':'update','table':'p','where':" + parent + ",'row':{'n':"
                                + (10 * random.nextInt(9) + name.charAt(35) - '0') + "}}"
                        : "{'op':'insert','table':'p','uuid':'" + name + "','row':{'n':" + name.charAt(35) + "}}";
        };
        transact(file, operation);
    }
}
