package dev.culvert.observe;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads pcapng: sections, interfaces and packets; other blocks are passed over. */
final class PcapngReader extends CaptureReader {
    static final int SECTION_HEADER = 0x0a0d0d0a;

    private static final int INTERFACE_DESCRIPTION = 1;
    private static final int SIMPLE_PACKET = 3;
    private static final int ENHANCED_PACKET = 6;
    private static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;

    /** More than the longest packet with its options. */
    private static final int BLOCK_MAX = 2 * PACKET_MAX;

    private static final int INTERFACES_MAX = 100_000;

    /** Type and length in front. */
    private static final int BLOCK_START = 8;

    /** The length again. */
    private static final int BLOCK_END = 4;

    private static final int OPT_COMMENT = 1;
    private static final int IF_NAME = 2;
    private static final int IF_TSRESOL = 9;
    private static final int PACKET_HEADER = 20;

    private record Port(int linkType, String name, int resolution) {
        /** {@code if_tsresol}: the upper bit chooses between powers of two and of ten. */
        long nanos(long ticks) {
            int digits = resolution & 0x7f;
            if ((resolution & 0x80) != 0) {
                return (long) (unsigned(ticks) / Math.pow(2, digits) * 1e9);
            }
            long nanos = ticks;
            for (int i = digits; i < 9; i++) {
                nanos *= 10;
            }
            for (int i = 9; i < digits; i++) {
                nanos /= 10;
            }
            return nanos;
        }

        private static double unsigned(long value) {
            return value >= 0 ? value : value + 0x1p64;
        }
    }

    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private final List<Port> ports = new ArrayList<>();

    PcapngReader(InputStream in) {
        super(in);
    }

    @Override
    public @Nullable CapturedPacket next() throws IOException {
        while (true) {
            byte[] start = read(BLOCK_START);
            if (start == null) {
                return null;
            }
            int type = ByteBuffer.wrap(start).order(order).getInt();
            ByteBuffer body = type == SECTION_HEADER
                    ? section(start)
                    : body(ByteBuffer.wrap(start).order(order).getInt(Integer.BYTES));
            switch (type) {
                case INTERFACE_DESCRIPTION -> port(body);
                case ENHANCED_PACKET -> {
                    return enhanced(body);
                }
                case SIMPLE_PACKET -> {
                    return simple(body);
                }
                default -> {}
            }
        }
    }

    /** A section has a byte order of its own, which the bytes behind its length tell. */
    private ByteBuffer section(byte[] start) throws IOException {
        byte[] magic = rest(Integer.BYTES);
        order = ByteOrder.LITTLE_ENDIAN;
        if (ByteBuffer.wrap(magic).order(order).getInt() != BYTE_ORDER_MAGIC) {
            order = ByteOrder.BIG_ENDIAN;
            if (ByteBuffer.wrap(magic).order(order).getInt() != BYTE_ORDER_MAGIC) {
                throw damaged("a section in no byte order");
            }
        }
        ports.clear();
        return body(ByteBuffer.wrap(start).order(order).getInt(Integer.BYTES) - Integer.BYTES);
    }

    /** @param length of the block, with what was read already */
    private ByteBuffer body(int length) throws IOException {
        if (length < BLOCK_START + BLOCK_END || length > BLOCK_MAX || length % 4 != 0) {
            throw damaged("a block of " + Integer.toUnsignedString(length) + " bytes");
        }
        byte[] body = rest(length - BLOCK_START);
        return ByteBuffer.wrap(body, 0, body.length - BLOCK_END).slice().order(order);
    }

    private void port(ByteBuffer body) throws IOException {
        if (body.remaining() < 8) {
            throw damaged("an interface that is not described");
        }
        if (ports.size() >= INTERFACES_MAX) {
            throw damaged("more than " + INTERFACES_MAX + " interfaces");
        }
        int linkType = body.getShort() & 0xffff;
        body.position(8);
        String name = "";
        int resolution = 6;
        while (body.remaining() >= 4) {
            int code = body.getShort() & 0xffff;
            ByteBuffer value = option(body);
            if (code == 0) {
                break;
            } else if (code == IF_NAME) {
                name = StandardCharsets.UTF_8.decode(value).toString();
            } else if (code == IF_TSRESOL && value.hasRemaining()) {
                resolution = value.get() & 0xff;
            }
        }
        ports.add(new Port(linkType, name, resolution));
    }

    private ByteBuffer option(ByteBuffer body) throws IOException {
        int length = body.getShort() & 0xffff;
        int padded = length + 3 & ~3;
        if (padded > body.remaining()) {
            throw damaged("an option of " + length + " bytes");
        }
        ByteBuffer value = body.slice(body.position(), length);
        body.position(body.position() + padded);
        return value;
    }

    private CapturedPacket enhanced(ByteBuffer body) throws IOException {
        if (body.remaining() < PACKET_HEADER) {
            throw damaged("a packet without a header");
        }
        Port port = port(Integer.toUnsignedLong(body.getInt()));
        long ticks = Integer.toUnsignedLong(body.getInt()) << 32 | Integer.toUnsignedLong(body.getInt());
        long length = Integer.toUnsignedLong(body.getInt());
        long original = Integer.toUnsignedLong(body.getInt());
        byte[] packet = packet(body, length);
        body.position(Math.min(body.limit(), body.position() + (int) (-length & 3)));
        String comment = "";
        while (body.remaining() >= 4) {
            int code = body.getShort() & 0xffff;
            ByteBuffer value = option(body);
            if (code == 0) {
                break;
            } else if (code == OPT_COMMENT) {
                comment = StandardCharsets.UTF_8.decode(value).toString();
            }
        }
        return new CapturedPacket(count(), port.nanos(ticks), port.linkType, port.name, original, comment, packet);
    }

    private CapturedPacket simple(ByteBuffer body) throws IOException {
        if (body.remaining() < 4) {
            throw damaged("a packet without a length");
        }
        Port port = port(0);
        long original = Integer.toUnsignedLong(body.getInt());
        return new CapturedPacket(
                count(), 0, port.linkType, port.name, original, "", packet(body, Math.min(original, body.remaining())));
    }

    private Port port(long number) throws IOException {
        if (number >= ports.size()) {
            throw damaged("a packet of an interface that is not described");
        }
        return ports.get((int) number);
    }

    private byte[] packet(ByteBuffer body, long length) throws IOException {
        if (length > PACKET_MAX || length > body.remaining()) {
            throw damaged("a packet of " + length + " bytes");
        }
        byte[] bytes = new byte[(int) length];
        body.get(bytes);
        return bytes;
    }
}
