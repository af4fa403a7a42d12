package dev.culvert.unixctl;

/** A command that was refused or failed; the message is what the caller gets to read. */
public final class UnixctlException extends Exception {
    /** A refusal, in Open vSwitch's words where it has some. */
    public UnixctlException(String message) {
        super(message);
    }
}
