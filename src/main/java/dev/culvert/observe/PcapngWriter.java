package dev.culvert.observe;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a pcapng file (draft-ietf-opsawg-pcapng): one section, any number of interfaces, nanosecond time stamps, the
 * direction of each packet, and counts at the end. Little endian on every machine. Not for several threads at once.
 */
public final class PcapngWriter implements AutoCloseable {
    /** LINKTYPE_ETHERNET. */
    public static final int ETHERNET = 1;

    private static final int SECTION_HEADER = 0x0A0D0D0A;
    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1A2B3C4D;
    private static final int NANOSECONDS = 9;

    private static final int OPT_END = 0;
    private static final int OPT_COMMENT = 1;
    private static final int SHB_USERAPPL = 4;
    private static final int IF_NAME = 2;
    private static final int IF_DESCRIPTION = 3;
    private static final int IF_TSRESOL = 9;
    private static final int EPB_FLAGS = 2;
    private static final int ISB_IFRECV = 4;
    private static final int ISB_IFDROP = 5;

    /** The longest comment in characters. */
    public static final int COMMENT_MAX = 1_000;

    /** Bytes of a packet at most. */
    private static final int PACKET_MAX = (1 << 17) - 64;

    /** Around a packet: the block, its options with the longest comment in UTF-8, padding. */
    private static final int ROOM = 256 + 4 * COMMENT_MAX;

    /** A block's type and total length in front, and the total length again behind. */
    private static final int BLOCK_OVERHEAD = 12;

    private final WritableByteChannel out;
    private final ByteBuffer block =
            ByteBuffer.allocateDirect(PACKET_MAX + ROOM).order(ByteOrder.LITTLE_ENDIAN);
    private final List<long[]> counts = new ArrayList<>();

    /** Which way a packet went, seen from the interface; with the direction bits of {@code epb_flags}. */
    public enum Direction {
        /** It is not known. */
        UNKNOWN(0),
        /** It arrived. */
        INBOUND(1),
        /** It left. */
        OUTBOUND(2);

        private final int bits;

        Direction(int bits) {
            this.bits = bits;
        }
    }

    /**
     * Creates a file, or empties the one that is there.
     *
     * @param path the file
     * @param application what wrote it, for the section header
     * @throws IOException if it cannot be written
     */
    public static PcapngWriter create(Path path, String application) throws IOException {
        FileChannel file = FileChannel.open(
                path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try {
            return new PcapngWriter(file, application);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Begins with the section header.
     *
     * @param out where it goes, block by block; the writer's to close
     * @param application what writes it, for the section header
     * @throws IOException if that cannot be written
     */
    public PcapngWriter(WritableByteChannel out, String application) throws IOException {
        this.out = out;
        begin(SECTION_HEADER);
        block.putInt(BYTE_ORDER_MAGIC);
        block.putShort((short) 1); // version 1.0
        block.putShort((short) 0);
        block.putLong(-1); // section length unknown
        option(SHB_USERAPPL, application);
        end();
        write();
    }

    /**
     * Describes another interface.
     *
     * @param name its name
     * @param description what it is, for people
     * @param linkType a LINKTYPE number
     * @return its number, for {@link #packet}
     * @throws IOException if it cannot be written
     */
    public int addInterface(String name, String description, int linkType) throws IOException {
        begin(INTERFACE_DESCRIPTION);
        block.putShort((short) linkType);
        block.putShort((short) 0);
        block.putInt(0); // no limit on captured bytes
        option(IF_NAME, name);
        option(IF_DESCRIPTION, description);
        block.putShort((short) IF_TSRESOL).putShort((short) 1).put((byte) NANOSECONDS);
        pad();
        end();
        write();
        counts.add(new long[2]);
        return counts.size() - 1;
    }

    /**
     * Adds a packet without a comment, of which all bytes are there.
     *
     * @see #packet(int, long, Direction, MemorySegment, int, String)
     */
    public void packet(int interfaceNumber, long nanos, Direction direction, MemorySegment frame) throws IOException {
        packet(interfaceNumber, nanos, direction, frame, (int) frame.byteSize(), "");
    }

    /**
     * Adds a packet. One that is larger than 128 KiB is cut off; no link that is captured here carries such.
     *
     * @param interfaceNumber from {@link #addInterface}
     * @param nanos when, in nanoseconds since 1970-01-01T00:00Z
     * @param direction which way it went
     * @param frame its bytes, from the link layer header on
     * @param length of the whole packet in bytes, at least that of {@code frame}
     * @param comment what is to be said about it, at most {@link #COMMENT_MAX} characters; empty for nothing
     * @throws IOException if it cannot be written
     */
    public void packet(
            int interfaceNumber, long nanos, Direction direction, MemorySegment frame, int length, String comment)
            throws IOException {
        int captured = (int) Math.min(frame.byteSize(), PACKET_MAX);
        begin(ENHANCED_PACKET);
        block.putInt(interfaceNumber);
        block.putInt((int) (nanos >>> 32));
        block.putInt((int) nanos);
        block.putInt(captured);
        block.putInt(length);
        block.put(frame.asSlice(0, captured).asByteBuffer());
        pad();
        if (!comment.isEmpty()) {
            option(OPT_COMMENT, comment.length() > COMMENT_MAX ? comment.substring(0, COMMENT_MAX) : comment);
        }
        block.putShort((short) EPB_FLAGS).putShort((short) 4).putInt(direction.bits);
        end();
        write();
        counts.get(interfaceNumber)[0]++;
    }

    /**
     * Takes note of packets that could not be captured, for the statistics at the end.
     *
     * @param interfaceNumber from {@link #addInterface}
     * @param packets how many
     */
    public void lost(int interfaceNumber, long packets) {
        counts.get(interfaceNumber)[1] += packets;
    }

    /** How many packets have been written. */
    public long packets() {
        return counts.stream().mapToLong(count -> count[0]).sum();
    }

    /**
     * Writes the counts and closes the file.
     *
     * @throws IOException if it cannot be written
     */
    @Override
    public void close() throws IOException {
        try (out) {
            for (int i = 0; i < counts.size(); i++) {
                long nanos = nanos(Instant.now());
                begin(INTERFACE_STATISTICS);
                block.putInt(i);
                block.putInt((int) (nanos >>> 32));
                block.putInt((int) nanos);
                option(ISB_IFRECV, counts.get(i)[0] + counts.get(i)[1]);
                option(ISB_IFDROP, counts.get(i)[1]);
                end();
                write();
            }
        }
    }

    /**
     * A time as {@link #packet} wants it.
     *
     * @param time a time between the years 1970 and 2262
     * @return nanoseconds since 1970-01-01T00:00Z
     */
    public static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }

    private void begin(int type) {
        block.clear();
        block.putInt(type);
        block.putInt(0); // the length, known at the end
    }

    private void end() {
        block.putShort((short) OPT_END).putShort((short) 0);
        int length = block.position() + Integer.BYTES;
        block.putInt(length);
        block.putInt(Integer.BYTES, length);
        assert length >= BLOCK_OVERHEAD && length % 4 == 0;
    }

    private void option(int code, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        block.putShort((short) code).putShort((short) bytes.length).put(bytes);
        pad();
    }

    private void option(int code, long value) {
        block.putShort((short) code).putShort((short) Long.BYTES).putLong(value);
    }

    private void pad() {
        while (block.position() % 4 != 0) {
            block.put((byte) 0);
        }
    }

    private void write() throws IOException {
        block.flip();
        while (block.hasRemaining()) {
            out.write(block);
        }
    }
}
