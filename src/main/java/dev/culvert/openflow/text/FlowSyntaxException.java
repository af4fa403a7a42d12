package dev.culvert.openflow.text;

/** A flow, written by a user, that makes no sense; the message is ovs-ofctl's own. */
public final class FlowSyntaxException extends Exception {
    private static final long serialVersionUID = 1L;

    /** A refusal in Open vSwitch's words. */
    public FlowSyntaxException(String message) {
        super(message);
    }
}
