package dev.culvert.interop;

import dev.culvert.linux.TestNetwork;

/**
 * A wire between {@code u0} of the boxes {@code b1} and {@code b2} that can be tapped: a bridge in the namespace {@code wire}, with
 * {@code w1} and {@code w2} for its ends. Both boxes have an address of each family on it.
 */
final class TappedWire {
    private TappedWire() {}

    /** Lays it, in a network that has the three namespaces. */
    static void lay(TestNetwork network) throws Exception {
        network.veth("b1", "u0", "wire", "w1");
        network.veth("b2", "u0", "wire", "w2");
        network.ip("wire", "link add name cable type bridge");
        network.ip("wire", "link set cable up");
        network.ip("wire", "link set w1 master cable");
        network.ip("wire", "link set w2 master cable");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "fd56::12/64");
    }

    /** Has an end finish checksums and segments of what leaves it, as every network card does. */
    static void finish(TestNetwork network, String end) throws Exception {
        network.exec("wire", "ethtool", "-K", end, "tx", "off");
    }
}
