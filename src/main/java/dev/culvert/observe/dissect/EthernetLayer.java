package dev.culvert.observe.dissect;

import dev.culvert.packet.Ethernet;
import dev.culvert.packet.Vlan;

/** Ethernet II (RFC 894), the tags of IEEE 802.1Q, and who is behind them. */
final class EthernetLayer {
    private EthernetLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(Ethernet.HEADER)) {
            walk.data("cut off in the Ethernet header");
            return;
        }
        int type = walk.u16(Ethernet.TYPE);
        if (type < Ethernet.TYPE_MIN) {
            walk.begin("eth", "IEEE 802.3 Ethernet")
                    .field("eth.dst", "Destination", 0, 6, walk.mac(0), "Whose interface the frame is for.")
                    .field("eth.src", "Source", 6, 6, walk.mac(6), "Whose interface sent it: a bridge learns from it.")
                    .number(
                            "eth.len",
                            "Length",
                            12,
                            2,
                            type,
                            "How long the content is, for this is no type of Ethernet II's.")
                    .end(Ethernet.HEADER);
            walk.limit(type);
            walk.data();
            return;
        }
        walk.begin("eth", "Ethernet II")
                .field("eth.dst", "Destination", 0, 6, walk.mac(0), destination(walk))
                .field("eth.src", "Source", 6, 6, walk.mac(6), "Whose interface sent it: a bridge learns from it.")
                .bits("eth.type", "Type", 12, 2, type, 4, "What is inside: " + name(type) + ".")
                .end(Ethernet.HEADER);
        next(walk, type);
    }

    private static String destination(Walk walk) {
        if (walk.hex(0, 6, "").equals("ffffffffffff")) {
            return "Everybody: a broadcast, which a bridge floods.";
        }
        return (walk.u8(0) & 1) != 0 ? "A group: a multicast address." : "Whose interface the frame is for.";
    }

    /** Goes on with what a type says is next. */
    static void next(Walk walk, int type) {
        switch (type) {
            case Vlan.TPID_CUSTOMER, Vlan.TPID_SERVICE -> tag(walk, type);
            case Ethernet.TYPE_IPV4 -> Ipv4Layer.dissect(walk);
            case Ethernet.TYPE_IPV6 -> Ipv6Layer.dissect(walk);
            case Ethernet.TYPE_ARP -> ArpLayer.dissect(walk);
            case Ethernet.TYPE_TEB -> dissect(walk);
            default -> walk.data();
        }
    }

    private static void tag(Walk walk, int tpid) {
        if (!walk.has(Vlan.TAG)) {
            walk.data("cut off in the tag");
            return;
        }
        boolean service = tpid == Vlan.TPID_SERVICE;
        String name = service ? "ieee8021ad" : "vlan";
        int tci = walk.u16(0);
        int type = walk.u16(2);
        int bits = service ? 1 : 2; // where Wireshark sees priority and drop eligibility
        Walk.Header header = walk.begin(name, service ? "802.1ad service tag" : "802.1Q virtual LAN");
        header.number(
                name + ".priority",
                "Priority",
                0,
                bits,
                tci >> Vlan.PRIORITY_SHIFT,
                "How urgent the frame is, 0 to 7.");
        header.flag(
                name + ".dei",
                "Drop eligible",
                0,
                bits,
                (tci & 0x1000) != 0,
                "Whether it may be dropped before others.");
        header.number(
                name + ".id",
                "VLAN",
                0,
                2,
                tci & Vlan.ID_MASK,
                "Which of the networks that share the cable it belongs to.");
        if (type >= Ethernet.TYPE_MIN) {
            header.bits(service ? "" : "vlan.etype", "Type", 2, 2, type, 4, "What is inside: " + name(type) + ".");
        } else {
            header.number("vlan.len", "Length", 2, 2, type, "How long the content is.");
        }
        header.end(Vlan.TAG);
        next(walk, type);
    }

    /** What a type is called. */
    static String name(int type) {
        return switch (type) {
            case Ethernet.TYPE_IPV4 -> "IPv4";
            case Ethernet.TYPE_IPV6 -> "IPv6";
            case Ethernet.TYPE_ARP -> "ARP";
            case Ethernet.TYPE_RARP -> "RARP";
            case Ethernet.TYPE_TEB -> "an Ethernet frame";
            case Vlan.TPID_CUSTOMER -> "a tag of 802.1Q";
            case Vlan.TPID_SERVICE -> "a service tag of 802.1ad";
            case 0x88cc -> "LLDP";
            case 0x8847 -> "MPLS";
            case 0x8899 -> "a Realtek protocol";
            default -> "a protocol of that number";
        };
    }
}
