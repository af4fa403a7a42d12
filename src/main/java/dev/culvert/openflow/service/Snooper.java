package dev.culvert.openflow.service;

import dev.culvert.openflow.Version;
import dev.culvert.openflow.connection.Handshake;
import dev.culvert.openflow.connection.MessageStream;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumSet;

/** A listener-in on a controller's conversation. One that does not keep up loses its connection, never the controller's. */
final class Snooper implements Closeable {
    private final MessageStream stream;
    private final Outbox outbox;

    Snooper(MessageStream stream) {
        this.stream = stream;
        this.outbox = new Outbox(stream);
    }

    /** Greets, within the limit, and then drops all that the peer says, until it closes. */
    void run(Duration limit, Runnable introduced) throws IOException {
        // copies come in the version of the conversation, whatever the greeting says
        Handshake.agree(stream, EnumSet.allOf(Version.class), 1, limit);
        introduced.run();
        outbox.start(stream.peer());
        while (true) {
            stream.read();
        }
    }

    void copy(byte[] message) {
        if (!outbox.offer(message)) {
            close();
        }
    }

    @Override
    public void close() {
        outbox.close();
        Quietly.close(stream);
    }
}
