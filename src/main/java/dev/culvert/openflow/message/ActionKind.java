package dev.culvert.openflow.message;

import dev.culvert.openflow.Version;

/** The kinds of action that a switch reports it can do, with their type numbers in each family of versions. */
public enum ActionKind {
    /** Output to a port. */
    OUTPUT("output", 0, 0, 0),
    /** Treatment by a group. */
    GROUP("group", -1, 22, 22),
    /** Output to a port's queue. */
    ENQUEUE("enqueue", 11, -1, -1),
    /** Setting any field. */
    SET_FIELD("set_field", -1, -1, 25),
    /** Setting the VLAN identifier. */
    SET_VLAN_VID("set_vlan_vid", 1, 1, -1),
    /** Setting the VLAN priority. */
    SET_VLAN_PCP("set_vlan_pcp", 2, 2, -1),
    /** Removing a VLAN tag. */
    STRIP_VLAN("strip_vlan", 3, 18, 18),
    /** Adding a VLAN tag. */
    PUSH_VLAN("push_vlan", -1, 17, 17),
    /** Setting the Ethernet source. */
    SET_ETH_SRC("mod_dl_src", 4, 3, -1),
    /** Setting the Ethernet destination. */
    SET_ETH_DST("mod_dl_dst", 5, 4, -1),
    /** Setting the IPv4 source. */
    SET_IP_SRC("mod_nw_src", 6, 5, -1),
    /** Setting the IPv4 destination. */
    SET_IP_DST("mod_nw_dst", 7, 6, -1),
    /** Setting the DSCP. */
    SET_TOS("mod_nw_tos", 8, 7, -1),
    /** Setting the ECN bits. */
    SET_ECN("mod_nw_ecn", -1, 8, -1),
    /** Setting the IP time to live. */
    SET_TTL("mod_nw_ttl", -1, 23, 23),
    /** Setting the transport source port. */
    SET_TP_SRC("mod_tp_src", 9, 9, -1),
    /** Setting the transport destination port. */
    SET_TP_DST("mod_tp_dst", 10, 10, -1),
    /** Taking one from the time to live. */
    DEC_TTL("dec_ttl", -1, 24, 24),
    /** Setting the MPLS label. */
    SET_MPLS_LABEL("set_mpls_label", -1, 13, -1),
    /** Setting the MPLS traffic class. */
    SET_MPLS_TC("set_mpls_tc", -1, 14, -1),
    /** Setting the MPLS time to live. */
    SET_MPLS_TTL("set_mpls_ttl", -1, 15, 15),
    /** Taking one from the MPLS time to live. */
    DEC_MPLS_TTL("dec_mpls_ttl", -1, 16, 16),
    /** Adding an MPLS label. */
    PUSH_MPLS("push_mpls", -1, 19, 19),
    /** Removing an MPLS label. */
    POP_MPLS("pop_mpls", -1, 20, 20),
    /** Choosing a queue. */
    SET_QUEUE("set_queue", -1, 21, 21);

    private final String text;
    private final int type10;
    private final int type11;
    private final int type12;

    ActionKind(String text, int type10, int type11, int type12) {
        this.text = text;
        this.type10 = type10;
        this.type11 = type11;
        this.type12 = type12;
    }

    /** Its name in printed messages. */
    public String text() {
        return text;
    }

    /** The type number in a version; negative if the version lacks it. */
    public int type(Version version) {
        return switch (version) {
            case OPENFLOW_10 -> type10;
            case OPENFLOW_11 -> type11;
            default -> type12;
        };
    }
}
