package dev.culvert.observe.dissect;

import dev.culvert.packet.Ipv4;

/** IPv4 (RFC 791), with the type of service of RFC 2474 and RFC 3168. */
final class Ipv4Layer {
    private static final int UNIT = 4;

    private Ipv4Layer() {}

    static void dissect(Walk walk) {
        if (!walk.has(Ipv4.HEADER)) {
            walk.data("cut off in the IPv4 header");
            return;
        }
        int length = (walk.u8(0) & 0xf) * UNIT;
        int total = walk.u16(Ipv4.TOTAL_LENGTH);
        if (walk.u8(0) >> 4 != 4 || length < Ipv4.HEADER || total < length || walk.left() < length) {
            walk.data("no IPv4 header, though it should be one");
            return;
        }
        int padding = walk.limit(total);
        int fragment = walk.u16(Ipv4.FRAGMENT);
        int offset = fragment & Ipv4.OFFSET_MASK;
        boolean more = (fragment & Ipv4.MORE_FRAGMENTS) != 0;
        int protocol = walk.u8(Ipv4.PROTOCOL);
        Walk.Header header = walk.begin("ip", "Internet Protocol Version 4");
        header.number("ip.version", "Version", 0, 1, 4, "IPv4.");
        header.number("ip.hdr_len", "Header length", 0, 1, length, "Bytes of this header; more than 20 means options.");
        IpFields.trafficClass(header, "ip.dsfield", 1, 1, walk.u8(Ipv4.TOS));
        header.number("ip.len", "Total length", 2, 2, total, "Bytes of the packet from this header on.");
        header.bits("ip.id", "Identification", 4, 2, walk.u16(Ipv4.ID), 4, "The same in all fragments of a packet.");
        header.bits(
                "ip.flags",
                "Flags",
                6,
                1,
                fragment >> 13,
                2,
                "Whether it may be fragmented, and whether this is a fragment.");
        header.flag("ip.flags.rb", "Reserved", 6, 1, (fragment & 0x8000) != 0, "Zero.");
        header.flag(
                "ip.flags.df",
                "Don't fragment",
                6,
                1,
                (fragment & Ipv4.DONT_FRAGMENT) != 0,
                "A router that it is too long for drops it, and says so.");
        header.flag("ip.flags.mf", "More fragments", 6, 1, more, "Whether others of the same packet follow.");
        header.number(
                "ip.frag_offset",
                "Fragment offset",
                6,
                2,
                offset,
                "Where in the packet this fragment begins, in units of eight bytes.");
        header.number(
                "ip.ttl",
                "Time to live",
                8,
                1,
                walk.u8(Ipv4.TTL),
                "Each router lowers it by one, and drops the packet at zero.");
        header.number("ip.proto", "Protocol", 9, 1, protocol, "What is inside: " + IpFields.name(protocol) + ".");
        header.bits(
                "ip.checksum",
                "Header checksum",
                10,
                2,
                walk.u16(Ipv4.CHECKSUM),
                4,
                "Of this header alone; it changes at each router.");
        header.field("ip.src", "Source", 12, 4, walk.ipv4(Ipv4.SOURCE), "Who sent it.");
        header.field("ip.dst", "Destination", 16, 4, walk.ipv4(Ipv4.DESTINATION), "Who it is for.");
        header.note(padding > 0 ? "then " + padding + " bytes of padding" : "");
        header.end(length);
        if (offset != 0 || more) {
            walk.data("a fragment" + (offset == 0 ? ", the first" : ""));
        } else {
            IpFields.next(walk, protocol);
        }
    }
}
