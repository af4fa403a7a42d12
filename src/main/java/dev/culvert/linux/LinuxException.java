package dev.culvert.linux;

import java.io.IOException;

/** A control operation that the kernel refused. */
public final class LinuxException extends IOException {
    private static final long serialVersionUID = 1L;

    private final int errno;
    private final String reason;

    /**
     * Makes an exception whose message is {@code operation: reason}.
     *
     * @param operation what was tried, for example {@code bind eth0}
     * @param errno the kernel's error number, positive
     */
    public LinuxException(String operation, int errno) {
        this(operation, errno, "");
    }

    /**
     * Makes an exception that also carries what the kernel had to say beyond the number.
     *
     * @param operation what was tried
     * @param errno the kernel's error number, positive
     * @param detail the kernel's own explanation (netlink extended acknowledgement), or empty
     */
    public LinuxException(String operation, int errno, String detail) {
        super(operation + ": " + Errno.message(errno) + (detail.isEmpty() ? "" : " (" + detail + ")"));
        this.errno = errno;
        this.reason = Errno.message(errno);
    }

    /** Returns the kernel's error number, positive, as in {@link Errno}. */
    public int errno() {
        return errno;
    }

    /** Returns the C library's text for the number alone, for example {@code Operation not permitted}. */
    public String reason() {
        return reason;
    }
}
