package dev.culvert.tools.vsctl;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.tools.OnMainThread;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stock ovs-vsctl and ours get the same command lines, each beside a genuine server with the same database: output, errors,
 * exit status and what the server writes to its log must be the same.
 */
@ExtendWith(OnMainThread.class)
class DifferentialIT {
    private static final String SCHEMA = "/usr/share/openvswitch/vswitch.ovsschema";

    @TempDir
    static Path directory;

    private static Side genuine;
    private static Side culvert;

    @BeforeAll
    static void start() throws Exception {
        Path template = directory.resolve("template.db");
        String contents = Corpus.resource("database.json");
        assertThat(GenuineServer.run("ovsdb-tool", "create", template.toString(), SCHEMA))
                .isEqualTo(new GenuineServer.Output(0, ""));
        assertThat(GenuineServer.run("ovsdb-tool", "transact", template.toString(), contents)
                        .text())
                .doesNotContain("error");
        Set<String> uuids = Side.uuids(contents);
        genuine = new Side(true, directory.resolve("one"), template, uuids);
        culvert = new Side(false, directory.resolve("two"), template, uuids);
    }

    @AfterAll
    static void stop() {
        if (genuine != null) {
            genuine.close();
        }
        if (culvert != null) {
            culvert.close();
        }
    }

    static List<String> corpus() {
        return Corpus.lines();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("corpus")
    void doesTheSame(String line) throws Exception {
        List<String> words = new ArrayList<>(List.of("--no-wait"));
        words.addAll(Corpus.words(line));
        assertThat(culvert.run(words)).isEqualTo(genuine.run(words));
    }
}
