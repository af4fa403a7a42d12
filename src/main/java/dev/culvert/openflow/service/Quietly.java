package dev.culvert.openflow.service;

import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger.Level;

/** Closing what is no longer wanted. */
final class Quietly {
    private static final System.Logger LOG = System.getLogger("vconn");

    private Quietly() {}

    /** Closes; a failure changes nothing for the caller, who is done with it, and is only logged. */
    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.log(Level.DEBUG, "close failed: " + e.getMessage());
        }
    }
}
