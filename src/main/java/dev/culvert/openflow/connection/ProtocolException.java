package dev.culvert.openflow.connection;

import java.io.IOException;

/** A peer that does not keep to OpenFlow, so that nothing is left but to close. The C library calls it "Protocol error". */
public final class ProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** A breach, told in words for a log. */
    public ProtocolException(String message) {
        super(message);
    }
}
