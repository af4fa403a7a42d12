package dev.culvert.observe.http;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** An answer on its way, a piece at a time: in chunks (RFC 9112 section 7.1), or until the connection is closed. */
final class HttpOutput extends OutputStream {
    private static final int PIECE = 16 * 1024;

    /** Before a piece its length in hexadecimal and the end of that line, behind it the end of a line. */
    private static final int BEFORE = 8;

    private static final int BEHIND = 2;

    private final SocketChannel channel;
    private final boolean chunked;
    private final byte[] bytes = new byte[BEFORE + PIECE + BEHIND];
    private int size;

    HttpOutput(SocketChannel channel, boolean chunked) {
        this.channel = channel;
        this.chunked = chunked;
    }

    @Override
    public void write(int value) throws IOException {
        if (size == PIECE) {
            send();
        }
        bytes[BEFORE + size++] = (byte) value;
    }

    @Override
    public void write(byte[] source, int offset, int length) throws IOException {
        int at = offset;
        int left = length;
        while (left > 0) {
            if (size == PIECE) {
                send();
            }
            int part = Math.min(left, PIECE - size);
            System.arraycopy(source, at, bytes, BEFORE + size, part);
            size += part;
            at += part;
            left -= part;
        }
    }

    private void send() throws IOException {
        if (size == 0) {
            return; // a chunk of nothing would be the last one
        }
        int from = BEFORE;
        int to = BEFORE + size;
        if (chunked) {
            byte[] length = (Integer.toHexString(size) + "\r\n").getBytes(StandardCharsets.US_ASCII);
            from -= length.length;
            System.arraycopy(length, 0, bytes, from, length.length);
            bytes[to++] = '\r';
            bytes[to++] = '\n';
        }
        send(channel, bytes, from, to - from);
        size = 0;
    }

    /** Sends the rest, and says that it was the rest. */
    void finish() throws IOException {
        send();
        if (chunked) {
            byte[] end = "0\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
            send(channel, end, 0, end.length);
        }
    }

    static void send(SocketChannel channel, byte[] bytes, int offset, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, offset, length);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }
}
