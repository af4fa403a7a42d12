package dev.culvert.packet;

/** VLAN tags (IEEE 802.1Q): two bytes of type, two of priority (3 bits), DEI (1 bit) and VLAN id (12 bits), big-endian. */
public final class Vlan {
    /** A tag's length in bytes. */
    public static final int TAG = 4;

    /** The type of a customer's tag (802.1Q). */
    public static final int TPID_CUSTOMER = 0x8100;

    /** The type of a service provider's tag (802.1ad). */
    public static final int TPID_SERVICE = 0x88a8;

    /** The VLAN id's bits in the tag's control information. */
    public static final int ID_MASK = 0x0fff;

    /** Shift of the priority in the tag's control information. */
    public static final int PRIORITY_SHIFT = 13;

    /**
     * In a flow key's {@code vlan_tci} this bit, DEI on the wire, says that there is a tag at all, as in Open vSwitch (VLAN_CFI).
     */
    public static final int PRESENT = 0x1000;

    private Vlan() {}

    /** Tells whether an Ethernet type announces a VLAN tag. */
    public static boolean isTag(int type) {
        return type == TPID_CUSTOMER || type == TPID_SERVICE;
    }
}
