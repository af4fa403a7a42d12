package dev.culvert.tools.ofctl;

/** What ends the program with status 1; the message is printed after the program's name. */
final class OfctlException extends Exception {
    private static final long serialVersionUID = 1L;

    OfctlException(String message) {
        super(message);
    }
}
