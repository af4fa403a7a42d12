package dev.culvert.observe.dissect;

/** ESP (RFC 4303). With its keys, what is inside; they are tried until the packet's integrity check value is right. */
final class EspLayer {
    private static final int TRAILER = 2;

    private EspLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(EspCipher.START)) {
            walk.data("cut off in ESP");
            return;
        }
        int spi = (int) walk.u32(0);
        for (EspCipher cipher : walk.keys().of(spi)) {
            if (open(walk, cipher)) {
                return;
            }
        }
        boolean known = !walk.keys().of(spi).isEmpty();
        start(walk).end(EspCipher.START);
        walk.data(known ? "encrypted, and not with the keys that are known for this SPI" : "encrypted");
    }

    private static Walk.Header start(Walk walk) {
        return walk.begin("esp", "Encapsulating Security Payload")
                .bits("esp.spi", "SPI", 0, 4, walk.u32(0), 8, "Which association's keys it is protected by.")
                .number(
                        "esp.sequence",
                        "Sequence number",
                        4,
                        4,
                        walk.u32(4),
                        "Higher with each packet: one that comes twice is dropped.");
    }

    private static boolean open(Walk walk, EspCipher cipher) {
        int header = EspCipher.START + cipher.iv();
        int text = walk.left() - header - cipher.icv();
        if (text < TRAILER) {
            return false;
        }
        byte[] packet = walk.bytes().clone();
        if (!cipher.open(packet, walk.at(), walk.at() + walk.left())) {
            return false;
        }
        Walk open = walk.inside(packet, walk.at(), walk.at() + walk.left());
        int end = header + text;
        int padding = open.u8(end - TRAILER);
        int next = open.u8(end - 1);
        int payload = text - TRAILER - padding;
        if (payload < 0) {
            start(open).note("genuine, but it has more padding than text").end(header);
            return true;
        }
        Walk.Header fields = start(open);
        fields.field(
                "esp.iv",
                "IV",
                EspCipher.START,
                cipher.iv(),
                open.hex(EspCipher.START, cipher.iv(), ":"),
                "Different in each packet, so that equal content is encrypted differently.");
        if (padding > 0) {
            fields.field(
                    "esp.pad",
                    "Padding",
                    end - TRAILER - padding,
                    padding,
                    open.hex(end - TRAILER - padding, padding, ":"),
                    "So that what is encrypted is whole blocks.");
        }
        fields.number("esp.pad_len", "Padding's length", end - TRAILER, 1, padding, "How much of that there is.");
        fields.bits("esp.protocol", "Next header", end - 1, 1, next, 2, "What is inside: " + IpFields.name(next) + ".");
        fields.field(
                "esp.icv",
                "Integrity check value",
                end,
                cipher.icv(),
                open.hex(end, cipher.icv(), ":"),
                "Right only if who has the keys made it, and nobody has changed it.");
        fields.note("decrypted: " + cipher);
        fields.trailer(padding + TRAILER + cipher.icv());
        fields.end(header);
        open.limit(payload);
        IpFields.next(open, next);
        return true;
    }
}
