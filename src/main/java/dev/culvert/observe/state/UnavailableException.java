package dev.culvert.observe.state;

import java.io.Serial;

/** A switch does not say how it is. The message says why, in a line. */
public final class UnavailableException extends Exception {
    @Serial
    private static final long serialVersionUID = 1;

    UnavailableException(String message) {
        super(message, null, false, false);
    }
}
