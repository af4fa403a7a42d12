package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.stream.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** A full disk refuses transactions and nothing else. */
@Timeout(60)
class DiskFullIT {
    @TempDir
    Path directory;

    @Test
    void aTransactionThatCannotBeKeptDoesNotHappen() throws Exception {
        Path small = Files.createDirectory(directory.resolve("small"));
        run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", small.toString());
        try {
            Path file = small.resolve("conf.db");
            Path socket = directory.resolve("db.sock");
            int kept;
            try (OvsdbServer server = OvsdbServer.open(file, RequestCorpus.schema(), new Tls())) {
                server.serve(GenuineServer.listening(socket));
                try (RawClient client = new RawClient(socket)) {
                    kept = fill(client);
                    assertThat(rows(client)).isEqualTo(kept).isPositive();
                    run("mount", "-o", "remount,size=1m", small.toString());
                    assertThat(insert(client)).hasSize(1);
                    assertThat(rows(client)).isEqualTo(++kept);
                }
            }
            try (OvsdbServer server = OvsdbServer.open(file, RequestCorpus.schema(), new Tls())) {
                server.serve(GenuineServer.listening(socket));
                try (RawClient client = new RawClient(socket)) {
                    assertThat(rows(client)).isEqualTo(kept);
                }
            }
        } finally {
            run("umount", small.toString());
        }
    }

    private static void run(String... command) throws Exception {
        GenuineServer.Output output = GenuineServer.run(command);
        assertThat(output.status()).as(output.text()).isZero();
    }

    private static JsonNode insert(RawClient client) throws Exception {
        return client.call(
                "transact",
                "[\"test\",{\"op\":\"insert\",\"table\":\"Sets\",\"row\":{\"some\":\"" + "x".repeat(5000) + "\"}}]");
    }

    /** Inserts rows until there is no room; how many there was room for. */
    private static int fill(RawClient client) throws Exception {
        for (int i = 0; i < 100; i++) {
            JsonNode results = insert(client);
            if (results.size() > 1) {
                assertThat(results.get(1).get("error").stringValue()).isEqualTo("I/O error");
                assertThat(results.get(1).get("io-error").stringValue()).contains("No space left on device");
                return i;
            }
        }
        throw new AssertionError("the disk never became full");
    }

    private static int rows(RawClient client) throws Exception {
        return client.call(
                        "transact",
                        "[\"test\",{\"op\":\"select\",\"table\":\"Sets\",\"where\":[],\"columns\":[\"_uuid\"]}]")
                .get(0)
                .get("rows")
                .size();
    }
}
