package dev.culvert.observe.dissect;

import dev.culvert.packet.Udp;

/** UDP (RFC 768), and what is known by its port. */
final class UdpLayer {
    private static final int VXLAN = 4789;
    private static final int GENEVE = 6081;
    private static final int IKE = 500;
    private static final int IKE_NAT_T = 4500;

    private UdpLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(Udp.HEADER)) {
            walk.data("cut off in the UDP header");
            return;
        }
        int source = walk.u16(0);
        int destination = walk.u16(2);
        int length = walk.u16(4);
        int checksum = walk.u16(6);
        walk.begin("udp", "User Datagram Protocol")
                .number("udp.srcport", "Source port", 0, 2, source, source(destination))
                .number(
                        "udp.dstport",
                        "Destination port",
                        2,
                        2,
                        destination,
                        "Which program it is for: " + name(destination) + ".")
                .number("udp.length", "Length", 4, 2, length, "Bytes from this header on.")
                .bits(
                        "udp.checksum",
                        "Checksum",
                        6,
                        2,
                        checksum,
                        4,
                        checksum == 0
                                ? "None: what is inside has its own."
                                : "Of the addresses, this header and what is inside.")
                .end(Udp.HEADER);
        walk.limit(Math.max(0, length - Udp.HEADER));
        if (destination == VXLAN) {
            VxlanLayer.dissect(walk);
        } else if (destination == GENEVE) {
            GeneveLayer.dissect(walk);
        } else if (source == IKE || destination == IKE) {
            IkeLayer.dissect(walk);
        } else if (source == IKE_NAT_T || destination == IKE_NAT_T) {
            UdpEncapsulationLayer.dissect(walk);
        } else {
            walk.data();
        }
    }

    private static String source(int destination) {
        return destination == VXLAN || destination == GENEVE
                ? "Made from a hash of the flow inside, so that routers can spread flows and keep each in order."
                : "Which program sent it.";
    }

    private static String name(int port) {
        return switch (port) {
            case VXLAN -> "VXLAN";
            case GENEVE -> "Geneve";
            case IKE -> "IKE";
            case IKE_NAT_T -> "ESP and IKE behind a NAT";
            default -> "it is known by this number";
        };
    }
}
