package dev.culvert.observe.dissect;

/**
 * Finds the layers of packets. Any bytes have some: what no protocol knows, or what is cut off, ends as data. For any number of
 * threads.
 */
public final class Dissector {
    /** LINKTYPE_ETHERNET. */
    public static final int ETHERNET = 1;

    private final EspKeyring keys;

    /** @param keys what ESP is decrypted with */
    public Dissector(EspKeyring keys) {
        this.keys = keys;
    }

    /** @return whether packets of a link of this type can be looked at: a LINKTYPE number */
    public static boolean knows(int linkType) {
        return linkType == ETHERNET;
    }

    /**
     * Looks at a packet.
     *
     * @param frame from its Ethernet header on; not to be changed as long as its layers are looked at
     */
    public Dissection dissect(byte[] frame) {
        Walk walk = new Walk(frame, keys);
        EthernetLayer.dissect(walk);
        return new Dissection(walk.layers());
    }
}
