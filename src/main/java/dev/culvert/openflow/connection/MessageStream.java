package dev.culvert.openflow.connection;

import dev.culvert.openflow.codec.Frame;
import dev.culvert.stream.Stream;
import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;

/**
 * Whole OpenFlow messages over a stream. One thread may read while another writes; writers take turns. A message's length is a
 * 16-bit field, so nothing that a peer sends can take more than 64 KB here.
 */
public final class MessageStream implements Closeable {
    private static final int BUFFER = 16 * 1024;

    private final Stream stream;
    private final InputStream in;
    private final Object writing = new Object();

    /** Takes over the stream: closing this closes it. */
    public MessageStream(Stream stream) {
        this.stream = stream;
        this.in = new BufferedInputStream(stream.in(), BUFFER);
    }

    /** The peer's name, for logs. */
    public String peer() {
        return stream.peer();
    }

    /**
     * Waits for the next message.
     *
     * @return its bytes, header included; at least eight
     * @throws EOFException if the peer has closed, between messages or within one
     * @throws ProtocolException if the length field is less than the header's
     * @throws IOException if the connection failed
     */
    public byte[] read() throws IOException {
        byte[] header = in.readNBytes(Frame.HEADER);
        if (header.length < Frame.HEADER) {
            throw new EOFException("End of file");
        }
        int length = ((header[2] & 0xff) << 8) | (header[3] & 0xff);
        if (length < Frame.HEADER) {
            throw new ProtocolException("received too-short ofp_header (" + length + " bytes)");
        }
        byte[] message = java.util.Arrays.copyOf(header, length);
        if (in.readNBytes(message, Frame.HEADER, length - Frame.HEADER) < length - Frame.HEADER) {
            throw new EOFException("End of file");
        }
        return message;
    }

    /** Sends a message; returns when the kernel has all of it. */
    public void write(byte[] message) throws IOException {
        synchronized (writing) {
            stream.out().write(message);
            stream.out().flush();
        }
    }

    /** Closes the stream; a reader or writer that waits gets an exception. */
    @Override
    public void close() throws IOException {
        stream.close();
    }
}
