package dev.culvert.packet;

/**
 * The ICMPv6 header (RFC 4443) and neighbour discovery's (RFC 4861). Offsets are bytes from the header's first byte; all
 * fields are big-endian.
 */
public final class Icmp6 {
    /** Type, 1 byte. */
    public static final int TYPE = 0;

    /** Code, 1 byte. */
    public static final int CODE = 1;

    /** Checksum over pseudo-header and message, 2 bytes. */
    public static final int CHECKSUM = 2;

    /** In a "packet too big" message: MTU of the next hop, 4 bytes. */
    public static final int NEXT_HOP_MTU = 4;

    /** Length of the header in bytes. */
    public static final int HEADER = 8;

    /** {@link #TYPE}: packet too big. */
    public static final int PACKET_TOO_BIG = 2;

    /** {@link #TYPE}: neighbour solicitation. */
    public static final int NEIGHBOUR_SOLICITATION = 135;

    /** {@link #TYPE}: neighbour advertisement. */
    public static final int NEIGHBOUR_ADVERTISEMENT = 136;

    /** {@link #TYPE}: redirect. */
    public static final int REDIRECT = 137;

    /** In neighbour discovery: the target address, 16 bytes, with options behind it. */
    static final int TARGET = 8;

    /** Neighbour discovery option: source link-layer address. */
    static final int OPTION_SOURCE_MAC = 1;

    /** Neighbour discovery option: target link-layer address. */
    static final int OPTION_TARGET_MAC = 2;

    private Icmp6() {}

    /** Tells whether a message of this type reports an error or redirects: no error may answer it (RFC 4443 section 2.4). */
    public static boolean isError(int type) {
        return type < 128 || type == REDIRECT;
    }
}
