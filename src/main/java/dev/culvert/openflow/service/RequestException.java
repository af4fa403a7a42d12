package dev.culvert.openflow.service;

import dev.culvert.openflow.ErrorCode;

/** A well-formed request that is refused. */
final class RequestException extends Exception {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    RequestException(ErrorCode code) {
        super(code.name(), null, false, false);
        this.code = code;
    }

    ErrorCode code() {
        return code;
    }
}
