package dev.culvert.observe.dissect;

/** What is on port 4500 (RFC 3948): ESP, IKE behind four zeros, or a byte that keeps a NAT's mapping alive. */
final class UdpEncapsulationLayer {
    private static final int MARKER = 4;
    private static final int KEEPALIVE = 0xff;

    private UdpEncapsulationLayer() {}

    static void dissect(Walk walk) {
        if (walk.left() == 1 && walk.has(1) && walk.u8(0) == KEEPALIVE) {
            walk.begin("udpencap", "UDP Encapsulation of IPsec Packets")
                    .field("udpencap.nat_keepalive", "Keepalive", 0, 1, "ff", "Only to keep the NAT's mapping alive.")
                    .end(1);
        } else if (!walk.has(MARKER)) {
            walk.data("cut off");
        } else if (walk.u32(0) == 0) {
            walk.begin("udpencap", "UDP Encapsulation of IPsec Packets")
                    .field(
                            "udpencap.non_esp_marker",
                            "Marker",
                            0,
                            MARKER,
                            "00:00:00:00",
                            "No SPI: what follows is IKE and not ESP.")
                    .end(MARKER);
            IkeLayer.dissect(walk);
        } else {
            EspLayer.dissect(walk);
        }
    }
}
