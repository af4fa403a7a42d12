package dev.culvert.vswitch.daemon;

/** A reason for the daemon not to run; the message is for whoever started it. */
public final class DaemonException extends Exception {
    /** A reason, one line without the program's name. */
    public DaemonException(String message) {
        super(message);
    }
}
