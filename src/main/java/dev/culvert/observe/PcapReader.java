package dev.culvert.observe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/** Reads pcap, with time stamps in microseconds or nanoseconds. */
final class PcapReader extends CaptureReader {
    private static final int MICROSECONDS = 0xa1b2c3d4;
    private static final int NANOSECONDS = 0xa1b23c4d;
    private static final int FILE_HEADER = 24;
    private static final int PACKET_HEADER = 16;
    private static final int LINK_TYPE = 20;

    /** The upper bits say whether frames have a check sequence. */
    private static final int LINK_TYPE_MASK = 0xffff;

    private final ByteOrder order;
    private final int nanosPerTick;
    private final int linkType;

    private PcapReader(InputStream in, ByteOrder order, int nanosPerTick) throws IOException {
        super(in);
        this.order = order;
        this.nanosPerTick = nanosPerTick;
        byte[] header = in.readNBytes(FILE_HEADER);
        if (header.length < FILE_HEADER) {
            throw new CaptureException("it ends in its header");
        }
        linkType = ByteBuffer.wrap(header).order(order).getInt(LINK_TYPE) & LINK_TYPE_MASK;
    }

    /** @param magic the first four bytes, little end first */
    static PcapReader open(InputStream in, int magic) throws IOException {
        return switch (magic) {
            case MICROSECONDS -> new PcapReader(in, ByteOrder.LITTLE_ENDIAN, 1000);
            case NANOSECONDS -> new PcapReader(in, ByteOrder.LITTLE_ENDIAN, 1);
            case 0xd4c3b2a1 -> new PcapReader(in, ByteOrder.BIG_ENDIAN, 1000);
            case 0x4d3cb2a1 -> new PcapReader(in, ByteOrder.BIG_ENDIAN, 1);
            default -> throw new CaptureException("it is no capture: neither pcapng nor pcap");
        };
    }

    @Override
    public @Nullable CapturedPacket next() throws IOException {
        byte[] bytes = read(PACKET_HEADER);
        if (bytes == null) {
            return null;
        }
        ByteBuffer header = ByteBuffer.wrap(bytes).order(order);
        long seconds = Integer.toUnsignedLong(header.getInt());
        long ticks = Integer.toUnsignedLong(header.getInt());
        long length = Integer.toUnsignedLong(header.getInt());
        long original = Integer.toUnsignedLong(header.getInt());
        if (length > PACKET_MAX) {
            throw damaged("a packet of " + length + " bytes");
        }
        byte[] packet = rest((int) length);
        long nanos = seconds * 1_000_000_000L + ticks * nanosPerTick;
        return new CapturedPacket(count(), nanos, linkType, "", original, "", packet);
    }
}
