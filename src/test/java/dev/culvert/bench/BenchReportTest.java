package dev.culvert.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import dev.culvert.lab.SwitchKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchReportTest {
    @TempDir
    private Path folder;

    private BenchReport report() {
        BenchOptions options = new BenchOptions(
                List.of(Encapsulation.GRE, Encapsulation.VXLAN),
                List.of(SwitchKind.OVS, SwitchKind.KERNEL),
                3,
                2,
                folder.resolve("out"));
        List<Trial> trials = new ArrayList<>();
        for (int round = 0; round < 2; round++) {
            double speed = 1.0 / (round + 1); // the machine gets slower, for all alike
            for (Encapsulation encapsulation : options.encapsulations()) {
                trials.add(new Trial(
                        encapsulation, SwitchKind.CULVERT, round, 5 * speed, 0.3, 90_000 * speed, 60, 90, 0.2));
                trials.add(
                        new Trial(encapsulation, SwitchKind.OVS, round, 0.5 * speed, 3, 45_000 * speed, 480, 900, 0.2));
            }
            trials.add(new Trial(
                    Encapsulation.VXLAN, SwitchKind.KERNEL, round, 10 * speed, 0.15, 75_000 * speed, 60, 70, 0.2));
        }
        List<Upkeep> upkeep = List.of(
                new Upkeep(SwitchKind.CULVERT, 0.9, 0.2, 90, 120, 0.4),
                new Upkeep(SwitchKind.OVS, 0.2, 0.01, 30, 31, 0.2),
                new Upkeep(SwitchKind.KERNEL, Double.NaN, 0.01, Double.NaN, Double.NaN, Double.NaN));
        return new BenchReport(options, 1450, trials, upkeep);
    }

    @Test
    void printsMediansAndPairedRatios() {
        String text = String.join("\n", report().lines(false));

        assertThat(text)
                .containsPattern("gre +Culvert +3.75 +0.30 +67,500 +60 +90\n")
                .containsPattern("Open vSwitch +gre +10.00 +0.10 +2.00 +0.13 +0.10\n")
                .containsPattern("kernel +vxlan +0.50 +2.00 +1.20 +1.00 +1.29\n")
                .doesNotContainPattern("gre +kernel|kernel +gre")
                .containsPattern("kernel +- +0.01 +- +- +-\n")
                .contains("20 % busy");
        assertThat(text.chars()).allMatch(character -> character < 128);
    }

    @Test
    void writesEveryTrial() throws Exception {
        Path file = report().write();
        JsonNode all = JsonMapper.builder().build().readTree(Files.readString(file));
        assertThat(all.path("trials")).hasSize(10);
        assertThat(all.path("upkeep")).hasSize(3);
        assertThat(all.path("ratios")).hasSize(3);
        assertThat(all.path("ratios").get(0).path("tcp").asDouble()).isEqualTo(10);
    }

    @Test
    void saysWhereItCannotWrite() throws Exception {
        Files.writeString(folder.resolve("out"), "a file where the folder should be");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> report().write())
                .isInstanceOf(LabException.class);
    }
}
