package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.stream.Tls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.SoftAssertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same requests to the genuine ovsdb-server and to ours: whatever comes back must be the same. */
class DifferentialIT {
    @TempDir
    Path directory;

    @Test
    void bothServersAnswerAlike() throws Exception {
        Path schemaFile = directory.resolve("test.ovsschema");
        Files.writeString(schemaFile, RequestCorpus.resource("test-schema.json"));
        Path theirFile = directory.resolve("their.db");
        assertThat(GenuineServer.run("ovsdb-tool", "create", theirFile.toString(), schemaFile.toString())
                        .text())
                .isEmpty();
        Path ourSocket = directory.resolve("our.sock");
        try (GenuineServer genuine = GenuineServer.start(directory, theirFile);
                OvsdbServer server = OvsdbServer.open(directory.resolve("our.db"), RequestCorpus.schema(), new Tls())) {
            server.serve(GenuineServer.listening(ourSocket));
            Map<String, List<String>> expected = RequestCorpus.run(genuine.socket());
            Map<String, List<String>> actual = RequestCorpus.run(ourSocket);
            assertThat(expected).hasSizeGreaterThan(150);
            SoftAssertions all = new SoftAssertions();
            expected.forEach((request, answer) ->
                    all.assertThat(actual.get(request)).as(request).isEqualTo(answer));
            all.assertAll();
        }
    }
}
