package dev.culvert.lab;

import dev.culvert.observe.CaptureReader;
import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.dissect.Dissection;
import dev.culvert.observe.dissect.Dissector;
import dev.culvert.observe.dissect.EspKeyring;
import dev.culvert.observe.dissect.Field;
import dev.culvert.observe.view.LayerPage;
import dev.culvert.observe.view.Markup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/**
 * The lab's report as a page that needs nothing but itself, to read, to print and to hand out: the drawing, what was typed, for each
 * encapsulation the layers of one packet that really was on the wire, and what was measured.
 */
final class LabPage {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT);
    private static final double BAR = 420;
    private static final int BAR_HEIGHT = 22;
    private static final int LABELS = 110;
    private static final int FIGURES = 150;

    /** Pings are among the first packets of a capture. */
    private static final int LOOKED_AT = 2000;

    private final LabOptions options;
    private final Side left;
    private final Side right;
    private final List<LabResult> results;
    private final Markup page = new Markup();

    LabPage(LabOptions options, LabNetwork network, List<LabResult> results) {
        this.options = options;
        this.left = network.left();
        this.right = network.right();
        this.results = results;
    }

    /**
     * Writes {@code report.html} into the output folder.
     *
     * @return the file
     * @throws LabException if it cannot be written
     */
    Path write() throws LabException {
        Path file = options.out().resolve("report.html");
        try {
            return Files.writeString(file, text());
        } catch (IOException e) {
            throw new LabException("the report cannot be written: " + e.getMessage(), e);
        }
    }

    private String text() throws IOException {
        page.page("Culvert lab", LayerPage.style() + style()).open("main");
        page.element("h1", "One Layer 2 network across two boxes");
        page.element(
                "p",
                LocalDateTime.now(ZoneId.systemDefault()).format(DATE) + ". Two machines, " + left.guest() + " and "
                        + right.guest()
                        + ", each behind a box with a switch (" + options.left().title() + " and "
                        + options.right().title()
                        + "). The boxes reach each other over a routed network only; a tunnel makes the"
                        + " machines neighbours all the same.");
        drawing();
        page.element("h2", "What is typed in both boxes");
        commands(List.of(left, right), List.of("add-br %s", "add-port %s %s"));
        for (LabResult result : results) {
            encapsulation(result);
        }
        measured();
        return page.close().close().close() + "\n";
    }

    private void commands(List<Side> sides, List<String> lines) {
        StringBuilder text = new StringBuilder();
        for (Side side : sides) {
            for (String line : lines) {
                text.append(side.box())
                        .append("# ovs-vsctl ")
                        .append(line.formatted(side.bridge(), side.port()))
                        .append('\n');
            }
        }
        page.element("pre", text.toString(), "class", "typed");
    }

    private void encapsulation(LabResult result) throws IOException {
        Encapsulation encapsulation = result.encapsulation();
        page.open("section", "class", "encapsulation").element("h2", encapsulation.label());
        page.element(
                "pre",
                left.box() + "# ovs-vsctl " + String.join(" ", encapsulation.addPort(left, right.underlayAddress()))
                        + "\n" + right.box() + "# ovs-vsctl "
                        + String.join(" ", encapsulation.addPort(right, left.underlayAddress())),
                "class",
                "typed");
        Path capture = options.out().resolve(encapsulation.label() + ".pcapng");
        CapturedPacket packet = null;
        Dissection dissection = null;
        Dissector dissector = new Dissector(keyring(capture));
        try (CaptureReader reader = CaptureReader.open(Files.newInputStream(capture))) {
            for (CapturedPacket next = reader.next(); next != null && next.number() < LOOKED_AT; next = reader.next()) {
                Dissection layers = dissector.dissect(next.bytes());
                if (isEcho(layers)) {
                    packet = next;
                    dissection = layers;
                    break;
                }
            }
        }
        if (packet == null || dissection == null) {
            page.element("p", "No ping of this encapsulation is in the capture.");
        } else {
            page.element(
                    "p",
                    "A ping from " + left.guest() + " to " + right.guest()
                            + " as it crossed the network between the boxes: packet "
                            + packet.number() + " of " + capture.getFileName() + ", " + packet.bytes().length
                            + " bytes, of which "
                            + result.overhead()
                            + " are the tunnel's. A box is as wide as its header is long; open it for its fields.");
            page.add(LayerPage.picture(dissection, packet.bytes().length));
        }
        for (String failure : result.failures()) {
            page.element("p", failure, "class", "failure");
        }
        page.close();
    }

    /** The daemon's, where the lab had them given away. */
    private static EspKeyring keyring(Path capture) throws IOException {
        Path keys = Decryption.keys(capture).resolve("esp_sa");
        return Files.exists(keys) ? EspKeyring.read(keys) : EspKeyring.NONE;
    }

    private static boolean isEcho(Dissection dissection) {
        List<Field> fields = dissection.layers().stream()
                .filter(layer -> layer.protocol().equals("icmp"))
                .flatMap(layer -> layer.fields().stream())
                .toList();
        return fields.stream()
                .anyMatch(field ->
                        field.name().equals("icmp.type") && field.value().equals("8"));
    }

    private void measured() {
        page.element("h2", "What was measured");
        page.element(
                "p",
                "From " + left.guest() + " to " + right.guest() + " by ping and iperf3, " + options.seconds()
                        + " s each, all of it on one machine: the figures compare encapsulations, and are not those of network cards.");
        bars(
                "TCP",
                "Gb/s",
                "%.2f",
                result -> result.tcp() == null ? Double.NaN : result.tcp().gigabits());
        bars(
                "UDP, small datagrams",
                "packets/s",
                "%,.0f",
                result -> result.udp() == null ? Double.NaN : result.udp().rate());
        bars("Round trip, median", "ms", "%.3f", result -> result.small().quantileMillis(0.5));
        bars(
                "Overhead for each frame",
                "bytes",
                "%.0f",
                result -> result.overhead() < 0 ? Double.NaN : result.overhead());
        page.element(
                "pre",
                String.join("\n", new LabReport(results, options).table(true)).substring(1),
                "class",
                "table",
                "role",
                "region",
                "aria-label",
                "All figures",
                "tabindex", // wider than a narrow window, it is scrolled by keyboard too
                0);
    }

    private void bars(String title, String unit, String format, ToDoubleFunction<LabResult> figure) {
        double most = results.stream()
                .mapToDouble(figure)
                .filter(value -> value > 0)
                .max()
                .orElse(1);
        int height = results.size() * BAR_HEIGHT;
        page.element("h3", title);
        page.open(
                "svg",
                "class",
                "bars",
                "viewBox",
                "0 0 " + (int) (LABELS + BAR + FIGURES) + " " + height,
                "role",
                "img",
                "aria-label",
                title);
        int y = 0;
        for (LabResult result : results) {
            double value = figure.applyAsDouble(result);
            double width = value > 0 ? BAR * value / most : 0;
            page.element("text", result.encapsulation().label(), "x", LABELS - 8, "y", y + 15, "class", "label");
            page.leaf("rect", "x", LABELS, "y", y + 3, "width", width, "height", BAR_HEIGHT - 6, "class", "bar");
            String text = Double.isNaN(value) ? "-" : String.format(Locale.ROOT, format, value) + " " + unit;
            page.element("text", text, "x", LABELS + width + 6, "y", y + 15);
            y += BAR_HEIGHT;
        }
        page.close();
    }

    /** The same drawing as in the README. */
    private void drawing() {
        page.open(
                "svg",
                "class",
                "drawing",
                "viewBox",
                "0 0 760 330",
                "role",
                "img",
                "aria-label",
                "Two guests, each behind a box with a bridge; a tunnel joins the bridges");
        side(left, 30);
        side(right, 560);
        page.leaf("line", "x1", 200, "y1", 198, "x2", 560, "y2", 198, "class", "tunnel-line");
        page.element("text", "the tunnel: " + left.tunnel(), "x", 380, "y", 190, "class", "middle");
        page.element("text", "one Layer 2 network, 10.0.0.0/24", "x", 380, "y", 62, "class", "middle");
        page.leaf("path", "d", "M115 285 V310 H645 V285", "class", "cable");
        page.element("text", "a routed network", "x", 380, "y", 303, "class", "middle");
        page.close();
    }

    private void side(Side side, int x) {
        int middle = x + 85;
        page.leaf("rect", "x", x, "y", 20, "width", 170, "height", 60, "rx", 6, "class", "box guest");
        page.element("text", side.guest(), "x", middle, "y", 45, "class", "middle strong");
        page.element("text", side.guestAddress(), "x", middle, "y", 66, "class", "middle");
        page.leaf("line", "x1", middle, "y1", 80, "x2", middle, "y2", 175, "class", "cable");
        page.leaf("rect", "x", x, "y", 120, "width", 170, "height", 165, "rx", 6, "class", "box");
        page.element("text", side.box(), "x", x + 10, "y", 140, "class", "strong");
        page.element("text", side.port(), "x", middle + 8, "y", 162);
        page.leaf("rect", "x", middle - 45, "y", 175, "width", 90, "height", 46, "rx", 4, "class", "bridge");
        page.element("text", side.bridge(), "x", middle, "y", 203, "class", "middle strong");
        page.element(
                "text", side.underlayDevice() + " " + side.underlayAddress(), "x", middle, "y", 272, "class", "middle");
    }

    private static String style() throws IOException {
        return Markup.styleSheet(LabPage.class, "lab.css");
    }
}
