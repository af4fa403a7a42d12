package dev.culvert.vlog;

/** A logging command that cannot be obeyed; the message is Open vSwitch's own, for whoever gave the command. */
public final class VlogException extends Exception {
    /** A refusal in Open vSwitch's words. */
    public VlogException(String message) {
        super(message);
    }
}
