package dev.culvert.ofproto;

import java.util.BitSet;

/**
 * A port's part in VLANs: the {@code tag}, {@code trunks} and {@code vlan_mode} columns of the Port table
 * (ovs-vswitchd.conf.db(5)), as IEEE 802.1Q names them.
 *
 * @param mode which of the modes
 * @param tag the VLAN of an access port, or the native VLAN; 0 where there is none
 * @param trunks the VLANs that a trunk carries; empty for all of them
 * @param priorityTags whether an untagged frame that has a priority leaves with a tag of VLAN 0
 */
public record VlanPolicy(Mode mode, int tag, BitSet trunks, boolean priorityTags) {
    /** The values of the {@code vlan_mode} column that are supported. */
    public enum Mode {
        /** Carries one VLAN, without a tag. */
        ACCESS,
        /** Carries tagged frames of several VLANs. */
        TRUNK,
        /** A trunk whose native VLAN also arrives untagged, and leaves with its tag. */
        NATIVE_TAGGED,
        /** A trunk whose native VLAN arrives and leaves untagged. */
        NATIVE_UNTAGGED
    }

    /** A port without any VLAN configuration: a trunk of all of them. */
    public static final VlanPolicy ALL = new VlanPolicy(Mode.TRUNK, 0, new BitSet(), false);

    /** A frame that the port does not admit. */
    public static final int REFUSED = -1;

    /** Set in a tag control word that stands for a tag which is really there, as in the flow key. */
    public static final int PRESENT = 0x1000;

    private static final int VID = 0xfff;
    private static final int PCP = 0xe000;

    /** The VLAN identifier in a tag control word with {@link #PRESENT}; 0 where there is no tag. */
    static int vid(int tci) {
        return (tci & PRESENT) == 0 ? 0 : tci & VID;
    }

    /**
     * Decides which VLAN an arriving frame belongs to.
     *
     * @param tci the frame's tag control word with {@link #PRESENT}, 0 for none
     * @return the VLAN identifier, 0 for none, or {@link #REFUSED}
     */
    public int admit(int tci) {
        int vid = vid(tci);
        return switch (mode) {
            case ACCESS -> vid == 0 ? tag : REFUSED;
            case TRUNK -> carries(vid) ? vid : REFUSED;
            case NATIVE_TAGGED, NATIVE_UNTAGGED -> {
                int native_ = vid == 0 ? tag : vid;
                yield carries(native_) ? native_ : REFUSED;
            }
        };
    }

    /**
     * Tells whether the port is part of a VLAN.
     *
     * @param vid the VLAN identifier, 0 for none
     * @return whether its frames leave here
     */
    public boolean carries(int vid) {
        return switch (mode) {
            case ACCESS -> vid == tag;
            case TRUNK -> trunks.isEmpty() || trunks.get(vid);
            case NATIVE_TAGGED, NATIVE_UNTAGGED -> vid == tag || trunks.isEmpty() || trunks.get(vid);
        };
    }

    /**
     * Gives the tag with which a frame leaves.
     *
     * @param vid the VLAN that it belongs to, which the port carries
     * @param tci the tag control word that it arrived with, whose priority it keeps
     * @return the tag control word with {@link #PRESENT}, or 0 for no tag
     */
    public int leave(int vid, int tci) {
        int priority = (tci & PRESENT) == 0 ? 0 : tci & PCP;
        boolean tagged = switch (mode) {
            case ACCESS -> false;
            case TRUNK, NATIVE_TAGGED -> vid != 0;
            case NATIVE_UNTAGGED -> vid != tag;
        };
        if (tagged) {
            return vid | priority | PRESENT;
        }
        return priorityTags && priority != 0 ? priority | PRESENT : 0;
    }
}
