package dev.culvert.ipsec.esp;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.DropReason;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;

/**
 * A security association to receive by (RFC 4303 section 3.4). It belongs to one data loop, which also closes it. Counters may be
 * read by anybody, and may be a moment late.
 */
public final class InboundSa implements AutoCloseable {
    /** After so many forged packets running, numbers with a greater high half are tried (RFC 4303 appendix A3). */
    static final int RESYNC_AFTER = 1_024;

    /** How many greater high halves are tried then, which is less than one attempt more for a hundred packets. */
    static final int RESYNC_ATTEMPTS = 8;

    private static final int NEXT_HEADER_NONE = 59;

    private final int spi;
    private final EspSuite suite;
    private final boolean extended;
    private final Aead aead;
    private final EspScratch scratch;
    private final ReplayWindow window;
    private boolean closed;
    private int forgedRunning;
    private int nextHeader;

    private long last;
    private long packets;
    private long bytes;
    private long replayed;
    private long forged;
    private long malformed;

    /**
     * Makes one that has received nothing.
     *
     * @param keys are copied, and may be closed
     * @param scratch the data loop's
     * @throws GeneralSecurityException if this JVM does not have the suite, or does it wrong
     */
    public InboundSa(EspKeys keys, EspScratch scratch) throws GeneralSecurityException {
        this(keys, scratch, 0);
    }

    /** Goes on after some number. */
    InboundSa(EspKeys keys, EspScratch scratch, long sequence) throws GeneralSecurityException {
        spi = keys.spi();
        suite = keys.suite();
        extended = keys.extended();
        aead = Aead.of(keys, false);
        window = new ReplayWindow(extended);
        this.scratch = scratch;
        window.accept(sequence);
    }

    /**
     * Verifies an ESP packet and decrypts its payload, in place: it begins {@link EspSuite#headerLength} bytes after the packet.
     * Unless it is genuine and new, nothing is changed.
     *
     * @param memory has the packet
     * @param at where it begins, with the SPI by which this association was found
     * @param length its bytes
     * @return the payload's bytes, and {@link #nextHeader} says what it is; or the {@linkplain DropReason#code code} of why the
     *     packet is dropped
     */
    public int open(MemorySegment memory, int at, int length) {
        if (closed) {
            return DropReason.ESP_SA_CLOSED.code();
        }
        int header = suite.headerLength();
        int text = length - header - suite.icvLength();
        if (text < suite.blockLength() || text % suite.blockLength() != 0 || length > EspScratch.PACKET_MAX) {
            malformed++;
            return DropReason.ESP_MALFORMED.code();
        }
        long sequence = window.complete(Bytes.i32(memory, at + 4L));
        if (!window.isFresh(sequence)) {
            replayed++;
            return DropReason.ESP_REPLAYED.code();
        }
        MemorySegment.copy(memory, ValueLayout.JAVA_BYTE, at, scratch.in, 0, length);
        Aead.Verdict verdict = aead.open(scratch.in, scratch.out, text, sequence);
        if (verdict == Aead.Verdict.FORGED && extended && ++forgedRunning >= RESYNC_AFTER) {
            forgedRunning = 0;
            for (int i = 0; i < RESYNC_ATTEMPTS && verdict == Aead.Verdict.FORGED; i++) {
                sequence += 1L << 32;
                verdict = aead.open(scratch.in, scratch.out, text, sequence);
            }
        }
        return switch (verdict) {
            case GOOD -> accept(memory, at + header, header, text, sequence);
            case FORGED -> {
                forged++;
                yield DropReason.ESP_ICV_BAD.code();
            }
            case FAILED -> DropReason.ESP_CIPHER_FAILED.code();
        };
    }

    /** The packet is genuine; only its sender can be to blame for what is wrong with it now. */
    private int accept(MemorySegment memory, int at, int from, int text, long sequence) {
        window.accept(sequence);
        last = sequence;
        forgedRunning = 0;
        byte[] out = scratch.out;
        // what the padding is made of is not looked at: it is authentic, and some fill it with random bytes
        int payload = text - EspSuite.TRAILER - (out[from + text - 2] & 0xff);
        if (payload < 0) {
            malformed++;
            return DropReason.ESP_PADDING_INVALID.code();
        }
        packets++;
        bytes += payload;
        nextHeader = out[from + text - 1] & 0xff;
        if (nextHeader == NEXT_HEADER_NONE) {
            return DropReason.ESP_DUMMY.code();
        }
        MemorySegment.copy(out, from, memory, ValueLayout.JAVA_BYTE, at, payload);
        return payload;
    }

    /** Returns the protocol of the payload that was opened last, 0 to 255. */
    public int nextHeader() {
        return nextHeader;
    }

    /** Returns the SPI, unsigned. */
    public int spi() {
        return spi;
    }

    /** Returns the algorithms. */
    public EspSuite suite() {
        return suite;
    }

    /** Returns the greatest sequence number that was received; 0 before the first. */
    public long sequence() {
        return window.newest();
    }

    /** Returns the number of the packet that was opened last. */
    public long openedSequence() {
        return last;
    }

    /** Returns how many packets were genuine and new. */
    public long packets() {
        return packets;
    }

    /** Returns the bytes of their payloads. */
    public long bytes() {
        return bytes;
    }

    /** Returns how many packets were seen before, or older than the window. */
    public long replayed() {
        return replayed;
    }

    /** Returns how many packets had a wrong ICV. */
    public long forged() {
        return forged;
    }

    /** Returns how many packets were of an impossible length, or had impossible padding. */
    public long malformed() {
        return malformed;
    }

    /** Whether it has received so much that it should be replaced soon. */
    public boolean wantsRekey() {
        return (!extended && window.newest() >= OutboundSa.REKEY_PACKETS) || bytes >= OutboundSa.REKEY_BYTES;
    }

    /** Overwrites the keys, and opens nothing any more. To be called by the thread that opens. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            aead.close();
        }
    }

    @Override
    public String toString() {
        return "in: SPI %08x, %s".formatted(spi, suite);
    }
}
