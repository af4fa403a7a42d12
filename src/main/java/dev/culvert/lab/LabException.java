package dev.culvert.lab;

/** Something that the lab needs did not work; the message is meant for the person at the terminal. */
public final class LabException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what did not work, in a sentence without a full stop */
    public LabException(String message) {
        super(message);
    }

    /**
     * @param message what did not work
     * @param cause why
     */
    public LabException(String message, Throwable cause) {
        super(message, cause);
    }
}
