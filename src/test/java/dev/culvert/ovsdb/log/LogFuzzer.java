package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Database;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import tools.jackson.databind.node.ObjectNode;

/**
 * Fuzz target: a database's file. An input that begins with "OVSDB" is a file as it is; of any other each line is the JSON of a
 * record, around which the right header is put, since no accident finds a SHA-1. A record is applied whole or not at all, and
 * what was read can be written and read again.
 */
public final class LogFuzzer {
    private static final String SCHEMA = schema();

    private LogFuzzer() {}

    private static String schema() {
        try (var stream = LogFuzzer.class.getResourceAsStream("/dev/culvert/ovsdb/server/test-schema.json")) {
            return Json.text(Json.parse(new String(stream.readAllBytes(), StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (OvsdbException e) {
            throw new IllegalStateException(e);
        }
    }

    /** For Jazzer. */
    public static void fuzzerTestOneInput(byte[] input) throws IOException {
        String text = new String(input, StandardCharsets.ISO_8859_1);
        byte[] file = text.startsWith("OVSDB") ? input : records(text);
        Replay.Source source = offset -> new LogReader(
                "fuzz", new ByteArrayInputStream(file, (int) offset, file.length - (int) offset), offset, file.length);
        LogReader reader = source.from(0);
        Database database;
        DatabaseSchema schema;
        try {
            if (!reader.next()) {
                return;
            }
            schema = DatabaseSchema.parse(reader.json());
        } catch (OvsdbException e) {
            return; // the announced end of what is no log
        }
        database = new Database(schema);
        Replay replay = new Replay(database, source, reader.offset());
        boolean good = replay.run() == null;
        long end = oneByOne(reader, new Database(schema));
        if (good ? replay.end() != file.length : replay.end() < end) {
            throw new AssertionError("together, fewer records are good than one by one");
        }
        readAgain(database);
    }

    /** Applies records, each whole or not at all; returns where the last good one ends. */
    private static long oneByOne(LogReader reader, Database database) throws IOException {
        long end = reader.offset();
        Map<TableSchema, List<Row>> before = Map.of();
        try {
            while (reader.next()) {
                before = database.snapshot();
                TransactionRecord.replay(database, reader.json());
                end = reader.offset();
                before = database.snapshot();
            }
        } catch (OvsdbException e) {
            // the announced end of what is no good log any more
            if (!database.snapshot().equals(before)) {
                throw new AssertionError("half a record was applied", e);
            }
        }
        return end;
    }

    private static byte[] records(String text) {
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        write(file, SCHEMA.getBytes(StandardCharsets.UTF_8));
        text.lines().forEach(line -> write(file, line.getBytes(StandardCharsets.ISO_8859_1)));
        return file.toByteArray();
    }

    private static void write(ByteArrayOutputStream file, byte[] json) {
        String header = "OVSDB JSON " + json.length + " " + LogFormat.hash(json) + "\n";
        file.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(json);
    }

    private static void readAgain(Database database) {
        ObjectNode record = TransactionRecord.of(database.snapshot(), "", 0);
        Database again = new Database(database.schema());
        try {
            if (record != null) {
                TransactionRecord.replay(again, record);
            }
        } catch (OvsdbException e) {
            throw new AssertionError("what was read cannot be read again: " + Json.text(record), e);
        }
        if (!Json.text(snapshot(again)).equals(Json.text(snapshot(database)))) {
            throw new AssertionError("what was read is read as something else: " + Json.text(record));
        }
    }

    private static ObjectNode snapshot(Database database) {
        ObjectNode record = TransactionRecord.of(database.snapshot(), "", 0);
        return record == null ? tools.jackson.databind.node.JsonNodeFactory.instance.objectNode() : record;
    }

    /** Where to begin. */
    public static List<byte[]> seeds() {
        String row = "aaaaaaaa-0000-4000-8000-00000000000";
        return Stream.of(
                        "{\"Color\":{\"" + row + "1\":{\"name\":\"red\",\"number\":3}},\"_comment\":\"x\",\"_date\":1}",
                        "{\"Color\":{\"" + row + "1\":{\"name\":\"red\"}}}\n{\"Color\":{\"" + row + "1\":null}}",
                        "{\"_is_diff\":true,\"Color\":{\"" + row + "1\":{\"name\":\"red\"}}}\n"
                                + "{\"_is_diff\":true,\"Color\":{\"" + row + "1\":{\"name\":\"blue\"}}}",
                        "OVSDB JSON 2 bf21a9e8fbc5a3846fb05b4fa0859e0917b2202f\n{}",
                        "OVSDB CLUSTER 9999999999 00\n")
                .map(text -> text.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }
}
