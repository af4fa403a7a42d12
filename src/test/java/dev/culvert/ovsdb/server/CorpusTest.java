package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.stream.Tls;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Our answers to the corpus are those that the genuine server was heard to give; DifferentialIT listens to it again. */
class CorpusTest {
    @TempDir
    Path directory;

    @Test
    void answersAreThoseOnRecord() throws Exception {
        Path socket = directory.resolve("db.sock");
        List<String> lines = new ArrayList<>();
        try (OvsdbServer server = OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls())) {
            server.serve(GenuineServer.listening(socket));
            RequestCorpus.run(socket).forEach((request, answer) -> {
                lines.add(request);
                answer.forEach(message -> lines.add("    " + message));
            });
        }
        assertThat(lines)
                .isEqualTo(RequestCorpus.resource("answers.txt").lines().toList());
    }
}
