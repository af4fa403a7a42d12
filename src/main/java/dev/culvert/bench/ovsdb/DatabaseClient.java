package dev.culvert.bench.ovsdb;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A client that asks and waits for the answer, and is itself as light as can be: it reads nothing but where answers end. */
final class DatabaseClient implements Closeable {
    private final SocketChannel channel;
    private final ByteBuffer input = ByteBuffer.allocateDirect(1 << 16);
    private final JsonCounter answers = new JsonCounter();

    private DatabaseClient(SocketChannel channel) {
        this.channel = channel;
    }

    static DatabaseClient connect(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.connect(UnixDomainSocketAddress.of(socket));
            return new DatabaseClient(channel);
        } catch (IOException e) {
            channel.close();
            throw e;
        }
    }

    static byte[] request(String method, String params) {
        return ("{\"id\":0,\"method\":\"" + method + "\",\"params\":" + params + "}").getBytes(StandardCharsets.UTF_8);
    }

    /** Sends a request, and returns the beginning of what came until the answer was whole. */
    String call(byte[] request) throws IOException {
        ByteBuffer output = ByteBuffer.wrap(request);
        while (output.hasRemaining()) {
            channel.write(output);
        }
        StringBuilder beginning = new StringBuilder();
        long before = answers.complete();
        while (answers.complete() == before) {
            input.clear();
            if (channel.read(input) < 0) {
                throw new EOFException("the server hung up");
            }
            input.flip();
            if (beginning.isEmpty()) {
                beginning.append(StandardCharsets.UTF_8.decode(input.duplicate()));
            }
            answers.feed(input);
        }
        return beginning.toString();
    }

    /** Carries out operations, which must succeed. */
    String transact(String operations) throws IOException {
        String answer = call(request("transact", "[\"Open_vSwitch\"," + operations + "]"));
        if (!answer.contains("\"error\":null") || answer.contains("\"details\"")) {
            throw new IOException("the transaction failed: " + answer);
        }
        return answer;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
