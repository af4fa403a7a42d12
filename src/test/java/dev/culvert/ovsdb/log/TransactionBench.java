package dev.culvert.ovsdb.log;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.jsonrpc.JsonText;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Execution;
import dev.culvert.ovsdb.engine.LockOwner;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What the steps of a transaction cost: to be read, carried out, written down, and applied from the log. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
public class TransactionBench {
    private static final String UUID = "aaaaaaaa-0000-4000-8000-000000000001";

    private final Database database = new Database(Schemas.openVSwitch());
    private final ObjectNode[] records = new ObjectNode[2];
    private final ArrayNode[] updates = new ArrayNode[2];
    private byte[] request = {};
    private JsonNode requestJson = records[0];
    private int turn;

    /** Makes a row, and two updates and two records that change it to and fro. */
    @Setup
    public void setUp() throws Exception {
        for (int i = 0; i < 2; i++) {
            String ids = "[\"map\",[[\"iface-id\",\"port-1\"],[\"note\",\"" + ("value" + i).repeat(20) + "\"]]]";
            updates[i] = (ArrayNode) Json.parse("[\"Open_vSwitch\",{\"op\":\"update\",\"table\":\"Queue\",\"where\":"
                    + "[[\"_uuid\",\"==\",[\"uuid\",\"" + UUID + "\"]]],\"row\":{\"external_ids\":" + ids + "}}]");
            records[i] = (ObjectNode)
                    Json.parse("{\"_date\":1700000000000,\"Queue\":{\"" + UUID + "\":{\"external_ids\":" + ids + "}}}");
        }
        replayRecord();
        requestJson = Json.parse("{\"id\":7,\"method\":\"transact\",\"params\":" + Json.text(updates[0]) + "}");
        request = Json.text(requestJson).getBytes(StandardCharsets.UTF_8);
    }

    /** A request's text, read. */
    @Benchmark
    public JsonNode readRequest() throws Exception {
        return JsonReader.parse(request, JsonLimits.DEFAULT);
    }

    /** The same, written. */
    @Benchmark
    public byte[] writeRequest() {
        return JsonText.bytes(requestJson);
    }

    /** One update, with its constraints, into memory. */
    @Benchmark
    public Object update() throws Exception {
        return Execution.run(database, updates[turn++ & 1], LockOwner.NONE, 0, _ -> {});
    }

    /** A record with its header and hash. */
    @Benchmark
    public byte[] encodeRecord() {
        return LogFormat.encode(records[0]);
    }

    /** A record that was read, applied. */
    @Benchmark
    public void replayRecord() throws Exception {
        TransactionRecord.replay(database, records[turn++ & 1]);
    }
}
