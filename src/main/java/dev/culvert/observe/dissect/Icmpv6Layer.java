package dev.culvert.observe.dissect;

/** ICMPv6 (RFC 4443) with the questions and answers of neighbour discovery (RFC 4861). */
final class Icmpv6Layer {
    private static final int HEADER = 4;
    private static final int ECHO = 8;
    private static final int TOO_BIG = 2;
    private static final int ECHO_REQUEST = 128;
    private static final int ECHO_REPLY = 129;
    private static final int SOLICITATION = 135;
    private static final int ADVERTISEMENT = 136;
    private static final int NEIGHBOUR = 24;

    private Icmpv6Layer() {}

    static void dissect(Walk walk) {
        if (!walk.has(HEADER)) {
            walk.data("cut off in ICMPv6");
            return;
        }
        int type = walk.u8(0);
        Walk.Header header = walk.begin("icmpv6", "Internet Control Message Protocol v6")
                .number("icmpv6.type", "Type", 0, 1, type, type(type))
                .number("icmpv6.code", "Code", 1, 1, walk.u8(1), "Which kind of it.")
                .bits(
                        "icmpv6.checksum",
                        "Checksum",
                        2,
                        2,
                        walk.u16(2),
                        4,
                        "Of the message, the addresses and the length.");
        int length = HEADER;
        if ((type == ECHO_REQUEST || type == ECHO_REPLY) && walk.has(ECHO)) {
            header.bits("icmpv6.echo.identifier", "Identifier", 4, 2, walk.u16(4), 4, "Which ping it belongs to.");
            header.number("icmpv6.echo.sequence_number", "Sequence number", 6, 2, walk.u16(6), "The how manieth.");
            length = ECHO;
        } else if (type == TOO_BIG && walk.has(ECHO)) {
            header.number("icmpv6.mtu", "MTU", 4, 4, walk.u32(4), "The longest packet that goes that way.");
            length = ECHO;
        } else if (type == SOLICITATION && walk.has(NEIGHBOUR)) {
            header.field(
                    "icmpv6.nd.ns.target_address", "Target", 8, 16, walk.ipv6(8), "Whose link address is asked for.");
            length = NEIGHBOUR;
        } else if (type == ADVERTISEMENT && walk.has(NEIGHBOUR)) {
            header.field(
                    "icmpv6.nd.na.target_address", "Target", 8, 16, walk.ipv6(8), "Whose link address this tells.");
            length = NEIGHBOUR;
        }
        header.end(length);
        walk.data();
    }

    private static String type(int type) {
        return switch (type) {
            case 1 -> "A packet could not be delivered.";
            case TOO_BIG -> "A packet is too long for the way.";
            case 3 -> "A packet has made too many hops.";
            case ECHO_REQUEST -> "A ping.";
            case ECHO_REPLY -> "The answer to a ping.";
            case 133 -> "Who is a router here?";
            case 134 -> "I am a router.";
            case SOLICITATION -> "A question: who has this address?";
            case ADVERTISEMENT -> "An answer: I have it.";
            case 143 -> "Which groups I listen to.";
            default -> "What the message is about.";
        };
    }
}
