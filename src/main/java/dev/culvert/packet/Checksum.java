package dev.culvert.packet;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The Internet checksum (RFC 1071). A sum is 16 bits, folded, of big-endian words, and not complemented; what goes into a
 * header is the complement of the whole sum.
 */
public final class Checksum {
    private static final boolean SWAP = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    private static final long LOW = 0xffff_ffffL;

    private Checksum() {}

    /** Folds a sum of 16-bit words, not negative, to 16 bits. Only a sum of 0 becomes 0. */
    public static int fold(long sum) {
        long folded = (sum >>> 32) + (sum & LOW);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        folded = (folded >>> 16) + (folded & 0xffff);
        return (int) folded;
    }

    /** Adds two sums. */
    public static int add(int one, int other) {
        int sum = one + other;
        return (sum >>> 16) + (sum & 0xffff);
    }

    /**
     * Adds the sum of a block that begins {@code position} bytes behind the beginning of the first: at an odd position the
     * block's bytes stand in the other halves of the words (RFC 1071 section 2 (B)).
     */
    public static int addAt(int sum, int block, long position) {
        return add(sum, (position & 1) == 0 ? block : ((block & 0xff) << 8) | (block >>> 8));
    }

    /**
     * Sums a block of bytes. An odd last byte counts as the high half of a word.
     *
     * <p>Summed in the machine's own byte order, which only swaps the result's bytes, and in one plain loop over an int: the
     * compiler makes vector code of exactly that, three times and more as fast as several sums kept by hand.
     *
     * @param offset where it begins in {@code memory}; any alignment
     * @param length bytes, up to 2<sup>31</sup>
     */
    public static int sum(MemorySegment memory, long offset, long length) {
        long sum = 0;
        int words = (int) (length >>> 3);
        for (int i = 0; i < words; i++) {
            long word = memory.get(ValueLayout.JAVA_LONG_UNALIGNED, offset + 8L * i);
            sum += (word & LOW) + (word >>> 32);
        }
        long at = offset + 8L * words;
        long end = offset + length;
        if (end - at >= 4) {
            sum += memory.get(ValueLayout.JAVA_INT_UNALIGNED, at) & LOW;
            at += 4;
        }
        if (end - at >= 2) {
            sum += memory.get(ValueLayout.JAVA_SHORT_UNALIGNED, at) & 0xffff;
            at += 2;
        }
        if (end > at) {
            int last = memory.get(ValueLayout.JAVA_BYTE, at) & 0xff;
            sum += SWAP ? last : last << 8;
        }
        int folded = fold(sum);
        return SWAP ? ((folded & 0xff) << 8) | (folded >>> 8) : folded;
    }

    /**
     * Copies a block of bytes and sums it: one after the other, which is faster than a loop that does both, because each
     * is vector code by itself.
     *
     * @return what {@link #sum} returns for the block
     */
    public static int copyAndSum(
            MemorySegment source, long sourceOffset, MemorySegment target, long targetOffset, long length) {
        MemorySegment.copy(source, sourceOffset, target, targetOffset, length);
        return sum(target, targetOffset, length);
    }

    /**
     * Corrects a checksum after a 16-bit word that it covers has changed (RFC 1624 equation 3).
     *
     * @param checksum the field's old value
     * @return the field's new value
     */
    public static int update(int checksum, int oldWord, int newWord) {
        return ~add(add(~checksum & 0xffff, ~oldWord & 0xffff), newWord & 0xffff) & 0xffff;
    }

    /**
     * Completes a checksum that the packet's sender left unfinished; the packet is then an ordinary one. A packet whose
     * checksum is not partial stays as it is.
     *
     * @return false, with nothing changed, if the places that the packet names lie outside its frame
     */
    public static boolean finish(Packet packet) {
        if (!packet.checksumPartial) {
            return true;
        }
        int start = packet.checksumStart;
        int field = start + packet.checksumOffset;
        if (start < 0 || packet.checksumOffset < 0 || field < start || field > packet.length - 2) {
            return false;
        }
        int sum = sum(packet.memory, packet.offset + start, packet.length - start);
        Bytes.put16(packet.memory, packet.offset + field, complement(sum, packet.checksumOffset == Udp.CHECKSUM));
        packet.checksumPartial = false;
        packet.checksumValid = true;
        return true;
    }

    /**
     * Returns what to write into a transport header: the sum's complement.
     *
     * @param udp whether the header is UDP's, where 0 would mean "none" and 0xffff stands for it (RFC 768)
     */
    public static int complement(int sum, boolean udp) {
        return udp && sum == 0xffff ? 0xffff : ~sum & 0xffff;
    }
}
