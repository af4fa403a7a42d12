package dev.culvert.packet;

import java.util.Locale;

/**
 * The flow key's fields by Open vSwitch's names (ovs-fields(7)), and where each lies in the key's words. In ARP packets, as
 * there, {@code nw_proto} is the opcode and {@code nw_src} and {@code nw_dst} are the protocol addresses; in ICMP ones
 * {@code tp_src} and {@code tp_dst} are type and code; in neighbour discovery {@code arp_sha} and {@code arp_tha} are the
 * source's and target's link-layer address options.
 */
public enum FlowField {
    /** Datapath port number, 32 bits. */
    IN_PORT(0, 32, 32),
    /** Packet mark, 32 bits. */
    PKT_MARK(0, 0, 32),
    /** Ethernet destination, 48 bits. */
    DL_DST(1, 16, 48),
    /** Ethernet type behind the tags that were looked through; {@link Ethernet#TYPE_NONE} if there is none. */
    DL_TYPE(1, 0, 16),
    /** Ethernet source, 48 bits. */
    DL_SRC(2, 16, 48),
    /** Outermost VLAN tag's control information with {@link Vlan#PRESENT}; 0 if there is no tag. */
    VLAN_TCI(2, 0, 16),
    /** IP protocol, or IPv6 next header behind the extension headers, or ARP opcode. */
    NW_PROTO(3, 56, 8),
    /** Type of service or traffic class: DSCP in the high 6 bits, ECN in the low 2. */
    NW_TOS(3, 48, 8),
    /** Time to live or hop limit. */
    NW_TTL(3, 40, 8),
    /** {@link FlowKey#FRAGMENT} and {@link FlowKey#FRAGMENT_LATER}. */
    NW_FRAG(3, 32, 8),
    /** The 12 TCP flags from NS to FIN. */
    TCP_FLAGS(3, 16, 16),
    /** The second VLAN tag's control information, when two are looked through. */
    INNER_VLAN_TCI(3, 0, 16),
    /** Source port, or ICMP type. */
    TP_SRC(4, 48, 16),
    /** Destination port, or ICMP code. */
    TP_DST(4, 32, 16),
    /** Outermost VLAN tag's type; 0 if there is no tag. */
    VLAN_TPID(4, 16, 16),
    /** The second VLAN tag's type, when two are looked through. */
    INNER_VLAN_TPID(4, 0, 16),
    /** IPv6 source address, or {@code ::ffff:a.b.c.d}; 128 bits. */
    NW_SRC(5, 0, 128),
    /** IPv6 destination address, or {@code ::ffff:a.b.c.d}; 128 bits. */
    NW_DST(7, 0, 128),
    /** ARP sender hardware address. */
    ARP_SHA(9, 16, 48),
    /** Tunnel flags, the TUNNEL constants of {@link FlowKey}. */
    TUN_FLAGS(9, 0, 16),
    /** ARP target hardware address. */
    ARP_THA(10, 16, 48),
    /** Outer type of service. */
    TUN_TOS(10, 8, 8),
    /** Outer time to live. */
    TUN_TTL(10, 0, 8),
    /** Neighbour discovery's target address, 128 bits. */
    ND_TARGET(11, 0, 128),
    /** Tunnel key, 64 bits. */
    TUN_ID(13, 0, 64),
    /** Outer source address, 128 bits, IPv4 as {@code ::ffff:a.b.c.d}. */
    TUN_SRC(14, 0, 128),
    /** Outer destination address, 128 bits. */
    TUN_DST(16, 0, 128),
    /** Which recirculation this is; always 0 out of the extractor. */
    RECIRC_ID(18, 32, 32),
    /** IPv6 flow label, 20 bits. */
    IPV6_LABEL(18, 0, 20);

    private final int word;
    private final int shift;
    private final int width;
    private final String label = name().toLowerCase(Locale.ROOT);

    FlowField(int word, int shift, int width) {
        this.word = word;
        this.shift = shift;
        this.width = width;
    }

    /** Returns the index of the field's word, the first one (its high half) if it is 128 bits wide. */
    public int word() {
        return word;
    }

    /** Returns how far the field's lowest bit stands from its word's lowest. */
    public int shift() {
        return shift;
    }

    /** Returns the field's width in bits: at most 64, or 128 for an address. */
    public int width() {
        return width;
    }

    /** Returns Open vSwitch's name for the field, such as {@code dl_dst}. */
    public String label() {
        return label;
    }

    private long ones() {
        return width >= 64 ? -1L : (1L << width) - 1;
    }

    /** Reads the field out of a key or mask; of an address its low half. */
    public long get(long[] words) {
        return width == 128 ? words[word + 1] : (words[word] >>> shift) & ones();
    }

    /** Reads the high half of an address; 0 for every narrower field. */
    public long getHigh(long[] words) {
        return width == 128 ? words[word] : 0;
    }

    /** Writes the field's {@link #width} low bits of {@code value}; of an address the low half. */
    public void set(long[] words, long value) {
        if (width == 128) {
            words[word + 1] = value;
        } else {
            words[word] = (words[word] & ~(ones() << shift)) | ((value & ones()) << shift);
        }
    }

    /** Writes both halves of an address. */
    public void set(long[] words, long high, long low) {
        if (width == 128) {
            words[word] = high;
        }
        set(words, low);
    }

    /** Makes a mask look at the whole field. */
    public void unwildcard(long[] mask) {
        set(mask, -1L, -1L);
    }

    /** Makes a mask look at these bits of the field too, {@code bits} as {@link #set(long[], long)} takes them. */
    public void unwildcard(long[] mask, long bits) {
        set(mask, get(mask) | bits);
    }
}
