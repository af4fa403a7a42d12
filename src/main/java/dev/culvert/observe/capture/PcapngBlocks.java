package dev.culvert.observe.capture;

import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Hands a capture's pcapng on, block by block (draft-ietf-opsawg-pcapng), as the daemon writes it: in little endian. Counts
 * the packets, and what the daemon says that it could not keep.
 */
public final class PcapngBlocks {
    private static final int ENHANCED_PACKET = 6;
    private static final int INTERFACE_STATISTICS = 5;
    private static final int ISB_IFDROP = 5;

    /** Type, length and length again, and before the options the interface's number and the time. */
    private static final int BLOCK_MIN = 12;

    private static final int STATISTICS_OPTIONS = 20;
    private static final int BLOCK_MAX = 1 << 20;

    private long packets;
    private long lost;

    /** How many packets have been handed on. */
    public long packets() {
        return packets;
    }

    /** How many the daemon has not been able to keep; known at the end. */
    public long lost() {
        return lost;
    }

    /**
     * Hands all on.
     *
     * @param most packets; later ones are left out
     * @param enough is run when there have been so many
     * @throws IOException if either side fails
     */
    public void copy(InputStream in, OutputStream out, long most, Runnable enough) throws IOException {
        DataInputStream data = new DataInputStream(in);
        byte[] start = new byte[8];
        for (int read = data.readNBytes(start, 0, start.length);
                read > 0;
                read = data.readNBytes(start, 0, start.length)) {
            if (read < start.length) {
                throw cut();
            }
            ByteBuffer header = ByteBuffer.wrap(start).order(ByteOrder.LITTLE_ENDIAN);
            int type = header.getInt();
            int length = header.getInt();
            if (length < BLOCK_MIN || length > BLOCK_MAX || length % 4 != 0) {
                throw new IOException("the daemon sends something else than pcapng");
            }
            byte[] block = new byte[length];
            System.arraycopy(start, 0, block, 0, start.length);
            if (data.readNBytes(block, start.length, length - start.length) < length - start.length) {
                throw cut();
            }
            if (type == INTERFACE_STATISTICS) {
                lost += dropped(ByteBuffer.wrap(block).order(ByteOrder.LITTLE_ENDIAN));
            }
            if (type == ENHANCED_PACKET) {
                if (packets == most) {
                    continue;
                }
                packets++;
            }
            out.write(block);
            if (in.available() == 0) {
                out.flush();
            }
            if (type == ENHANCED_PACKET && packets == most) {
                enough.run();
            }
        }
        out.flush();
    }

    private static EOFException cut() {
        return new EOFException("it ends within a block");
    }

    private static long dropped(ByteBuffer block) {
        int at = STATISTICS_OPTIONS;
        while (at + 4 <= block.limit() - 4) {
            int code = block.getShort(at) & 0xffff;
            int length = block.getShort(at + 2) & 0xffff;
            if (code == ISB_IFDROP && length == Long.BYTES && at + 4 + Long.BYTES <= block.limit()) {
                return block.getLong(at + 4);
            }
            if (code == 0) {
                break;
            }
            at += 4 + (length + 3 & ~3);
        }
        return 0;
    }
}
