package dev.culvert.observe;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Reads captures as they come: pcapng (draft-ietf-opsawg-pcapng) and what was before it, pcap (draft-ietf-opsawg-pcap), in either
 * byte order. A file is nobody's friend: what it says about lengths is believed only within bounds.
 */
public abstract sealed class CaptureReader implements AutoCloseable permits PcapReader, PcapngReader {
    /** The longest packet, MAXIMUM_SNAPLEN of libpcap. */
    static final int PACKET_MAX = 262_144;

    private static final int MAGIC = 4;

    final InputStream in;
    private long packets;

    CaptureReader(InputStream in) {
        this.in = in;
    }

    /**
     * Begins to read.
     *
     * @param in the file, which becomes the reader's to close
     * @throws CaptureException if it is no capture
     * @throws IOException if it cannot be read
     */
    public static CaptureReader open(InputStream in) throws IOException {
        BufferedInputStream buffered = new BufferedInputStream(in, 1 << 16);
        buffered.mark(MAGIC);
        byte[] magic = buffered.readNBytes(MAGIC);
        buffered.reset();
        if (magic.length < MAGIC) {
            throw new CaptureException(magic.length == 0 ? "it is empty" : "it is no capture: too short");
        }
        int first = ByteBuffer.wrap(magic).order(ByteOrder.LITTLE_ENDIAN).getInt();
        if (first == PcapngReader.SECTION_HEADER) {
            return new PcapngReader(buffered);
        }
        return PcapReader.open(buffered, first);
    }

    /**
     * Returns the next packet; null at the end.
     *
     * @throws CaptureException if the file is damaged, or ends in the middle of a packet; those before it were good
     * @throws IOException if it cannot be read
     */
    public abstract @Nullable CapturedPacket next() throws IOException;

    /** How many packets were read, for the number of the next and for what is said of a damaged file. */
    final long count() {
        return ++packets;
    }

    final CaptureException damaged(String how) {
        return new CaptureException("damaged after " + packets + (packets == 1 ? " packet: " : " packets: ") + how);
    }

    /** Exactly so many bytes, or null at the end of the file. */
    final byte @Nullable [] read(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length == 0 && length > 0) {
            return null;
        }
        if (bytes.length < length) {
            throw damaged("it ends in the middle of something");
        }
        return bytes;
    }

    final byte[] rest(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw damaged("it ends in the middle of a packet");
        }
        return bytes;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
