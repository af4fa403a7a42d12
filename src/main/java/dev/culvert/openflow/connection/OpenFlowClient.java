package dev.culvert.openflow.connection;

import dev.culvert.openflow.DecodeException;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.Frame;
import dev.culvert.openflow.codec.MessageReader;
import dev.culvert.openflow.codec.MessageWriter;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import dev.culvert.openflow.message.MessageType;
import dev.culvert.stream.Stream;
import java.io.Closeable;
import java.io.IOException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * A controller's or a tool's side of a conversation with a switch: one request at a time, each answered by the message or
 * messages that bear its transaction number. Not for use by several threads.
 */
public final class OpenFlowClient implements Closeable {
    private static final int ECHO_REQUEST = 2;
    private static final int ECHO_REPLY = 3;

    private final MessageStream stream;
    private final IntSupplier xids;
    private final Version version;

    /**
     * Greets the switch over a new stream, which it takes over.
     *
     * @param versions the versions to offer
     * @param xids gives the transaction numbers, the hello's first
     * @throws ProtocolException if the switch accepts none of the versions
     * @throws IOException if the connection failed
     */
    public OpenFlowClient(Stream stream, Set<Version> versions, IntSupplier xids) throws IOException {
        this.stream = new MessageStream(stream);
        this.xids = xids;
        try {
            this.version = Handshake.agree(this.stream, versions, xids.getAsInt());
        } catch (IOException e) {
            this.stream.close();
            throw e;
        }
    }

    /** The version that both sides agreed on. */
    public Version version() {
        return version;
    }

    /** The peer's address. */
    public String peer() {
        return stream.peer();
    }

    /** Sends a request and waits for its answer, which may be an error; statistics of several parts are not for this. */
    public byte[] transact(Message request) throws IOException {
        return await(send(request));
    }

    /** Sends a request under a transaction number of the caller's choice, and waits for its answer. */
    public byte[] transact(Message request, int xid) throws IOException {
        write(request, xid);
        return await(xid);
    }

    /** Sends a request for statistics, and gives each part of the answer to {@code parts} as it comes; an error ends it. */
    public void transact(Message request, Consumer<byte[]> parts) throws IOException {
        int xid = send(request);
        boolean more = true;
        while (more) {
            byte[] part = await(xid);
            parts.accept(part);
            more = hasMore(part);
        }
    }

    /** Sends a message and returns its transaction number. */
    public int send(Message message) throws IOException {
        int xid = xids.getAsInt();
        write(message, xid);
        return xid;
    }

    private void write(Message message, int xid) throws IOException {
        for (byte[] part : MessageWriter.write(new Envelope(version, xid, message))) {
            stream.write(part);
        }
    }

    /** Waits for the next message, whatever it is. */
    public byte[] receive() throws IOException {
        return stream.read();
    }

    private byte[] await(int xid) throws IOException {
        while (true) {
            byte[] message = stream.read();
            int type = message[1];
            if (xid(message) == xid && type != ECHO_REQUEST) {
                return message;
            } else if (type == ECHO_REQUEST) {
                byte[] reply = message.clone();
                reply[1] = ECHO_REPLY;
                stream.write(reply);
            }
        }
    }

    private static int xid(byte[] message) {
        return ((message[4] & 0xff) << 24)
                | ((message[5] & 0xff) << 16)
                | ((message[6] & 0xff) << 8)
                | (message[7] & 0xff);
    }

    private static boolean hasMore(byte[] message) {
        try {
            Frame frame = Frame.parse(message);
            return frame.more() && frame.type() != MessageType.OFPT_ERROR;
        } catch (DecodeException e) {
            return false; // whoever gets this part sees that it makes no sense
        }
    }

    /**
     * Reads an answer.
     *
     * @throws ProtocolException if it makes no sense, or is an error or anything else than {@code type}
     */
    public static <T extends Message> T expect(Class<T> type, byte[] answer) throws ProtocolException {
        try {
            Message message = MessageReader.read(answer).message();
            if (type.isInstance(message)) {
                return type.cast(message);
            }
            throw new ProtocolException("expected " + type.getSimpleName() + " and received " + message);
        } catch (DecodeException e) {
            throw new ProtocolException(e.code() + ": " + e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        stream.close();
    }
}
