package dev.culvert.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.browser.Browser;
import dev.culvert.observe.dissect.TsharkOpinion;
import dev.culvert.observe.http.RawHttp;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;
import org.xml.sax.InputSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The lab as it is typed. Where it is the lab that is in question, genuine Open vSwitch is in its boxes: what is
 * measured there is known.
 */
@Isolated
@Timeout(300)
class LabIT {
    private static final String COMPLAINTS =
            "_ws.malformed || ip.checksum.status == 0 || udp.checksum.status == 0 || tcp.checksum.status == 0";

    private final String prefix = "it" + Long.toString(System.nanoTime() & 0xffffff, 36) + "-";

    @TempDir
    private Path folder;

    @AfterEach
    void nothingIsLeft() throws Exception {
        LabProcess.run(folder, "down", "--prefix", prefix);
        assertThat(namespaces()).isEmpty();
        assertThat(Path.of("/run/culvert-lab", prefix)).doesNotExist();
        assertThat(processes()).isEmpty();
    }

    @Test
    void measuresEveryEncapsulation() throws Exception {
        LabProcess lab = LabProcess.run(folder, options("ovs", "--seconds", "1", "--plain"));
        assertThat(lab.text().chars()).as("plain").allMatch(character -> character < 128);
        check(lab, 1450, 1450, 1450);
    }

    /** The main job: nobody lowers an MTU or turns an offload off, and packets of every size get through. */
    @Test
    void culvertCarriesEveryEncapsulation() throws Exception {
        check(
                LabProcess.run(folder, options("culvert", "--seconds", "1", "--encap", "gre,vxlan,geneve")),
                1462,
                1450,
                1450);
    }

    @Test
    void culvertAndOpenVswitchMeet() throws Exception {
        check(LabProcess.run(folder, options("culvert,ovs", "--seconds", "1")), 1450, 1450, 1450);
    }

    @Test
    void greOverIpsecIsSecretUntilItsKeysAreGivenAway() throws Exception {
        LabProcess lab = LabProcess.run(folder, options("culvert", "--seconds", "1", "--encap", "gre-ipsec"));
        assertThat(lab.status()).as(lab.text()).isZero();
        assertThat(lab.text())
                .contains("options:psk=", "in clear", "nothing: ", "IP / ESP / GRE / Ethernet / IP / ICMP")
                .contains("72 bytes added to each frame")
                .doesNotContain("others");
        String capture = out("gre-ipsec.pcapng").toString();
        assertThat(tshark(capture, "isakmp")).isGreaterThanOrEqualTo(4);
        assertThat(tshark(capture, "esp")).isGreaterThan(200);
        assertThat(tshark(capture, "gre || icmp.type == 8")).isZero();
        assertThat(tshark(capture, COMPLAINTS)).isZero();
        TsharkOpinion opinion = new TsharkOpinion(out("gre-ipsec-keys")).compare(Path.of(capture), 400);
        assertThat(opinion.complaints()).isEmpty();
        assertThat(opinion.agreed())
                .containsKeys("isakmp.ispi", "esp.iv", "esp.icv", "esp.protocol", "gre.proto", "icmp.seq");
        // the pre-shared key is the lab's and stands in its commands; the associations' keys are nobody's to see
        assertThat(report()).contains("decrypted: AES-GCM", "esp end", "options:psk=test123");
        lookAtReport();
        for (String line : Files.readAllLines(out("gre-ipsec-keys").resolve("esp_sa"))) {
            assertThat(report()).doesNotContain(line.split(",", -1)[5].replaceAll("[\"]|0x", ""));
        }
        JsonNode result = JsonMapper.builder()
                .build()
                .readTree(Files.readString(out("lab.json")))
                .path("results")
                .path(0);
        assertThat(result.path("effective_mtu_bytes").asInt()).isEqualTo(1428);
        assertThat(result.path("tcp_bits_per_second").asDouble()).isPositive();
    }

    private void check(LabProcess lab, int greMtu, int vxlanMtu, int geneveMtu) throws Exception {
        assertThat(lab.status()).as(lab.text()).isZero();
        JsonNode results = JsonMapper.builder()
                .build()
                .readTree(Files.readString(out("lab.json")))
                .path("results");
        assertThat(results).hasSize(3);
        List<Integer> overheads = new ArrayList<>();
        List<Integer> mtus = new ArrayList<>();
        for (JsonNode result : results) {
            assertThat(result.path("pings_sent").asInt()).isGreaterThan(100);
            assertThat(result.path("pings_answered")).isEqualTo(result.path("pings_sent"));
            assertThat(result.path("tcp_bits_per_second").asDouble()).isPositive();
            assertThat(result.path("udp_packets_per_second").asDouble()).isPositive();
            overheads.add(result.path("overhead_bytes").asInt());
            mtus.add(result.path("effective_mtu_bytes").asInt());
        }
        assertThat(overheads).containsExactly(38, 50, 50);
        assertThat(mtus).containsExactly(greMtu, vxlanMtu, geneveMtu);
        for (String name : List.of("gre", "vxlan", "geneve")) {
            assertThat(out(name + "-switches.txt")).content().contains("type: " + name, "OFPT_FEATURES_REPLY");
            String capture = out(name + ".pcapng").toString();
            assertThat(tshark(capture, name + " && icmp")).as("tunnelled pings").isGreaterThan(200);
            assertThat(tshark(capture, name + " && tcp")).as("tunnelled TCP").isGreaterThan(20);
            assertThat(tshark(capture, COMPLAINTS)).as("complaints").isZero();
            TsharkOpinion opinion = new TsharkOpinion(null).compare(Path.of(capture), 400);
            assertThat(opinion.complaints()).isEmpty();
            assertThat(opinion.agreed()).containsKeys(name + "." + (name.equals("gre") ? "proto" : "vni"), "icmp.seq");
        }
        String report = report();
        assertThat(report).contains("gre", "vxlan", "geneve", "VNI: 123", "type=geneve", "Round trip, median");
        assertThat(report.split("class=\"layers\"", -1))
                .as("pictures of packets")
                .hasSize(1 + 3);
        lookAtReport();
        assertThat(namespaces()).isEmpty();
    }

    /** The page, which is XML too, and has nothing that is somewhere else. */
    private String report() throws Exception {
        String report = Files.readString(out("report.html"));
        DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new InputSource(new StringReader(report.replace("<!DOCTYPE html>\n", ""))));
        assertThat(report).doesNotContain("http:", "https:", "src=", "<script", "url(", "@import");
        return report;
    }

    /** What a browser makes of the page, on screens and on paper. */
    private void lookAtReport() throws Exception {
        try (Browser browser = Browser.open()) {
            Path report = out("report.html");
            browser.show(report);
            assertThat(browser.violations()).as("all boxes shut").isEmpty();
            browser.colours("dark");
            browser.script("document.querySelectorAll('details').forEach(box => box.open = true)");
            assertThat(browser.violations()).as("dark, all boxes open").isEmpty();
            browser.window(360, 640);
            assertThat(browser.violations()).as("on a telephone").isEmpty();
            assertThat((Long) browser.script("return document.documentElement.scrollWidth"))
                    .as("to be scrolled one way only")
                    .isLessThanOrEqualTo(360);

            browser.paper("dark");
            assertThat(browser.style("body", "background-color")).isEqualTo("rgb(255, 255, 255)");
            assertThat(browser.style("svg .guest", "fill")).isEqualTo("rgb(220, 239, 220)");
            assertThat(browser.style(".bars", "print-color-adjust")).isEqualTo("exact");
            browser.script("document.querySelectorAll('details').forEach(box => box.open = false)");
            assertThat(Browser.pages(browser.pdf())).isBetween(1, 5);

            assertThat(browser.requests())
                    .isNotEmpty()
                    .containsOnly(report.toUri().toString());
            assertThat(browser.errors()).isEmpty();
        }
    }

    @Test
    void staysUntilItIsTakenDown() throws Exception {
        LabProcess lab = LabProcess.run(folder, options("ovs", "--seconds", "1", "--encap", "geneve", "--keep"));
        assertThat(lab.status()).as(lab.text()).isZero();
        assertThat(lab.text())
                .contains(
                        "The lab is up. Try:", "OVS_RUNDIR=/run/culvert-lab/" + prefix, "lab down --prefix " + prefix);
        assertThat(ping()).isZero();

        LabProcess down = LabProcess.run(folder, "down", "--prefix", prefix);
        assertThat(down.status()).as(down.text()).isZero();
        assertThat(namespaces()).isEmpty();
        assertThat(LabProcess.run(folder, "down", "--prefix", prefix).text()).contains("There is no lab up.");
    }

    @Test
    void showsBothBoxesOnAPageUntilItIsInterrupted() throws Exception {
        try (LabProcess lab =
                LabProcess.start(folder, options("culvert", "--seconds", "1", "--encap", "vxlan", "--web=0"))) {
            Pattern stays = Pattern.compile("The page stays at http://127\\.0\\.0\\.1:([0-9]+)/ until");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> stays.matcher(lab.text()).find());
            Matcher where = stays.matcher(lab.text());
            assertThat(where.find()).isTrue();
            InetSocketAddress page = new InetSocketAddress("127.0.0.1", Integer.parseInt(where.group(1)));
            assertThat(RawHttp.get(page, "/api/boxes", "").body())
                    .contains(prefix + "box1", prefix + "box2", "\"token\":");
            for (int box = 0; box < 2; box++) {
                assertThat(RawHttp.get(page, "/api/state?box=" + box, "").body())
                        .contains("\"remote\":\"192.168.56." + (12 - box) + "\"", "\"type\":\"vxlan\"");
                assertThat(RawHttp.get(page, "/api/events?after=0&box=" + box, "")
                                .body())
                        .as("notes were taken from the beginning on")
                        .contains("tun0 added");
            }
            new ProcessBuilder("kill", "-INT", Long.toString(lab.process().pid()))
                    .start()
                    .waitFor();
            assertThat(lab.await(Duration.ofSeconds(20))).isEqualTo(130);
        }
        assertThat(namespaces()).isEmpty();
        assertThat(processes()).isEmpty();
    }

    @Test
    void takesEverythingAwayWhenInterrupted() throws Exception {
        try (LabProcess lab = LabProcess.start(folder, options("ovs", "--seconds", "60", "--encap", "vxlan"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> lab.text().contains("capture"));
            new ProcessBuilder("kill", "-INT", Long.toString(lab.process().pid()))
                    .start()
                    .waitFor();
            assertThat(lab.await(Duration.ofSeconds(20))).isEqualTo(130);
        }
        assertThat(namespaces()).isEmpty();
        assertThat(processes()).isEmpty();
    }

    @Test
    void cleansUpAfterALabThatWasKilled() throws Exception {
        try (LabProcess lab = LabProcess.start(folder, options("ovs", "--seconds", "60", "--encap", "vxlan"))) {
            await().atMost(Duration.ofSeconds(60)).until(() -> lab.text().contains("capture"));

            LabProcess second = LabProcess.run(folder, options("ovs"));
            assertThat(second.status()).isEqualTo(1);
            assertThat(second.text())
                    .contains("a lab is running (process " + lab.process().pid() + ")");

            lab.process().destroyForcibly().waitFor();
        }
        assertThat(namespaces()).hasSize(4);
        assertThat(processes()).as("the switches at least").hasSizeGreaterThanOrEqualTo(4);
        assertThat(LabProcess.run(folder, "down", "--prefix", prefix).status()).isZero();
        assertThat(namespaces()).isEmpty();
    }

    @Test
    void leavesForeignNamespacesAlone() throws Exception {
        String foreign = prefix + "box2";
        run("ip", "netns", "add", foreign);
        try {
            long inode = LabStore.inode(foreign);
            LabProcess lab = LabProcess.run(folder, options("ovs"));
            assertThat(lab.status()).isEqualTo(1);
            assertThat(lab.text()).contains("there is a network namespace " + foreign + " already");
            assertThat(LabProcess.run(folder, "down", "--prefix", prefix).status())
                    .isZero();
            assertThat(LabStore.inode(foreign)).isEqualTo(inode);
        } finally {
            run("ip", "netns", "del", foreign);
        }
    }

    private String[] options(String kind, String... more) {
        String out = folder.resolve("out").toString();
        List<String> arguments = new ArrayList<>(List.of("--switch", kind, "--prefix", prefix, "--out", out));
        arguments.addAll(List.of(more));
        return arguments.toArray(String[]::new);
    }

    private Path out(String name) {
        return folder.resolve("out").resolve(name);
    }

    private List<String> namespaces() {
        return LabNetwork.of(prefix).existing();
    }

    private List<ProcessIdentity> processes() {
        return ProcessIdentity.withEnvironment("CULVERT_LAB=/run/culvert-lab/" + prefix);
    }

    private int ping() throws Exception {
        LabNetwork network = LabNetwork.of(prefix);
        return run(
                "ip",
                "netns",
                "exec",
                network.left().guest(),
                "ping",
                "-c",
                "2",
                "-i",
                "0.1",
                network.right().guestAddress());
    }

    private static int run(String... command) throws Exception {
        return new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start()
                .waitFor();
    }

    /** How many packets of a capture a display filter selects, with checksums verified. */
    private static long tshark(String file, String filter) throws Exception {
        List<String> line = new ArrayList<>(List.of("tshark", "-r", file, "-Y", filter));
        for (String protocol : List.of("ip", "udp", "tcp")) {
            line.addAll(List.of("-o", protocol + ".check_checksum:TRUE"));
        }
        Process process = new ProcessBuilder(line)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var lines = process.inputReader()) {
            return lines.lines().count();
        }
    }
}
