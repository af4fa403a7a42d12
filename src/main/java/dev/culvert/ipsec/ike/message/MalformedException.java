package dev.culvert.ipsec.ike.message;

/** Bytes that are no IKEv2 message. Has no stack trace: anybody on the network can cause it. */
public final class MalformedException extends Exception {
    /** Says what is wrong, in words for a log. */
    public MalformedException(String message) {
        super(message, null, false, false);
    }
}
