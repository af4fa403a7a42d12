package dev.culvert.ofproto;

/**
 * Is told what decides about one packet, while the {@link Translator} decides it: what it hears is what happens, and not another
 * account of it. Nearly all packets have nobody who listens.
 */
public interface Trace {
    /** Why a packet goes no further on this way. */
    enum End {
        /** No flow of the bridge matches it. */
        NO_FLOW,
        /** It came in by a port that the bridge does not have. */
        UNKNOWN_PORT,
        /** The port of arrival does not carry its VLAN. */
        VLAN_REFUSED,
        /** It is for one of the addresses that bridges keep to themselves (IEEE 802.1Q, 8.6.3). */
        RESERVED_ADDRESS,
        /** Its destination is where it came from. */
        SAME_PORT,
        /** Its destination was put by hand on a port that does not carry its VLAN. */
        VLAN_NOT_CARRIED,
        /** The ports of arrival and departure are both protected. */
        PROTECTED,
        /** It would go back into the device that it came out of, by way of another bridge. */
        ARRIVED_THERE,
        /** A patch port has no other end. */
        NO_PEER,
        /** Patch ports have led through as many bridges as a packet may see. */
        TOO_DEEP,
        /** It would take more actions than a packet may: none of them is carried out. */
        TOO_MANY_ACTIONS
    }

    /** A bridge begins to decide; what is told next happens in there, until {@link #left}. */
    void entered(Ofproto bridge);

    /** A bridge has decided: the one before goes on, with its next port. */
    void left(Ofproto bridge);

    /** A flow of the bridge's OpenFlow table matches. */
    void matched(FlowRule rule);

    /** The action NORMAL begins. */
    void normal();

    /**
     * The packet shows where its sender is.
     *
     * @param bridge whose table is concerned
     * @param vlan the VLAN identifier, 0 for none
     * @param mac the packet's source, a unicast address
     * @param port where it came in
     */
    void seen(Ofproto bridge, int vlan, long mac, OfPort port);

    /** The destination is known to be behind another port. */
    void forwards(OfPort to);

    /** The destination is unknown, or a group: all ports of the VLAN get it. */
    void floods();

    /**
     * The packet leaves.
     *
     * @param to a port with a device in the datapath
     */
    void sends(OfPort to);

    /**
     * The packet does not go on.
     *
     * @param why what is in the way
     * @param port the port that is concerned; of arrival where none other is
     * @param vlan the VLAN that the packet has at that point, 0 for none
     */
    void ends(End why, OfPort port, int vlan);

    /**
     * Nothing comes of the packet, whatever its ports.
     *
     * @param why {@link End#NO_FLOW}, {@link End#UNKNOWN_PORT} or {@link End#TOO_MANY_ACTIONS}
     */
    void ends(End why);
}
