package dev.culvert.packet;

import java.lang.foreign.MemorySegment;

/** ARP for IPv4 over Ethernet (RFC 826). Offsets are bytes from the ARP header's first byte; all fields are big-endian. */
public final class Arp {
    /** Opcode, 2 bytes. */
    public static final int OPCODE = 6;

    /** Sender hardware address, 6 bytes. */
    public static final int SENDER_MAC = 8;

    /** Sender protocol address, 4 bytes. */
    public static final int SENDER_IP = 14;

    /** Target hardware address, 6 bytes. */
    public static final int TARGET_MAC = 18;

    /** Target protocol address, 4 bytes. */
    public static final int TARGET_IP = 24;

    /** Length in bytes. */
    public static final int LENGTH = 28;

    /** {@link #OPCODE}: request. */
    public static final int REQUEST = 1;

    /** {@link #OPCODE}: reply. */
    public static final int REPLY = 2;

    /** Hardware type 1, protocol type IPv4, address lengths 6 and 4: the header's first six bytes. */
    private static final long ETHERNET_IPV4 = 0x0001_0800_0604L;

    private Arp() {}

    /**
     * Tells whether ARP for IPv4 over Ethernet lies at {@code at}; if so, all its fields can be read.
     *
     * @param end where the frame ends in {@code memory}
     */
    public static boolean isValid(MemorySegment memory, int at, int end) {
        return end - at >= LENGTH && Bytes.u48(memory, at) == ETHERNET_IPV4;
    }
}
