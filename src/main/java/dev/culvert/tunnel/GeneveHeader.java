package dev.culvert.tunnel;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ethernet;
import java.lang.foreign.MemorySegment;

/**
 * The Geneve header (RFC 8926 section 3.4): version (2 bits), length of the options in 4-byte units (6), O and C flags (2),
 * reserved (6), protocol (16), VNI (24), reserved (8); then options. Big-endian. Reserved bits are ignored, as the RFC says.
 *
 * <p>No option is known here, so a packet with a critical one is dropped (section 3.5.1). Control packets (O) are decoded and
 * marked with {@link TunnelHeader#OAM}: their payload must not be forwarded like data, but the switch may want to see it,
 * because Open vSwitch sends its BFD that way.
 */
public final class GeneveHeader {
    /** Length of the header without options, in bytes. */
    public static final int LENGTH = 8;

    /** The longest that the options can be, in bytes. */
    public static final int OPTIONS_MAX = 63 * 4;

    private static final int CONTROL = 0x80;
    private static final int CRITICAL_OPTIONS = 0x40;
    private static final int OPTION_HEADER = 4;
    private static final int OPTION_CRITICAL = 0x80;

    private GeneveHeader() {}

    /**
     * Writes a header without options.
     *
     * @param offset where in {@code memory}
     * @param vni network identifier, 24 bits
     * @return bytes written
     */
    public static int write(MemorySegment memory, long offset, long vni) {
        return write(memory, offset, vni, 0, false, false);
    }

    /**
     * Writes a header in front of options that lie, or will lie, {@link #LENGTH} bytes behind {@code offset}.
     *
     * @param vni network identifier, 24 bits
     * @param optionsLength bytes of options, a multiple of 4, at most {@link #OPTIONS_MAX}
     * @param control whether the payload is a control message (O)
     * @param critical whether one of the options is critical (C)
     * @return bytes of header and options
     */
    public static int write(
            MemorySegment memory, long offset, long vni, int optionsLength, boolean control, boolean critical) {
        int flags = (control ? CONTROL : 0) | (critical ? CRITICAL_OPTIONS : 0);
        Bytes.put32(memory, offset, (optionsLength << 22) | (flags << 16) | Ethernet.TYPE_TEB);
        Bytes.put32(memory, offset + 4, (int) vni << 8);
        return LENGTH + optionsLength;
    }

    /**
     * Decodes a header with its options.
     *
     * @param offset where it begins in {@code memory}
     * @param length bytes from there to the packet's end
     * @return the length of header and options; or the {@linkplain DropReason#code code} of why the packet is dropped
     */
    public static int decode(MemorySegment memory, int offset, int length, TunnelHeader out) {
        out.clear();
        if (length < LENGTH) {
            return DropReason.TUNNEL_TRUNCATED.code();
        }
        int first = Bytes.u8(memory, offset);
        if (first >>> 6 != 0) {
            return DropReason.GENEVE_VERSION_UNKNOWN.code();
        }
        int options = (first & 0x3f) << 2;
        if (length < LENGTH + options) {
            return DropReason.TUNNEL_TRUNCATED.code();
        }
        int refusal = walk(memory, offset + LENGTH, options);
        if (refusal < 0) {
            return refusal;
        }
        int flags = Bytes.u8(memory, offset + 1);
        int protocol = Bytes.u16(memory, offset + 2);
        if (protocol != Ethernet.TYPE_TEB) {
            return DropReason.TUNNEL_PROTOCOL_UNKNOWN.code();
        }
        out.key = Bytes.i32(memory, offset + 4) >>> 8;
        out.keyPresent = true;
        out.flags = (flags & CONTROL) != 0 ? TunnelHeader.OAM : 0;
        out.protocol = protocol;
        out.optionsOffset = offset + LENGTH;
        out.optionsLength = options;
        out.length = LENGTH + options;
        return LENGTH + options;
    }

    /** Looks at every option, whether the header announces critical ones or not; 0 if all is well. */
    private static int walk(MemorySegment memory, int offset, int length) {
        int at = offset;
        int left = length;
        while (left > 0) {
            int option = OPTION_HEADER + ((Bytes.u8(memory, at + 3) & 0x1f) << 2);
            if (option > left) {
                return DropReason.GENEVE_OPTIONS_MALFORMED.code();
            }
            if ((Bytes.u8(memory, at + 2) & OPTION_CRITICAL) != 0) {
                return DropReason.GENEVE_CRITICAL_OPTION_UNKNOWN.code();
            }
            at += option;
            left -= option;
        }
        return 0;
    }
}
