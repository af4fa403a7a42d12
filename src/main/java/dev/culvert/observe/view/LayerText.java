package dev.culvert.observe.view;

import dev.culvert.observe.CapturedPacket;
import dev.culvert.observe.dissect.Dissection;
import dev.culvert.observe.dissect.Field;
import dev.culvert.observe.dissect.Layer;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;
import java.util.Locale;

/** A packet as indented text. */
public final class LayerText {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.nnnnnnnnn", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final int ROW = 16;

    /** A field's value that is longer is cut, for its bytes are above it. */
    private static final int VALUE_MAX = 47;

    private LayerText() {}

    /** All layers with their bytes and fields. */
    public static String of(CapturedPacket packet, Dissection dissection) {
        StringBuilder text = new StringBuilder(line(packet, dissection));
        if (!packet.comment().isEmpty()) {
            text.append("  comment: ").append(printable(packet.comment())).append('\n');
        }
        for (Layer layer : dissection.layers()) {
            text.append(String.format(Locale.ROOT, "  %s, %s%n", layer.title(), size(layer, packet.bytes().length)));
            if (!layer.note().isEmpty()) {
                text.append("    (").append(layer.note()).append(")\n");
            }
            bytes(text, layer);
            for (Field field : layer.fields()) {
                String value = field.value();
                text.append(String.format(
                        Locale.ROOT,
                        "    %-24s %-30s %-18s %s%n",
                        field.title(),
                        field.name(),
                        value.length() > VALUE_MAX ? value.substring(0, VALUE_MAX - 1) + "…" : value,
                        field.meaning()));
            }
        }
        return text.append('\n').toString();
    }

    /** A packet in one line. */
    public static String line(CapturedPacket packet, Dissection dissection) {
        Instant time = Instant.ofEpochSecond(packet.nanos() / 1_000_000_000L, packet.nanos() % 1_000_000_000L);
        return String.format(
                Locale.ROOT,
                "%d  %s%s  %s  %s%n",
                packet.number(),
                TIME.format(time),
                packet.port().isEmpty() ? "" : "  " + printable(packet.port()),
                length(packet),
                dissection.protocols());
    }

    static String length(CapturedPacket packet) {
        int captured = packet.bytes().length;
        return packet.originalLength() > captured
                ? packet.originalLength() + " bytes, " + captured + " captured"
                : captured + " bytes";
    }

    /** How long a layer is, and how much of its packet's {@code all} bytes. */
    static String size(Layer layer, int all) {
        String share =
                String.format(Locale.ROOT, ", %.1f %% of the packet", 100.0 * layer.overhead() / Math.max(1, all));
        return layer.trailer() == 0
                ? layer.length() + " bytes" + share
                : layer.length() + " bytes in front and " + layer.trailer() + " behind" + share;
    }

    private static void bytes(StringBuilder text, Layer layer) {
        HexFormat hex = HexFormat.ofDelimiter(" ");
        int end = layer.offset() + layer.length();
        for (int at = layer.offset(); at < end; at += ROW) {
            text.append(String.format(
                    Locale.ROOT, "    %04x  %s%n", at, hex.formatHex(layer.bytes(), at, Math.min(end, at + ROW))));
        }
    }

    /** What a capture says may have anything in it, and a terminal obeys. */
    public static String printable(String text) {
        StringBuilder safe = new StringBuilder();
        text.codePoints().forEach(c -> safe.appendCodePoint(Character.isISOControl(c) ? '\ufffd' : c));
        return safe.toString();
    }
}
