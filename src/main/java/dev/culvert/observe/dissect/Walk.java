package dev.culvert.observe.dissect;

import dev.culvert.packet.IpAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;

/**
 * A packet while it is being looked at: what is left of it, and the layers that were found. A protocol takes its header
 * with {@link #begin} to {@link Header#end}, and what is left is the next one's. Nothing here reads outside of what is left.
 */
final class Walk {
    /** Deeper is nobody's packet, but somebody's attempt. */
    private static final int LAYERS_MAX = 40;

    private final List<Layer> layers;
    private final EspKeyring keys;
    private final byte[] bytes;
    private int at;
    private int end;

    Walk(byte[] bytes, EspKeyring keys) {
        this(bytes, 0, bytes.length, new ArrayList<>(), keys);
    }

    private Walk(byte[] bytes, int at, int end, List<Layer> layers, EspKeyring keys) {
        this.bytes = bytes;
        this.at = at;
        this.end = end;
        this.layers = layers;
        this.keys = keys;
    }

    /** Goes on in other bytes, which were decrypted from these. */
    Walk inside(byte[] other, int from, int to) {
        return new Walk(other, from, to, layers, keys);
    }

    List<Layer> layers() {
        return layers;
    }

    EspKeyring keys() {
        return keys;
    }

    /** Bytes that are left. */
    int left() {
        return end - at;
    }

    int at() {
        return at;
    }

    byte[] bytes() {
        return bytes;
    }

    /** Whether another layer may be looked for, and so many bytes of it are there. */
    boolean has(int length) {
        return left() >= length && layers.size() < LAYERS_MAX;
    }

    /** Leaves out what is behind so many bytes, such as Ethernet's padding; returns how many those are. */
    int limit(int length) {
        int behind = Math.max(0, left() - length);
        end -= behind;
        return behind;
    }

    int u8(int offset) {
        return bytes[at + offset] & 0xff;
    }

    int u16(int offset) {
        return u8(offset) << 8 | u8(offset + 1);
    }

    int u24(int offset) {
        return u16(offset) << 8 | u8(offset + 2);
    }

    long u32(int offset) {
        return (long) u16(offset) << 16 | u16(offset + 2);
    }

    private long u64(int offset) {
        return u32(offset) << 32 | u32(offset + 4);
    }

    /** Begins a layer with a header of at least so many bytes, which are there. */
    Header begin(String protocol, String title) {
        return new Header(protocol, title);
    }

    /** All that is left is nobody's header. */
    void data() {
        data("");
    }

    /** The same, and says why. */
    void data(String note) {
        if (left() > 0 || !note.isEmpty()) {
            Header header = begin("data", "Data");
            if (left() > 0) {
                header.field(
                        "data.data",
                        "Data",
                        0,
                        left(),
                        hex(0, left(), ":"),
                        "What is carried, which no protocol known here has made.");
            }
            header.note(note).end(left());
        }
    }

    String mac(int offset) {
        return hex(offset, 6, ":");
    }

    String ipv4(int offset) {
        return u8(offset) + "." + u8(offset + 1) + "." + u8(offset + 2) + "." + u8(offset + 3);
    }

    String ipv6(int offset) {
        return new IpAddress(u64(offset), u64(offset + 8)).ipv6Text();
    }

    String hex(int offset, int length, String between) {
        return HexFormat.ofDelimiter(between).formatHex(bytes, at + offset, at + offset + length);
    }

    /** As Wireshark writes numbers that are looked at by their bits. */
    static String hex(long value, int digits) {
        return "0x" + String.format(Locale.ROOT, "%0" + digits + "x", value);
    }

    /** A layer that is being described. Offsets are from its beginning. */
    final class Header {
        private final String protocol;
        private final String title;
        private final List<Field> fields = new ArrayList<>();
        private String note = "";
        private int trailer;

        private Header(String protocol, String title) {
            this.protocol = protocol;
            this.title = title;
        }

        Header field(String name, String called, int offset, int length, String value, String meaning) {
            fields.add(new Field(name, called, at + offset, length, value, meaning));
            return this;
        }

        Header number(String name, String called, int offset, int length, long value, String meaning) {
            return field(name, called, offset, length, Long.toString(value), meaning);
        }

        Header bits(String name, String called, int offset, int length, long value, int digits, String meaning) {
            return field(name, called, offset, length, hex(value, digits), meaning);
        }

        /** A bit of a field. */
        Header flag(String name, String called, int offset, int length, boolean set, String meaning) {
            return field(name, called, offset, length, set ? "1" : "0", meaning);
        }

        Header note(String text) {
            note = text;
            return this;
        }

        /** Bytes behind all layers inside. */
        Header trailer(int length) {
            trailer = length;
            return this;
        }

        /** Ends the header: what is behind so many bytes is the next one's. */
        void end(int length) {
            layers.add(new Layer(protocol, title, bytes, at, length, trailer, List.copyOf(fields), note));
            at += length;
        }
    }
}
