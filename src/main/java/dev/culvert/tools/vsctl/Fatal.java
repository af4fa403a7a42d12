package dev.culvert.tools.vsctl;

/** The end of a run before its time: what ovs-vsctl prints on standard error, and the status that it exits with. */
final class Fatal extends RuntimeException {
    /** The status that a shell sees of a program that SIGALRM (14) ended, which is how {@code --timeout} ends ovs-vsctl. */
    static final int TIMED_OUT = 128 + 14;

    private final int status;

    /** Exits with status 1 after {@code ovs-vsctl: } and the message. */
    Fatal(String message) {
        this(1, message);
    }

    private Fatal(int status, String message) {
        super(message, null, false, false);
        this.status = status;
    }

    /** Exits with the status and says nothing (more). */
    static Fatal exit(int status) {
        return new Fatal(status, "");
    }

    /** The exit status. */
    int status() {
        return status;
    }

    /** The line to print, without the program's name; empty for none. */
    String line() {
        String message = getMessage();
        return message == null ? "" : message;
    }
}
