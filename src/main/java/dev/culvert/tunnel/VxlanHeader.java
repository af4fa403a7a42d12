package dev.culvert.tunnel;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ethernet;
import java.lang.foreign.MemorySegment;

/**
 * The VXLAN header (RFC 7348 section 5): 8 bits of flags, 24 reserved, 24 of VNI, 8 reserved; big-endian.
 *
 * <p>The RFC lets receivers ignore reserved bits. This does not, like the kernel and Open vSwitch: the extensions that gave
 * them a meaning (generic protocol, group policy) change what the payload is or who may have it, and to take such a packet
 * for plain Ethernet would be wrong.
 */
public final class VxlanHeader {
    /** The header's length in bytes. */
    public static final int LENGTH = 8;

    /** The I flag: there is a VNI. Nothing else is ever set in the first four bytes. */
    private static final int FLAGS = 0x0800_0000;

    private VxlanHeader() {}

    /**
     * Writes a header.
     *
     * @param offset where in {@code memory}
     * @param vni network identifier, 24 bits
     * @return bytes written
     */
    public static int write(MemorySegment memory, long offset, long vni) {
        Bytes.put32(memory, offset, FLAGS);
        Bytes.put32(memory, offset + 4, (int) vni << 8);
        return LENGTH;
    }

    /**
     * Decodes a header.
     *
     * @param offset where it begins in {@code memory}
     * @param length bytes from there to the packet's end
     * @return the header's length; or the {@linkplain DropReason#code code} of why the packet is dropped
     */
    public static int decode(MemorySegment memory, int offset, int length, TunnelHeader out) {
        out.clear();
        if (length < LENGTH) {
            return DropReason.TUNNEL_TRUNCATED.code();
        }
        int network = Bytes.i32(memory, offset + 4);
        if (Bytes.i32(memory, offset) != FLAGS || (network & 0xff) != 0) {
            return DropReason.VXLAN_FLAGS_INVALID.code();
        }
        out.key = network >>> 8;
        out.keyPresent = true;
        out.protocol = Ethernet.TYPE_TEB;
        out.length = LENGTH;
        return LENGTH;
    }
}
