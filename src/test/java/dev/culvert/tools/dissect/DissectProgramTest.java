package dev.culvert.tools.dissect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.observe.CaptureFuzzer;
import dev.culvert.tools.Culvert;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class DissectProgramTest {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private Path folder;

    private Path file;

    @BeforeEach
    void write() throws Exception {
        file = Files.write(folder.resolve("a.pcap"), CaptureFuzzer.seeds().getFirst());
    }

    private int run(String... options) {
        String[] line = new String[options.length + 1];
        line[0] = "dissect";
        System.arraycopy(options, 0, line, 1, options.length);
        return Culvert.run(
                line,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void showsLayersAsText() {
        assertThat(run(file.toString())).isZero();
        assertThat(said())
                .contains("eth / ip / udp / vxlan / eth / arp", "Virtual eXtensible Local Area Network, 8 bytes")
                .containsPattern("VNI +vxlan.vni +4660 +Which of 16 million networks")
                .contains("    002a  08 00 00 00 00 12 34 00\n");
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void showsOnlyWhatIsAskedFor() {
        assertThat(run("--lines", "--from", "2", "-c", "1", file.toString())).isZero();
        assertThat(said()).startsWith("2  00:00:01.000002000  ").hasLineCount(1).contains("geneve");
    }

    @Test
    void writesAnObjectALine() {
        assertThat(run("--json", file.toString())).isZero();
        assertThat(said()).hasLineCount(2);
        JsonNode packet = new JsonMapper().readTree(said().lines().findFirst().orElseThrow());
        assertThat(packet.path("layers").path(3).path("protocol").asString()).isEqualTo("vxlan");
        assertThat(packet.path("layers").path(3).path("bytes").asString()).isEqualTo("0800000000123400");
    }

    /** XML too, so that it is whole; and nothing of it is somewhere else. */
    @Test
    void writesAPageThatNeedsNothing() throws Exception {
        assertThat(run("--html", file.toString())).isZero();
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(
                        said().replace("<!DOCTYPE html>\n", "").getBytes(StandardCharsets.UTF_8)));
        assertThat(said())
                .contains("flex-grow:8", "VNI: 4660")
                .doesNotContain("http:", "https:", "src=", "<script", "url(", "@import");
    }

    @Test
    void saysWhatIsWrong() throws Exception {
        byte[] whole = Files.readAllBytes(file);
        Path cut = Files.write(folder.resolve("cut"), Arrays.copyOf(whole, whole.length - 1));
        assertThat(run(cut.toString())).isEqualTo(1);
        assertThat(err.toString()).endsWith("cut: damaged after 1 packet: it ends in the middle of a packet\n");
        assertThat(said()).contains("vxlan");
        err.reset();
        assertThat(run(folder.resolve("nothing").toString())).isEqualTo(1);
        assertThat(err.toString()).contains("nothing: no such file");
        err.reset();
        whole[20] = 113;
        assertThat(run(Files.write(folder.resolve("cooked"), whole).toString())).isEqualTo(1);
        assertThat(err.toString()).contains("link of type 113");
        err.reset();
        assertThat(run("--json", "--html", file.toString())).isEqualTo(2);
        assertThat(run("--keys", folder.resolve("none").toString(), file.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).contains("keys: ", "none: no such file");
    }
}
