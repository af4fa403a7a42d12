package dev.culvert.observe.dissect;

/** VXLAN (RFC 7348). */
final class VxlanLayer {
    private static final int HEADER = 8;

    private VxlanLayer() {}

    static void dissect(Walk walk) {
        if (!walk.has(HEADER)) {
            walk.data("cut off in the VXLAN header");
            return;
        }
        int flags = walk.u16(0);
        walk.begin("vxlan", "Virtual eXtensible Local Area Network")
                .bits("vxlan.flags", "Flags", 0, 2, flags, 4, "Whether the network's number counts: always, here.")
                .number("vxlan.gbp", "Group policy", 2, 2, walk.u16(2), "Of an extension that is seldom used.")
                .number("vxlan.vni", "VNI", 4, 3, walk.u24(4), "Which of 16 million networks the frame belongs to.")
                .number("vxlan.reserved8", "Reserved", 7, 1, walk.u8(7), "Zero.")
                .end(HEADER);
        EthernetLayer.dissect(walk);
    }
}
