package dev.culvert.tunnel;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Ethernet;
import java.lang.foreign.MemorySegment;

/**
 * The GRE header (RFC 2784 section 2, RFC 2890 section 2): flags and version (16 bits), protocol (16); then, each only if its
 * flag is set, checksum (16) with 16 reserved, key (32), sequence number (32). Big-endian.
 */
public final class GreHeader {
    /** Flag: a checksum over header and payload. */
    public static final int CHECKSUM = 0x8000;

    /** Flag: a key. */
    public static final int KEY = 0x2000;

    /** Flag: a sequence number. */
    public static final int SEQUENCE = 0x1000;

    /** The longest header in bytes. */
    public static final int LENGTH_MAX = 16;

    private static final int BASE = 4;

    private GreHeader() {}

    /** Returns the length in bytes of a header with these flags. */
    public static int length(int flags) {
        return BASE + 4 * Integer.bitCount(flags & (CHECKSUM | KEY | SEQUENCE));
    }

    /**
     * Writes a header. A checksum it leaves 0: {@link #writeChecksum} when the payload is there.
     *
     * @param offset where in {@code memory}
     * @param flags the flags above
     * @param key 32 bits; only with {@link #KEY}
     * @param sequence only with {@link #SEQUENCE}
     * @return bytes written
     */
    public static int write(MemorySegment memory, long offset, int flags, long key, int sequence) {
        Bytes.put32(memory, offset, (flags << 16) | Ethernet.TYPE_TEB);
        long at = offset + BASE;
        if ((flags & CHECKSUM) != 0) {
            Bytes.put32(memory, at, 0);
            at += 4;
        }
        if ((flags & KEY) != 0) {
            Bytes.put32(memory, at, (int) key);
            at += 4;
        }
        if ((flags & SEQUENCE) != 0) {
            Bytes.put32(memory, at, sequence);
            at += 4;
        }
        return (int) (at - offset);
    }

    /**
     * Writes the sequence number into a header that has one.
     *
     * @param flags the header's flags
     */
    public static void writeSequence(MemorySegment memory, long offset, int flags, int sequence) {
        Bytes.put32(memory, offset + length(flags) - 4, sequence);
    }

    /**
     * Computes and writes the checksum of a header that has one, over itself and the payload.
     *
     * @param length bytes of header and payload
     */
    public static void writeChecksum(MemorySegment memory, long offset, int length) {
        Bytes.put16(memory, offset + BASE, 0);
        Bytes.put16(memory, offset + BASE, ~Checksum.sum(memory, offset, length));
    }

    /**
     * Decodes a header and verifies its checksum.
     *
     * @param offset where it begins in {@code memory}
     * @param length bytes from there to the packet's end
     * @return the header's length; or the {@linkplain DropReason#code code} of why the packet is dropped
     */
    public static int decode(MemorySegment memory, int offset, int length, TunnelHeader out) {
        out.clear();
        if (length < BASE) {
            return DropReason.TUNNEL_TRUNCATED.code();
        }
        int flags = Bytes.u16(memory, offset);
        if ((flags & ~(CHECKSUM | KEY | SEQUENCE)) != 0) {
            return DropReason.GRE_FLAGS_INVALID.code(); // routing, another version, or a bit that is reserved
        }
        int header = length(flags);
        if (length < header) {
            return DropReason.TUNNEL_TRUNCATED.code();
        }
        int protocol = Bytes.u16(memory, offset + 2);
        if (protocol != Ethernet.TYPE_TEB) {
            return DropReason.TUNNEL_PROTOCOL_UNKNOWN.code();
        }
        int at = offset + BASE;
        if ((flags & CHECKSUM) != 0) {
            if (Checksum.sum(memory, offset, length) != 0xffff) {
                return DropReason.GRE_CHECKSUM_BAD.code();
            }
            out.flags |= TunnelHeader.CHECKSUM;
            at += 4;
        }
        if ((flags & KEY) != 0) {
            out.key = Bytes.u32(memory, at);
            out.keyPresent = true;
            at += 4;
        }
        if ((flags & SEQUENCE) != 0) {
            out.sequence = Bytes.i32(memory, at);
            out.flags |= TunnelHeader.SEQUENCE;
        }
        out.protocol = protocol;
        out.length = header;
        return header;
    }
}
