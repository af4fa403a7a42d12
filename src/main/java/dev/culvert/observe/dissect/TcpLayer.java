package dev.culvert.observe.dissect;

/** TCP (RFC 9293). */
final class TcpLayer {
    private static final int HEADER = 20;

    private TcpLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(HEADER)) {
            walk.data("cut off in the TCP header");
            return;
        }
        int length = (walk.u8(12) >> 4) * 4;
        if (length < HEADER || walk.left() < length) {
            walk.data("no TCP header, though it should be one");
            return;
        }
        int flags = walk.u16(12) & 0xfff;
        Walk.Header header = walk.begin("tcp", "Transmission Control Protocol")
                .number("tcp.srcport", "Source port", 0, 2, walk.u16(0), "Which program sent it.")
                .number("tcp.dstport", "Destination port", 2, 2, walk.u16(2), "Which program it is for.")
                .number(
                        "tcp.seq_raw",
                        "Sequence number",
                        4,
                        4,
                        walk.u32(4),
                        "The number of the first byte that is carried.")
                .number(
                        "tcp.ack_raw",
                        "Acknowledgment number",
                        8,
                        4,
                        walk.u32(8),
                        "The number of the byte that is expected next from the other.")
                .number("tcp.hdr_len", "Header length", 12, 1, length, "Bytes of this header, with options.")
                .bits("tcp.flags", "Flags", 12, 2, flags, 4, "Below, one by one.");
        flag(header, "ece", "ECN-Echo", flags, 0x40, "A packet came with a mark of congestion.");
        flag(header, "urg", "Urgent", flags, 0x20, "Whether the urgent pointer counts.");
        flag(header, "ack", "Acknowledgment", flags, 0x10, "Whether the acknowledgment number counts.");
        flag(header, "push", "Push", flags, 0x08, "The receiver should hand it on now.");
        flag(header, "reset", "Reset", flags, 0x04, "The connection is broken off.");
        flag(header, "syn", "Syn", flags, 0x02, "The connection begins.");
        flag(header, "fin", "Fin", flags, 0x01, "Nothing more comes from this side.");
        header.number(
                "tcp.window_size_value",
                "Window",
                14,
                2,
                walk.u16(14),
                "How much more may be sent, in units agreed on in the SYN.");
        header.bits("tcp.checksum", "Checksum", 16, 2, walk.u16(16), 4, "Of the addresses, this header and the data.");
        header.number("tcp.urgent_pointer", "Urgent pointer", 18, 2, walk.u16(18), "Where urgent data ends.");
        if (length > HEADER) {
            header.field(
                    "tcp.options",
                    "Options",
                    HEADER,
                    length - HEADER,
                    walk.hex(HEADER, length - HEADER, ":"),
                    "Such as the largest segment, time stamps, and what came out of order.");
        }
        header.end(length);
        walk.data();
    }

    private static void flag(Walk.Header header, String name, String title, int flags, int bit, String meaning) {
        int offset = 13;
        header.flag("tcp.flags." + name, title, offset, 1, (flags & bit) != 0, meaning);
    }
}
