package dev.culvert.openflow;

/**
 * A received message, or a part of it, that breaks the protocol's rules. It carries the code to answer with, and no stack
 * trace: a hostile peer must not be able to make this side work harder than itself.
 */
public final class DecodeException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    /** A breach that is answered with {@code code}; {@code detail} says to a log's reader what was wrong. */
    public DecodeException(ErrorCode code, String detail) {
        super(detail, null, false, false);
        this.code = code;
    }

    /** The error to answer with. */
    public ErrorCode code() {
        return code;
    }
}
