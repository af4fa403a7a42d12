package dev.culvert.openflow.connection;

import dev.culvert.openflow.ErrorCode;
import dev.culvert.openflow.Version;
import dev.culvert.openflow.codec.HelloCodec;
import dev.culvert.openflow.codec.MessageWriter;
import dev.culvert.openflow.field.Bits;
import dev.culvert.openflow.message.Envelope;
import dev.culvert.openflow.message.Message;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * The choice of a version: each side sends a hello, and both settle on the highest version that both accept. Without a bitmap
 * that is the lower of the two hellos' versions, if both accept it. Source: OpenFlow 1.3.1, 6.3.1; OpenFlow 1.5, 6.3.2.
 */
public final class Handshake {
    private static final System.Logger LOG = System.getLogger("vconn");

    private Handshake() {}

    /**
     * Like {@link #agree(MessageStream, Set, int)}, with a peer who may be silent for ever: the stream is closed when the limit
     * has passed.
     *
     * @throws SocketTimeoutException if there was no hello within the limit
     */
    public static Version agree(MessageStream stream, Set<Version> ours, int xid, Duration limit) throws IOException {
        Deadline deadline = new Deadline(stream, limit);
        try {
            return agree(stream, ours, xid);
        } catch (IOException e) {
            if (deadline.passed()) {
                throw new SocketTimeoutException(stream.peer() + ": no hello");
            }
            throw e;
        } finally {
            deadline.close();
        }
    }

    /**
     * Sends a hello, waits for the peer's, and settles the version.
     *
     * @param ours the versions that this side accepts, not empty
     * @param xid the hello's transaction number
     * @throws ProtocolException if there is no common version (the peer has been told so) or no hello came
     * @throws IOException if the connection failed
     */
    public static Version agree(MessageStream stream, Set<Version> ours, int xid) throws IOException {
        stream.write(HelloCodec.write(ours, xid));
        byte[] first = stream.read();
        if (!HelloCodec.isHello(first)) {
            throw new ProtocolException(
                    stream.peer() + ": first message is not a hello (type " + (first[1] & 0xff) + ")");
        }
        Set<Version> common = EnumSet.noneOf(Version.class);
        common.addAll(HelloCodec.read(first).message().versions());
        common.retainAll(ours);
        Version best = null;
        for (Version version : common) {
            best = version;
        }
        if (best == null) {
            Set<Version> theirs = HelloCodec.read(first).message().versions();
            String text = stream.peer() + ": version negotiation failed (we support " + describe(ours)
                    + ", peer supports " + describe(theirs) + ")";
            LOG.log(Level.WARNING, text);
            refuse(stream, ours, first);
            throw new ProtocolException(text);
        }
        return best;
    }

    private static void refuse(MessageStream stream, Set<Version> ours, byte[] hello) {
        String words = "We support " + describe(ours) + ", no common versions.";
        Version version = Version.ofWire(hello[0] & 0xff).orElse(Version.OPENFLOW_15);
        Message failure = new Message.Failure(
                ErrorCode.OFPHFC_INCOMPATIBLE.wire(version).orElseThrow(),
                Bits.of(words.getBytes(StandardCharsets.UTF_8)));
        try {
            stream.write(MessageWriter.write(new Envelope(version, 0, failure)).getFirst());
        } catch (IOException e) {
            LOG.log(Level.DEBUG, stream.peer() + ": could not be told: " + e.getMessage()); // it has refused us first
        }
    }

    private static String describe(Set<Version> versions) {
        StringBuilder text = new StringBuilder("version");
        text.append(versions.size() == 1 ? " " : "s ");
        String separator = "";
        for (Version version : versions) {
            text.append(separator).append("0x0").append(version.wire());
            separator = ", ";
        }
        return text.toString();
    }
}
