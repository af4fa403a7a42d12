package dev.culvert.observe.dissect;

import dev.culvert.packet.Ethernet;

/** ARP for IPv4 over Ethernet (RFC 826). */
final class ArpLayer {
    private static final int LENGTH = 28;

    private ArpLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(LENGTH)) {
            walk.data("cut off in ARP");
            return;
        }
        if (walk.u16(0) != 1 || walk.u16(2) != Ethernet.TYPE_IPV4 || walk.u8(4) != 6 || walk.u8(5) != 4) {
            walk.data("ARP for something else than IPv4 over Ethernet");
            return;
        }
        int operation = walk.u16(6);
        walk.begin("arp", "Address Resolution Protocol")
                .number("arp.hw.type", "Hardware type", 0, 2, 1, "Which kind of link: 1 is Ethernet.")
                .bits(
                        "arp.proto.type",
                        "Protocol type",
                        2,
                        2,
                        Ethernet.TYPE_IPV4,
                        4,
                        "Whose addresses are asked for: IPv4's.")
                .number("arp.hw.size", "Hardware size", 4, 1, 6, "Bytes of a link address.")
                .number("arp.proto.size", "Protocol size", 5, 1, 4, "Bytes of a protocol address.")
                .number(
                        "arp.opcode",
                        "Operation",
                        6,
                        2,
                        operation,
                        operation == 1
                                ? "A question: who has the target's address?"
                                : operation == 2
                                        ? "An answer: the sender has its address."
                                        : "Neither question nor answer.")
                .field("arp.src.hw_mac", "Sender's link address", 8, 6, walk.mac(8), "Who asks or answers.")
                .field(
                        "arp.src.proto_ipv4",
                        "Sender's IP address",
                        14,
                        4,
                        walk.ipv4(14),
                        "Its IP address, which the others may note.")
                .field(
                        "arp.dst.hw_mac",
                        "Target's link address",
                        18,
                        6,
                        walk.mac(18),
                        "Who is asked: zeros, as that is the question.")
                .field(
                        "arp.dst.proto_ipv4",
                        "Target's IP address",
                        24,
                        4,
                        walk.ipv4(24),
                        "Whose link address is asked for.")
                .note(walk.left() > LENGTH ? "then " + (walk.left() - LENGTH) + " bytes of padding" : "")
                .end(LENGTH);
    }
}
