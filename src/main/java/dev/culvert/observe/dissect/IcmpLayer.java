package dev.culvert.observe.dissect;

/** ICMP (RFC 792). */
final class IcmpLayer {
    private static final int HEADER = 8;
    private static final int ECHO_REPLY = 0;
    private static final int UNREACHABLE = 3;
    private static final int ECHO_REQUEST = 8;
    private static final int FRAGMENTATION_NEEDED = 4;

    private IcmpLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(HEADER)) {
            walk.data("cut off in ICMP");
            return;
        }
        int type = walk.u8(0);
        int code = walk.u8(1);
        Walk.Header header = walk.begin("icmp", "Internet Control Message Protocol")
                .number("icmp.type", "Type", 0, 1, type, type(type))
                .number(
                        "icmp.code",
                        "Code",
                        1,
                        1,
                        code,
                        type == UNREACHABLE && code == FRAGMENTATION_NEEDED
                                ? "It is too long, and may not be fragmented."
                                : "Which kind of it.")
                .bits("icmp.checksum", "Checksum", 2, 2, walk.u16(2), 4, "Of all of the message.");
        if (type == ECHO_REQUEST || type == ECHO_REPLY) {
            int id = walk.u16(4);
            int sequence = walk.u16(6);
            header.number("icmp.ident", "Identifier", 4, 2, id, "Which ping it belongs to.");
            header.number("icmp.seq", "Sequence number", 6, 2, sequence, "The how manieth.");
            header.end(HEADER);
            walk.data();
            return;
        }
        if (type == UNREACHABLE && code == FRAGMENTATION_NEEDED) {
            header.number(
                    "icmp.mtu", "MTU of the next hop", 6, 2, walk.u16(6), "The longest packet that goes that way.");
        }
        header.end(HEADER);
        boolean error = type == UNREACHABLE || type == 4 || type == 5 || type == 11 || type == 12;
        walk.data(error ? "the beginning of the packet that it is about" : "");
    }

    private static String type(int type) {
        return switch (type) {
            case ECHO_REPLY -> "The answer to a ping.";
            case ECHO_REQUEST -> "A ping.";
            case UNREACHABLE -> "A packet could not be delivered.";
            case 5 -> "There is a better way.";
            case 11 -> "A packet has made too many hops.";
            default -> "What the message is about.";
        };
    }
}
