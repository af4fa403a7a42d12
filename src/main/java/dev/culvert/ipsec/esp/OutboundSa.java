package dev.culvert.ipsec.esp;

import dev.culvert.packet.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;

/**
 * A security association to send by (RFC 4303 section 3.3). It numbers packets from 1 and never begins again: when the numbers are
 * used up, it sends nothing more. It belongs to one data loop, which also closes it; a second loop would have an association of its
 * own, as RFC 9611 has it, since neither a cipher nor the other end's window likes two senders. Counters may be read by anybody, and
 * may be a moment late.
 */
public final class OutboundSa implements AutoCloseable {
    /** With this many packets, of 2<sup>32</sup> - 1, an association without extended numbers wants to be replaced. */
    static final long REKEY_PACKETS = 1L << 31;

    /** With this many bytes it wants to be replaced: what an attacker may learn of AES then is below 2<sup>-60</sup>. */
    static final long REKEY_BYTES = 1L << 38;

    private static final long LAST = 0xffff_ffffL;

    private final int spi;
    private final EspSuite suite;
    private final boolean extended;
    private final Aead aead;
    private final EspScratch scratch;
    private boolean closed;
    private long sequence;
    private long packets;
    private long bytes;

    /**
     * Makes one that has sent nothing.
     *
     * @param keys are copied, and may be closed
     * @param scratch the data loop's
     * @throws GeneralSecurityException if this JVM does not have the suite, or does it wrong
     */
    public OutboundSa(EspKeys keys, EspScratch scratch) throws GeneralSecurityException {
        this(keys, scratch, 0);
    }

    /** Goes on after some number. */
    OutboundSa(EspKeys keys, EspScratch scratch, long sequence) throws GeneralSecurityException {
        spi = keys.spi();
        suite = keys.suite();
        extended = keys.extended();
        aead = Aead.of(keys, true);
        this.scratch = scratch;
        this.sequence = sequence;
    }

    /**
     * Makes an ESP packet of a payload, in place: it begins {@link EspSuite#headerLength} bytes before the payload did.
     *
     * @param memory has the payload, at least that much room before it, and room for the rest of {@link EspSuite#overhead} behind it
     * @param at where the payload begins
     * @param length its bytes
     * @param nextHeader its protocol, 0 to 255: GRE or UDP in transport mode, 4 or 41 for a whole IP packet in tunnel mode
     * @return the packet's bytes; or the {@linkplain DropReason#code code} of why there is none
     */
    public int seal(MemorySegment memory, int at, int length, int nextHeader) {
        if (closed) {
            return DropReason.ESP_SA_CLOSED.code();
        }
        int header = suite.headerLength();
        if (at < header) {
            return DropReason.NO_HEADROOM.code();
        }
        if (length < 0 || length > EspScratch.PACKET_MAX) {
            return DropReason.FRAME_TOO_LONG.code();
        }
        int text = suite.textLength(length);
        int total = header + text + suite.icvLength();
        if (total > EspScratch.PACKET_MAX || total > memory.byteSize() - (at - header)) {
            return DropReason.FRAME_TOO_LONG.code();
        }
        if (sequence >= (extended ? Long.MAX_VALUE : LAST)) {
            return DropReason.ESP_SEQUENCE_EXHAUSTED.code();
        }
        byte[] in = scratch.in;
        byte[] out = scratch.out;
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, in, header, length);
        pad(in, header + length, text - length, nextHeader);
        long number = ++sequence; // is spent, whatever becomes of the packet
        Aead.INT.set(out, 0, spi);
        Aead.INT.set(out, 4, (int) number);
        if (aead.seal(in, out, text, number) != Aead.Verdict.GOOD) {
            return DropReason.ESP_CIPHER_FAILED.code();
        }
        MemorySegment.copy(out, 0, memory, ValueLayout.JAVA_BYTE, at - header, total);
        packets++;
        bytes += length;
        return total;
    }

    /** Bytes 1, 2, 3, … and how many they are, then the next header (RFC 4303 section 2.4). */
    private static void pad(byte[] in, int at, int length, int nextHeader) {
        int padding = length - EspSuite.TRAILER;
        for (int i = 0; i < padding; i++) {
            in[at + i] = (byte) (i + 1);
        }
        in[at + padding] = (byte) padding;
        in[at + padding + 1] = (byte) nextHeader;
    }

    /** Returns the SPI, unsigned. */
    public int spi() {
        return spi;
    }

    /** Returns the algorithms, which know what a packet costs. */
    public EspSuite suite() {
        return suite;
    }

    /** Returns the number of the last packet; 0 before the first. */
    public long sequence() {
        return sequence;
    }

    /** Returns how many packets were made. */
    public long packets() {
        return packets;
    }

    /** Returns the bytes of their payloads. */
    public long bytes() {
        return bytes;
    }

    /** Whether it has sent so much that it should be replaced soon. There is plenty of room yet to do so. */
    public boolean wantsRekey() {
        return (!extended && sequence >= REKEY_PACKETS) || bytes >= REKEY_BYTES;
    }

    /** Overwrites the keys, and sends nothing any more. To be called by the thread that seals. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            aead.close();
        }
    }

    @Override
    public String toString() {
        return "out: SPI %08x, %s".formatted(spi, suite);
    }
}
