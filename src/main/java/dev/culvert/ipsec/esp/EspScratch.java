package dev.culvert.ipsec.esp;

/**
 * Two arrays in which a thread's packets are worked on. The JDK's ciphers are at their best from one array to another: native
 * memory costs them a fifth to a half of their speed, and makes garbage that grows with the packet. One instance a data loop,
 * shared by all its associations.
 */
public final class EspScratch {
    /** The longest ESP packet in bytes: what an IP packet can carry. */
    public static final int PACKET_MAX = 65_535;

    /** The whole packet as it came, or with its payload still in clear. */
    final byte[] in = new byte[PACKET_MAX];

    /** The same with its payload encrypted or decrypted, at the same place. */
    final byte[] out = new byte[PACKET_MAX];

    /** Makes one. */
    public EspScratch() {}
}
