package dev.culvert.stream;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.jspecify.annotations.Nullable;

/**
 * A stream that could not be opened. Open vSwitch's programs print the reason as the C library words it, and scripts
 * look for those words, so the reason is kept apart from the address.
 */
public final class StreamException extends IOException {
    /** What Open vSwitch reports for an address that it cannot parse (EAFNOSUPPORT). */
    public static final String BAD_ADDRESS = "Address family not supported by protocol";

    /** What Open vSwitch reports for TLS without keys (ENOPROTOOPT). */
    public static final String NO_PROTOCOL = "Protocol not available";

    private final String reason;

    /**
     * A failure with a reason of its own.
     *
     * @param reason the C library's words for the error, without the address
     * @param detail a sentence for the log that names the address
     */
    public StreamException(String reason, String detail) {
        super(detail);
        this.reason = reason;
    }

    private StreamException(String reason, String detail, @Nullable Throwable cause) {
        super(detail, cause);
        this.reason = reason;
    }

    /** The C library's words for the error, for example {@code Connection refused}. */
    public String reason() {
        return reason;
    }

    /**
     * Wraps what the JDK threw for {@code address}; the JDK's messages are mostly strerror's already.
     *
     * @param address the address as its owner wrote it
     */
    static StreamException of(String address, Exception cause) {
        String reason = reasonOf(cause);
        return new StreamException(reason, address + ": " + reason, cause);
    }

    /** The C library's words for what {@code cause} stands for; total, the exception's own message if nothing fits. */
    public static String reasonOf(Exception cause) {
        String message = cause.getMessage();
        return switch (cause) {
            case StreamException stream -> stream.reason;
            case SocketTimeoutException _ -> "Connection timed out";
            case UnknownHostException _ -> BAD_ADDRESS;
            case UnresolvedAddressException _ -> BAD_ADDRESS;
            case NoSuchFileException _ -> "No such file or directory";
            case FileNotFoundException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            case FileAlreadyExistsException _ -> "File exists";
            case FileSystemException file when file.getReason() != null -> file.getReason();
            case ClosedChannelException _ -> "Bad file descriptor";
            case ConnectException _ when message == null -> "Connection refused";
            case BindException _ when message == null -> "Address already in use";
            default -> message == null ? cause.getClass().getSimpleName() : strerror(message);
        };
    }

    private static String strerror(String message) {
        // The one message of the JDK's own on this path: the address structure holds 107 bytes of path.
        return message.equals("Unix domain path too long") ? "File name too long" : message;
    }
}
