package dev.culvert.observe.dissect;

import dev.culvert.packet.Ethernet;

/** Geneve (RFC 8926). */
final class GeneveLayer {
    private static final int HEADER = 8;
    private static final int OPTION = 4;
    private static final int UNIT = 4;

    private GeneveLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(HEADER)) {
            walk.data("cut off in the Geneve header");
            return;
        }
        int options = (walk.u8(0) & 0x3f) * UNIT;
        int length = HEADER + options;
        if (walk.u8(0) >> 6 != 0 || walk.left() < length) {
            walk.data(walk.left() < length ? "cut off in the Geneve header" : "Geneve of another version");
            return;
        }
        int flags = walk.u8(1);
        int type = walk.u16(2);
        Walk.Header header = walk.begin("geneve", "Generic Network Virtualization Encapsulation")
                .number("geneve.version", "Version", 0, 1, 0, "0.")
                .number(
                        "geneve.option.length",
                        "Options' length",
                        0,
                        1,
                        options,
                        "Bytes of options behind the fixed eight.")
                .bits("geneve.flags", "Flags", 1, 1, flags, 2, "Two are in use.")
                .flag(
                        "geneve.flags.oam",
                        "Operations",
                        1,
                        1,
                        (flags & 0x80) != 0,
                        "A message about the tunnel, and no frame.")
                .flag(
                        "geneve.flags.critical",
                        "Critical options",
                        1,
                        1,
                        (flags & 0x40) != 0,
                        "Who does not understand all options has to drop it.")
                .bits(
                        "geneve.proto_type",
                        "Protocol type",
                        2,
                        2,
                        type,
                        4,
                        "What is inside: " + EthernetLayer.name(type) + ".")
                .bits("geneve.vni", "VNI", 4, 3, walk.u24(4), 6, "Which of 16 million networks the frame belongs to.");
        options(walk, header, length);
        header.end(length);
        if (type == Ethernet.TYPE_TEB || type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6) {
            EthernetLayer.next(walk, type);
        } else {
            walk.data();
        }
    }

    private static void options(Walk walk, Walk.Header header, int end) {
        for (int at = HEADER; at + OPTION <= end; ) {
            int data = (walk.u8(at + 3) & 0x1f) * UNIT;
            if (at + OPTION + data > end) {
                header.note("an option is longer than all of them");
                return;
            }
            int kind = walk.u8(at + 2);
            header.bits("geneve.option.class", "Option class", at, 2, walk.u16(at), 4, "Whose option it is.");
            header.bits(
                    "geneve.option.type",
                    "Option type",
                    at + 2,
                    1,
                    kind,
                    2,
                    "Which of them; from 0x80 on they are critical.");
            header.number("geneve.option.length", "Option length", at + 3, 1, OPTION + data, "Bytes of this option.");
            if (data > 0) {
                header.field(
                        "geneve.option.unknown.data",
                        "Option data",
                        at + OPTION,
                        data,
                        walk.hex(at + OPTION, data, ":"),
                        "What it says.");
            }
            at += OPTION + data;
        }
    }
}
