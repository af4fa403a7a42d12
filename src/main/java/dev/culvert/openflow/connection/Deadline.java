package dev.culvert.openflow.connection;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;

/** Closes a stream unless what is waited for comes in time, and by that wakes whoever waits. */
final class Deadline implements Closeable {
    private static final System.Logger LOG = System.getLogger("vconn");

    private final MessageStream stream;
    private final Duration limit;
    private final Thread clock;
    private volatile boolean passed;

    /** Begins to wait. */
    Deadline(MessageStream stream, Duration limit) {
        this.stream = stream;
        this.limit = limit;
        this.clock = Thread.ofVirtual().name(stream.peer() + " deadline").start(this::run);
    }

    private void run() {
        try {
            Thread.sleep(limit);
            passed = true;
            stream.close();
        } catch (InterruptedException e) {
            // it came in time
        } catch (IOException e) {
            LOG.log(Level.DEBUG, stream.peer() + ": close failed: " + e.getMessage());
        }
    }

    /** Whether the stream was closed for want of time. */
    boolean passed() {
        return passed;
    }

    /** It came: nothing is closed any more. */
    @Override
    public void close() {
        clock.interrupt();
    }
}
