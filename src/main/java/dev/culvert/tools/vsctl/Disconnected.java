package dev.culvert.tools.vsctl;

/** The connection to the database server is gone, or was never made. */
final class Disconnected extends Exception {
    /** A connection that failed for the reason, in the C library's words. */
    Disconnected(String reason) {
        super(reason, null, false, false);
    }

    /** The reason in the C library's words. */
    String reason() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
