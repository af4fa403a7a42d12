package dev.culvert.packet;

/** The ICMP header (RFC 792). Offsets are bytes from the header's first byte; all fields are big-endian. */
public final class Icmp4 {
    /** Type, 1 byte. */
    public static final int TYPE = 0;

    /** Code, 1 byte. */
    public static final int CODE = 1;

    /** Checksum over the whole message, 2 bytes. */
    public static final int CHECKSUM = 2;

    /** In a "fragmentation needed" message: MTU of the next hop, 2 bytes (RFC 1191 section 4). */
    public static final int NEXT_HOP_MTU = 6;

    /** Length of the header in bytes. */
    public static final int HEADER = 8;

    /** {@link #TYPE}: destination unreachable. */
    public static final int DESTINATION_UNREACHABLE = 3;

    /** {@link #CODE}: fragmentation needed and DF set. */
    public static final int FRAGMENTATION_NEEDED = 4;

    private Icmp4() {}

    /** Tells whether a message of this type reports an error, so that no error may answer it (RFC 1122 section 3.2.2). */
    public static boolean isError(int type) {
        return switch (type) {
            // unreachable, source quench, redirect, time exceeded, parameter problem
            case 3, 4, 5, 11, 12 -> true;
            default -> false;
        };
    }
}
