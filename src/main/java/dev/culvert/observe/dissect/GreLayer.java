package dev.culvert.observe.dissect;

import dev.culvert.packet.Ethernet;

/** GRE (RFC 2784) with key and sequence number (RFC 2890). */
final class GreLayer {
    private static final int BASE = 4;
    private static final int CHECKSUM = 0x8000;
    private static final int ROUTING = 0x4000;
    private static final int KEY = 0x2000;
    private static final int SEQUENCE = 0x1000;
    private static final int VERSION = 7;
    private static final int WORD = 4;

    private GreLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(BASE)) {
            walk.data("cut off in the GRE header");
            return;
        }
        int flags = walk.u16(0);
        int type = walk.u16(2);
        int length = BASE + words(flags) * WORD;
        if (walk.left() < length || (flags & (ROUTING | VERSION)) != 0) {
            walk.data(
                    (flags & (ROUTING | VERSION)) != 0
                            ? "GRE of another version, or with a route"
                            : "cut off in the GRE header");
            return;
        }
        Walk.Header header = walk.begin("gre", "Generic Routing Encapsulation")
                .bits("gre.flags_and_version", "Flags and version", 0, 2, flags, 4, "Which optional fields follow.")
                .flag("gre.flags.checksum", "Checksum", 0, 2, (flags & CHECKSUM) != 0, "Whether there is one.")
                .flag("gre.flags.key", "Key", 0, 2, (flags & KEY) != 0, "Whether there is one.")
                .flag(
                        "gre.flags.sequence_number",
                        "Sequence number",
                        0,
                        2,
                        (flags & SEQUENCE) != 0,
                        "Whether there is one.")
                .number("gre.flags.version", "Version", 0, 2, flags & VERSION, "0.")
                .bits("gre.proto", "Protocol type", 2, 2, type, 4, "What is inside: " + EthernetLayer.name(type) + ".");
        int at = BASE;
        if ((flags & CHECKSUM) != 0) {
            header.bits("gre.checksum", "Checksum", at, 2, walk.u16(at), 4, "Of this header and what is inside.");
            at += WORD;
        }
        if ((flags & KEY) != 0) {
            header.bits(
                    "gre.key",
                    "Key",
                    at,
                    WORD,
                    walk.u32(at),
                    8,
                    "Which of the tunnels between these two it belongs to.");
            at += WORD;
        }
        if ((flags & SEQUENCE) != 0) {
            header.number(
                    "gre.sequence_number", "Sequence number", at, WORD, walk.u32(at), "In which order they were sent.");
        }
        header.end(length);
        if (type == Ethernet.TYPE_TEB || type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6) {
            EthernetLayer.next(walk, type);
        } else {
            walk.data();
        }
    }

    private static int words(int flags) {
        return Integer.bitCount(flags & (CHECKSUM | KEY | SEQUENCE));
    }
}
