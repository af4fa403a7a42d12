package dev.culvert.observe.view;

import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.dissect.Dissection;
import dev.culvert.observe.dissect.Field;
import dev.culvert.observe.dissect.Layer;
import java.io.IOException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A page that needs nothing but itself: each packet as a row of boxes that are as wide as their headers are long, and behind each box
 * its bytes and fields. To read it takes no script: a box is a {@code details} element, which a keyboard opens as well.
 */
public final class LayerPage {
    /** Colours of layers, by protocol; all others have the last one. */
    private static final Map<String, String> KINDS = Map.ofEntries(
            Map.entry("eth", "link"),
            Map.entry("vlan", "link"),
            Map.entry("ieee8021ad", "link"),
            Map.entry("ip", "net"),
            Map.entry("ipv6", "net"),
            Map.entry("arp", "net"),
            Map.entry("udp", "port"),
            Map.entry("tcp", "port"),
            Map.entry("icmp", "port"),
            Map.entry("icmpv6", "port"),
            Map.entry("gre", "tunnel"),
            Map.entry("vxlan", "tunnel"),
            Map.entry("geneve", "tunnel"),
            Map.entry("esp", "secret"),
            Map.entry("isakmp", "secret"),
            Map.entry("udpencap", "secret"));

    /** So much of a long payload is drawn as it is; the rest is drawn as a mark, or nothing else could be seen. */
    private static final int DRAWN_MAX = 120;

    private static final int BYTES_MAX = 256;
    private static final int HOVER_MAX = 40;

    private final Markup page = new Markup();
    private int packets;

    /**
     * Begins a page.
     *
     * @param title what it is about
     * @throws IOException if the style sheet is not where it was built
     */
    public LayerPage(String title) throws IOException {
        page.page(title, style()).open("main").element("h1", title);
        page.element(
                "p",
                "Each packet from the outside in, to scale: a box is as wide as its header is long. Open a box for its bytes and"
                        + " fields; long payloads are cut short.");
    }

    /** Adds a packet. */
    public void add(CapturedPacket packet, Dissection dissection) {
        packets++;
        page.open("section", "class", "packet", "aria-label", "packet " + packet.number());
        page.open("h2").text("Packet " + packet.number() + ": " + dissection.protocols());
        page.element(
                "span",
                LayerText.length(packet) + (packet.port().isEmpty() ? "" : ", " + packet.port()),
                "class",
                "size");
        page.close();
        if (!packet.comment().isEmpty()) {
            page.element("p", packet.comment(), "class", "comment");
        }
        page.add(picture(dissection, packet.bytes().length)).close();
    }

    /** Adds a paragraph. */
    public void note(String text) {
        page.element("p", text);
    }

    /** How many packets it has. */
    public int packets() {
        return packets;
    }

    /** Ends the page. */
    public String text() {
        return page.close().close().close().toString() + "\n";
    }

    /** The boxes of one packet, for other pages too: they need {@link #style}. */
    public static Markup picture(Dissection dissection, int length) {
        Markup boxes = new Markup().open("div", "class", "layers");
        Map<String, Integer> seen = new HashMap<>();
        for (Layer layer : dissection.layers()) {
            int nth = seen.merge(layer.protocol(), 1, Integer::sum);
            box(boxes, layer, nth > 1, length);
        }
        List<Layer> trailers = dissection.layers().stream()
                .filter(layer -> layer.trailer() > 0)
                .toList()
                .reversed();
        for (Layer layer : trailers) {
            boxes.open("div", "class", "box trailer " + kind(layer), "style", "flex-grow:" + drawn(layer.trailer()));
            boxes.element("span", layer.protocol() + " end", "class", "name");
            boxes.element("span", Integer.toString(layer.trailer()), "class", "bytes")
                    .close();
        }
        return boxes.close();
    }

    private static void box(Markup boxes, Layer layer, boolean inner, int length) {
        String style = "flex-grow:" + drawn(layer.length());
        boxes.open("details", "class", "box " + kind(layer) + (inner ? " inner" : ""), "style", style);
        boxes.open("summary", "title", hover(layer, length));
        boxes.element("span", layer.protocol(), "class", "name");
        boxes.element("span", Integer.toString(layer.length()), "class", "bytes")
                .close();
        boxes.open("div", "class", "fields");
        boxes.element("h3", layer.title());
        boxes.element("p", summary(layer, length));
        boxes.element("pre", hex(layer));
        boxes.open("table").open("tbody");
        for (Field field : layer.fields()) {
            boxes.open("tr");
            boxes.open("th", "scope", "row").text(field.title());
            if (!field.name().isEmpty()) {
                boxes.element("code", field.name());
            }
            boxes.close();
            boxes.element("td", field.value(), "class", "value")
                    .element("td", field.meaning())
                    .close();
        }
        boxes.close().close().close().close();
    }

    private static String hover(Layer layer, int length) {
        StringBuilder text = new StringBuilder(layer.title()).append(": ").append(summary(layer, length));
        for (Field field : layer.fields()) {
            String value = field.value();
            text.append('\n').append(field.title()).append(": ");
            text.append(value.length() > HOVER_MAX ? value.substring(0, HOVER_MAX) + "…" : value);
        }
        return text.toString();
    }

    private static String summary(Layer layer, int length) {
        return LayerText.size(layer, length) + (layer.note().isEmpty() ? "" : "; " + layer.note());
    }

    private static int drawn(int length) {
        return Math.clamp(length, 1, DRAWN_MAX);
    }

    private static String kind(Layer layer) {
        return KINDS.getOrDefault(layer.protocol(), "data");
    }

    private static String hex(Layer layer) {
        int shown = Math.min(layer.length(), BYTES_MAX);
        String hex = HexFormat.ofDelimiter(" ").formatHex(layer.bytes(), layer.offset(), layer.offset() + shown);
        return shown < layer.length() ? hex + " …" : hex;
    }

    /**
     * The style sheet.
     *
     * @throws IOException if it is not where it was built
     */
    public static String style() throws IOException {
        return Markup.styleSheet(LayerPage.class, "layers.css");
    }
}
