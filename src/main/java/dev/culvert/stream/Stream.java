package dev.culvert.stream;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * A connection that carries bytes in order, both ways. Reading and writing block, and may be done by two threads at
 * once, one each; {@link #close} may be called by any thread and wakes both.
 */
public interface Stream extends Closeable {
    /** What the peer sends; its end is an orderly close. */
    InputStream in();

    /** What is sent to the peer, unbuffered: a write returns when the kernel has taken all of it. */
    OutputStream out();

    /**
     * A name for logs: for a connection that was made, the address that was given; for one that was accepted,
     * {@code tcp:ADDRESS:PORT} of the peer, or {@code unix#N}, since the calling end of a Unix socket has no name.
     */
    String peer();

    /** Ends the connection in both directions; a second call does nothing. */
    @Override
    void close() throws IOException;
}
