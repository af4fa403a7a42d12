package dev.culvert.observe.dissect;

import dev.culvert.packet.Ipv6;

/** IPv6 (RFC 8200); a packet with extension headers ends there. */
final class Ipv6Layer {
    private Ipv6Layer() {}

    static void dissect(Walk walk) {
        if (!walk.has(Ipv6.HEADER)) {
            walk.data("cut off in the IPv6 header");
            return;
        }
        if (walk.u8(0) >> 4 != 6) {
            walk.data("no IPv6 header, though it should be one");
            return;
        }
        int payload = walk.u16(Ipv6.PAYLOAD_LENGTH);
        int padding = walk.limit(Ipv6.HEADER + payload);
        int next = walk.u8(Ipv6.NEXT_HEADER);
        Walk.Header header = walk.begin("ipv6", "Internet Protocol Version 6");
        header.number("ipv6.version", "Version", 0, 1, 6, "IPv6.");
        IpFields.trafficClass(header, "ipv6.tclass", 0, 4, walk.u16(0) >> 4 & 0xff);
        header.bits(
                "ipv6.flow",
                "Flow label",
                1,
                3,
                walk.u32(0) & Ipv6.LABEL_MASK,
                6,
                "The same for all packets of a flow, so that routers keep them on one path.");
        header.number("ipv6.plen", "Payload length", 4, 2, payload, "Bytes behind this header.");
        header.number("ipv6.nxt", "Next header", 6, 1, next, "What is inside: " + IpFields.name(next) + ".");
        header.number(
                "ipv6.hlim",
                "Hop limit",
                7,
                1,
                walk.u8(Ipv6.HOP_LIMIT),
                "Each router lowers it by one, and drops the packet at zero.");
        header.field("ipv6.src", "Source", 8, 16, walk.ipv6(Ipv6.SOURCE), "Who sent it.");
        header.field("ipv6.dst", "Destination", 24, 16, walk.ipv6(Ipv6.DESTINATION), "Who it is for.");
        header.note(padding > 0 ? "then " + padding + " bytes of padding" : "");
        header.end(Ipv6.HEADER);
        IpFields.next(walk, next);
    }
}
