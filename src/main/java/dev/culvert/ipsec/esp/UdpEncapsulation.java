package dev.culvert.ipsec.esp;

import dev.culvert.packet.Bytes;
import java.lang.foreign.MemorySegment;

/** What a datagram at port 4500 is (RFC 3948 section 2). ESP has no header of its own there: the datagram is the packet. */
public enum UdpEncapsulation {
    /** An ESP packet: its first four bytes are the SPI, which is not 0. */
    ESP,
    /** IKE, behind {@link #MARKER_LENGTH} bytes of zeros. */
    IKE,
    /** A single byte 0xff that keeps a NAT's mapping alive, to be ignored. */
    KEEPALIVE,
    /** None of these. */
    MALFORMED;

    /** The UDP port. */
    public static final int PORT = 4500;

    /** Bytes of the zeros in front of IKE. */
    public static final int MARKER_LENGTH = 4;

    /**
     * Tells by the first bytes.
     *
     * @param memory where the datagram is
     * @param at where it begins
     * @param length its bytes
     */
    public static UdpEncapsulation of(MemorySegment memory, long at, int length) {
        if (length < MARKER_LENGTH) {
            return length == 1 && Bytes.u8(memory, at) == 0xff ? KEEPALIVE : MALFORMED;
        }
        return Bytes.i32(memory, at) == 0 ? IKE : ESP;
    }
}
