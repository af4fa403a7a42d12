package dev.culvert.bench.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.bench.arm.ArmKind;
import dev.culvert.bench.arm.Conditions;
import dev.culvert.bench.arm.Study;
import dev.culvert.bench.arm.Subject;
import dev.culvert.bench.arm.Underlay;
import dev.culvert.bench.arm.Upkeep;
import dev.culvert.bench.trial.Ledger;
import dev.culvert.bench.trial.Metric;
import dev.culvert.bench.trial.Probe;
import dev.culvert.bench.trial.Trial;
import dev.culvert.lab.Encapsulation;
import dev.culvert.lab.LabException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchReportTest {
    private static final Conditions BUSY = new Conditions(0.2, 0.01);
    private static final Subject VXLAN = Subject.of(ArmKind.CULVERT, Encapsulation.VXLAN, Underlay.VETH);

    @TempDir
    private Path folder;

    private final Ledger ledger = new Ledger();

    private void tcp(Subject subject, int round, double gigabits) {
        Map<Metric, Double> values = Map.of(Metric.TCP, gigabits, Metric.CPU, 3 / gigabits);
        ledger.add(new Trial(subject, Probe.TCP, round, BUSY, values));
    }

    private void rtt(Subject subject, int round, double micros) {
        Map<Metric, Double> values =
                Map.of(Metric.RTT_P50, micros, Metric.RTT_P99, 9 * micros, Metric.RTT_P999, 90 * micros);
        ledger.add(new Trial(subject, Probe.RTT, round, BUSY, values));
    }

    /** A report with something of everything. */
    BenchReport report() {
        for (int round = 0; round < 4; round++) {
            double speed = 1.0 / (round + 1); // the machine gets slower, for all alike
            for (Encapsulation encapsulation : List.of(Encapsulation.GRE, Encapsulation.VXLAN)) {
                Subject culvert = Subject.of(ArmKind.CULVERT, encapsulation, Underlay.VETH);
                tcp(culvert, round, 12 * speed);
                rtt(culvert, round, 12);
                tcp(culvert.with(ArmKind.KERNEL), round, 8 * speed);
                rtt(culvert.with(ArmKind.KERNEL), round, 16);
                tcp(culvert.with(ArmKind.USERSPACE), round, 5 * speed);
                tcp(culvert.with(ArmKind.OVS), round, 0.5 * speed);
            }
            tcp(Subject.of(ArmKind.CULVERT, Encapsulation.VXLAN, Underlay.WIRE), round, 2);
            tcp(Subject.of(ArmKind.KERNEL, Encapsulation.VXLAN, Underlay.WIRE), round, 1);
            Subject many = Subject.grown(ArmKind.CULVERT, Study.TUNNELS, 10_000);
            tcp(many, round, 11.9 * speed);
            tcp(Subject.grown(ArmKind.CULVERT, Study.TUNNELS, 1), round, 12 * speed);
        }
        Subject many = Subject.grown(ArmKind.CULVERT, Study.TUNNELS, 10_000);
        ledger.add(new Trial(many, Probe.SETUP, 0, BUSY, Map.of(Metric.CONFIGURED, 12.5, Metric.MEMORY, 210.0)));
        Subject known = Subject.grown(ArmKind.CULVERT, Study.STATIONS, 1000);
        ledger.add(new Trial(known, Probe.FRAMES, 0, BUSY, Map.of(Metric.FRAMES, 66_000.0)));
        ledger.add(new Ledger.Failure(VXLAN.with(ArmKind.OVS), "RTT p50, idle, round 1", "no ping gets <through>"));
        List<Upkeep> upkeep = List.of(
                new Upkeep(ArmKind.CULVERT, 0.9, 0.2, 90, 120, 0.4),
                new Upkeep(ArmKind.KERNEL, Double.NaN, 0.01, Double.NaN, Double.NaN, Double.NaN));
        Scene scene = new Scene("2020-01-01T00:00:00Z", "Linux 6.18", "A & B", 2, "25", 4, 12, 4);
        return new BenchReport(scene, ledger, upkeep);
    }

    @Test
    void printsMediansRatiosAndAims() {
        String text = String.join("\n", report().lines(false));
        assertThat(text)
                .containsPattern("vxlan +Culvert +5.00 \\+-\\d+% +0.63 ")
                .containsPattern("vxlan +Culvert / kernel +1.50 \\(1.50-1.50\\) +0.67 .* +0.75 ")
                .containsPattern("vxlan, wire-like +Culvert / kernel +2.00 ")
                .containsPattern("Culvert +10,000 +12.50 +210 ")
                .containsPattern("TCP, vxlan, Culvert to kernel +met +at least 1.20 +1.50 +1.50 to 1.50\n")
                .containsPattern("RTT p50, vxlan, Culvert to kernel +not met +at most 0.60 +0.75 +0.75 to 0.75\n")
                .containsPattern("10,000 tunnels, configured +not met +at most 10.00 s +12.50 s ")
                .containsPattern("10,000 tunnels, TCP to that of one +met +at least 0.95 +0.99 ")
                .containsPattern("kernel +- +0.01 +- +- +-\n")
                .contains("20 % busy")
                .contains("Failed: Open vSwitch, vxlan")
                .doesNotContain("NaN", "wireguard");
        assertThat(text.chars()).allMatch(character -> character < 128);
    }

    @Test
    void writesEveryTrial() throws Exception {
        Path file = report().write(folder.resolve("out"));
        JsonNode all = JsonMapper.builder().build().readTree(Files.readString(file));
        assertThat(all.path("trials")).hasSize(ledger.trials().size());
        assertThat(all.path("trials").get(0).path("other_load").asDouble()).isEqualTo(0.2);
        assertThat(all.path("failures")).hasSize(1);
        JsonNode ratio = null;
        for (JsonNode each : all.path("ratios")) {
            if (each.path("to").asString().equals("kernel")
                    && each.path("figure").asString().equals("tcp")
                    && each.path("arm").asString().equals("Culvert")
                    && each.path("encapsulation").asString().equals("gre")) {
                ratio = each;
            }
        }
        assertThat(ratio).isNotNull();
        assertThat(ratio.path("median").asDouble()).isEqualTo(1.5);
        assertThat(ratio.path("pairs").asInt()).isEqualTo(4);
        assertThat(all.path("aims")).hasSize(Aims.all().size());
        assertThat(all.path("aims").get(0).path("met").asBoolean()).isTrue();
        JsonNode encrypted = all.path("aims").get(Aims.all().size() - 5);
        assertThat(encrypted.path("aim").asString()).contains("wireguard-go");
        assertThat(encrypted.path("met").isNull()).as("not measured").isTrue();
        assertThat(Files.readString(file)).doesNotContain("NaN");
    }

    @Test
    void drawsAPageThatStandsAlone() throws Exception {
        report().write(folder);
        String page = Files.readString(folder.resolve("bench.html"));
        Document document = DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(page)));
        assertThat(document.getElementsByTagName("svg").getLength()).isGreaterThan(8);
        assertThat(texts(document, "h2")).contains("What is to be reached", "More tunnels", "More stations");
        assertThat(texts(document, "li"))
                .containsExactly("Open vSwitch, vxlan, RTT p50, idle, round 1: no ping gets <through>");
        for (String attribute : List.of("src", "href", "xlink:href")) {
            assertThat(page).doesNotContain(" " + attribute + "=");
        }
        assertThat(page).doesNotContain("url(", "@import", "http:", "https:", "NaN", "Infinity", "<script");
        assertThat(page).contains("prefers-color-scheme: dark", "@media print");
    }

    @Test
    void drawsNothingOutOfNothing() throws Exception {
        BenchReport empty = new BenchReport(Scene.now(1, 1, 1), new Ledger(), List.of());
        empty.write(folder);
        assertThat(Files.readString(folder.resolve("bench.html"))).doesNotContain("<svg");
        assertThat(empty.lines(true)).isNotEmpty();
    }

    @Test
    void saysWhereItCannotWrite() throws Exception {
        Path file = folder.resolve("out");
        Files.writeString(file, "a file where the folder should be");
        assertThatThrownBy(() -> report().write(file)).isInstanceOf(LabException.class);
    }

    private static List<String> texts(Document document, String tag) {
        NodeList nodes = document.getElementsByTagName(tag);
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < nodes.getLength(); i++) {
            texts.add(nodes.item(i).getTextContent());
        }
        return texts;
    }
}
