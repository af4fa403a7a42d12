package dev.culvert.linux;

import java.nio.file.Path;

/** An exclusive POSIX record lock on a whole file (fcntl(2)): what keeps two daemons from using the same one. */
@SuppressWarnings("DoNotCallSuggester")
public final class FcntlLock implements AutoCloseable {
    /** The outcome of {@link #tryLock}. */
    public sealed interface Attempt {
        /** This process has the lock now, for as long as {@code lock} is open. */
        record Locked(FcntlLock lock) implements Attempt {}

        /**
         * Another process has the lock.
         *
         * @param pid of that process, 0 when it is in a pid namespace that this one does not see
         */
        record HeldBy(int pid) implements Attempt {}
    }

    private FcntlLock() {}

    /**
     * Tries to lock a file, which is made when it does not exist.
     *
     * @throws LinuxException when the file cannot be opened
     */
    public static Attempt tryLock(Path file) throws LinuxException {
        throw new UnsupportedOperationException("" + file);
    }

    /** Returns the process that holds the lock, or 0 when none does. Closing any descriptor of a file that this process
     * has locked unlocks it, so this must not be asked of such a file. */
    public static int owner(Path file) throws LinuxException {
        throw new UnsupportedOperationException("" + file);
    }

    /** Makes {@code content} the locked file's whole content. Never open the file otherwise: closing it would unlock. */
    public void write(byte[] content) throws LinuxException {
        throw new UnsupportedOperationException("" + content.length);
    }

    /** Unlocks and closes the file; it is not removed. */
    @Override
    public void close() {}
}
