package dev.culvert.observe.dissect;

/** IKEv2's header (RFC 7296 section 3.1). */
final class IkeLayer {
    private static final int HEADER = 28;

    private IkeLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(HEADER)) {
            walk.data("cut off in IKE's header");
            return;
        }
        int exchange = walk.u8(18);
        int flags = walk.u8(19);
        walk.begin("isakmp", "Internet Key Exchange")
                .field(
                        "isakmp.ispi",
                        "Initiator's SPI",
                        0,
                        8,
                        walk.hex(0, 8, ":"),
                        "The association's name, half of it.")
                .field(
                        "isakmp.rspi",
                        "Responder's SPI",
                        8,
                        8,
                        walk.hex(8, 8, ":"),
                        "The other half; zeros until the responder has chosen it.")
                .number(
                        "isakmp.nextpayload",
                        "Next payload",
                        16,
                        1,
                        walk.u8(16),
                        walk.u8(16) == 46 ? "All that follows is encrypted." : "What comes first behind this header.")
                .bits("isakmp.version", "Version", 17, 1, walk.u8(17), 2, "2.0 for IKEv2.")
                .number("isakmp.exchangetype", "Exchange type", 18, 1, exchange, exchange(exchange))
                .bits(
                        "isakmp.flags",
                        "Flags",
                        19,
                        1,
                        flags,
                        2,
                        ((flags & 0x20) != 0 ? "An answer" : "A question")
                                + ((flags & 8) != 0 ? " of who began." : " of who did not begin."))
                .bits("isakmp.messageid", "Message ID", 20, 4, walk.u32(20), 8, "An answer has its question's.")
                .number("isakmp.length", "Length", 24, 4, walk.u32(24), "Bytes of the message.")
                .end(HEADER);
        walk.data("payloads");
    }

    private static String exchange(int type) {
        return switch (type) {
            case 34 -> "IKE_SA_INIT: algorithms, and the shared secret.";
            case 35 -> "IKE_AUTH: who are you, and the first association.";
            case 36 -> "CREATE_CHILD_SA: another association, or fresh keys.";
            case 37 -> "INFORMATIONAL: something ends, or are you there?";
            default -> "What is talked about.";
        };
    }
}
