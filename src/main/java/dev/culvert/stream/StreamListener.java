package dev.culvert.stream;

import java.io.Closeable;
import java.io.IOException;

/** A place where others connect. */
public interface StreamListener extends Closeable {
    /**
     * Waits for the next connection.
     *
     * @throws java.nio.channels.ClosedChannelException once the listener is closed, also by another thread
     * @throws IOException if the kernel refuses, for want of descriptors for example; the listener stays usable
     */
    Stream accept() throws IOException;

    /** The address as its owner wrote it. */
    String name();

    /** The TCP port that is listened on, in host byte order; 0 for a Unix socket. */
    int localPort();

    /** Stops listening; the socket of {@code punix:} disappears from the file system. A second call does nothing. */
    @Override
    void close() throws IOException;
}
