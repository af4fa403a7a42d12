package dev.culvert.observe;

import java.io.IOException;

/** A capture that is damaged, or none at all; the message says how. */
public final class CaptureException extends IOException {
    private static final long serialVersionUID = 1;

    CaptureException(String message) {
        super(message);
    }
}
