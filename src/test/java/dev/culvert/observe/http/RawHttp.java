package dev.culvert.observe.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client that sends what it is told, byte for byte. */
public final class RawHttp {
    private RawHttp() {}

    /**
     * An answer.
     *
     * @param head its status line and fields
     * @param body its content, out of its chunks
     */
    public record Answer(String head, String body) {
        /** The status code. */
        public int status() {
            return Integer.parseInt(head.split(" ")[1]);
        }
    }

    /** Sends bytes and reads until the server closes, for ten seconds at most. */
    public static String talk(InetSocketAddress to, String request) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(to, 10_000);
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return read(socket.getInputStream());
        }
    }

    static String read(InputStream in) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        in.transferTo(all);
        return all.toString(StandardCharsets.UTF_8);
    }

    /** Gets a page; fields end with the end of their line. */
    public static Answer get(InetSocketAddress from, String path, String fields) throws IOException {
        return ask(from, "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n" + fields + "\r\n");
    }

    /** Sends a request that is to be the last one, and takes the answer apart. */
    static Answer ask(InetSocketAddress from, String request) throws IOException {
        String all = talk(from, request);
        int end = all.indexOf("\r\n\r\n") + 4;
        if (end < 4) {
            throw new IOException("no answer: " + all);
        }
        String head = all.substring(0, end);
        String body = all.substring(end);
        return new Answer(head, head.contains("chunked") ? unchunked(body) : body);
    }

    private static String unchunked(String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        int at = 0;
        while (at < bytes.length) {
            int line = at;
            while (bytes[line] != '\r') {
                line++;
            }
            int size = Integer.parseInt(new String(bytes, at, line - at, StandardCharsets.US_ASCII), 16);
            if (size == 0) {
                return whole.toString(StandardCharsets.UTF_8);
            }
            whole.write(bytes, line + 2, size);
            at = line + 2 + size + 2;
        }
        throw new IOException("the last chunk is missing");
    }
}
