package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.lab.LabNetwork;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The bench from its command line to its page, as short as it can be. */
@Isolated
@Timeout(900)
class BenchIT {
    @TempDir
    private Path folder;

    private String run(String... arguments) {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(text, true, StandardCharsets.UTF_8)) {
            int status = new BenchProgram().run(arguments, out, out);
            assertThat(status).as(text.toString(StandardCharsets.UTF_8)).isZero();
        }
        return text.toString(StandardCharsets.UTF_8);
    }

    @Test
    void comparesSwitches() throws Exception {
        String text = run(
                "--encap",
                "vxlan",
                "--figures",
                "all",
                "--seconds",
                "1",
                "--rounds",
                "1",
                "--more-rounds",
                "1",
                "--arms",
                "bare,culvert,kernel",
                "--prefix",
                "bit1-",
                "--plain",
                "--out",
                folder.toString());

        assertThat(text)
                .containsPattern("vxlan +Culvert +\\d+\\.\\d\\d ")
                .containsPattern("vxlan +kernel +\\d+\\.\\d\\d ")
                .containsPattern("TCP, vxlan, Culvert to kernel +(not )?met.* +at least 1.20 +\\d")
                .containsPattern("Culvert +0\\.\\d\\d|Culvert +\\d\\.\\d\\d");
        JsonNode all = JsonMapper.builder().build().readTree(Files.readString(folder.resolve("bench.json")));
        assertThat(all.path("trials")).hasSize(3 * 8);
        for (JsonNode trial : all.path("trials")) {
            assertThat(trial.path("values")).as(trial.toString()).isNotEmpty();
            assertThat(trial.path("other_load").asDouble()).isBetween(0.0, 1.0);
        }
        for (JsonNode median : all.path("medians")) {
            boolean share = median.path("unit").asString().equals("%");
            assertThat(median.path("median").asDouble()).as(median.toString()).isBetween(share ? 0 : 1e-6, 1e9);
        }
        assertThat(Files.readString(folder.resolve("bench.html"))).contains("<svg", "</html>");
        nothingIsLeft("bit1-");
    }

    @Test
    void growsWithTunnelsAndStations() throws Exception {
        run(
                "--encap",
                "vxlan",
                "--figures",
                "tcp,stations",
                "--seconds",
                "1",
                "--rounds",
                "1",
                "--more-rounds",
                "1",
                "--arms",
                "culvert,kernel",
                "--tunnels",
                "1,20",
                "--stations",
                "500",
                "--underlay",
                "wire",
                "--prefix",
                "bit2-",
                "--plain",
                "--out",
                folder.toString());

        JsonNode all = JsonMapper.builder().build().readTree(Files.readString(folder.resolve("bench.json")));
        int configured = 0;
        int learned = 0;
        for (JsonNode trial : all.path("trials")) {
            JsonNode values = trial.path("values");
            if (trial.path("tunnels").asInt() == 20 && values.has("configured")) {
                configured++;
                assertThat(values.path("configured").asDouble()).isBetween(0.001, 60.0);
            }
            if (trial.path("stations").asInt() == 500 && values.has("learned")) {
                learned++;
                assertThat(values.path("learned").asInt()).isBetween(500, 510);
            }
        }
        assertThat(configured).isEqualTo(2);
        assertThat(learned).isEqualTo(2);
        assertThat(Files.readString(folder.resolve("bench.html"))).contains("More tunnels", "More stations");
        nothingIsLeft("bit2-");
    }

    private static void nothingIsLeft(String prefix) {
        for (String arm : List.of("bare-", "culvert-", "kernel-", "ovs-")) {
            assertThat(LabNetwork.of(prefix + arm).existing()).isEmpty();
        }
    }
}
