package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An exclusive POSIX record lock on a whole file (fcntl(2)): what keeps two daemons from using the same one, and tells
 * who has it.
 *
 * <p>Such a lock belongs to a process. It does not keep this process itself from locking twice, and is lost when any
 * descriptor of the file is closed, however it was opened; so this class remembers what it has locked, and a locked file
 * must be written with {@link #write} only.
 */
public final class FcntlLock implements AutoCloseable {
    static final int FLOCK_SIZE = 32;
    static final int FLOCK_PID = 24;
    static final int F_GETLK = 5;
    static final int F_SETLK = 6;
    static final int F_WRLCK = 1;
    static final int F_UNLCK = 2;
    private static final int MODE = 0644;
    private static final int ATTEMPTS = 3;

    /** Device and inode of the files that this process has locked; the class's monitor guards it. */
    private static final Set<Object> LOCKED = new HashSet<>();

    /** The outcome of {@link #tryLock}. */
    public sealed interface Attempt {
        /** This process has the lock now, for as long as {@code lock} is open. */
        record Locked(FcntlLock lock) implements Attempt {}

        /**
         * The lock is taken already, perhaps by this process itself.
         *
         * @param pid of the holder, 0 when it is in a pid namespace that this one does not see
         */
        record HeldBy(int pid) implements Attempt {}
    }

    private final int fd;
    private final Path file;
    private final Object key;
    private boolean closed;

    private FcntlLock(int fd, Path file, Object key) {
        this.fd = fd;
        this.file = file;
        this.key = key;
    }

    /**
     * Tries to lock a file, which is made when it does not exist. Does not wait.
     *
     * @throws LinuxException when the file cannot be opened
     */
    public static synchronized Attempt tryLock(Path file) throws LinuxException {
        if (holds(key(file))) {
            return new Attempt.HeldBy(ownPid());
        }
        int flags = FileCalls.O_RDWR | FileCalls.O_CREAT | FileCalls.O_CLOEXEC;
        int fd = NativeCall.check(FileCalls.open(file.toString(), flags, MODE), file.toString());
        for (int i = 0; i < ATTEMPTS; i++) {
            int result = lock(fd, F_SETLK, F_WRLCK);
            if (result == 0) {
                return locked(fd, file);
            }
            if (result != -Errno.EAGAIN && result != -Errno.EACCES) {
                FileCalls.close(fd);
                throw new LinuxException("lock " + file, -result);
            }
            int pid = lock(fd, F_GETLK, F_WRLCK);
            if (pid >= 0) {
                FileCalls.close(fd);
                return new Attempt.HeldBy(pid);
            }
            // it was unlocked between the two calls: try again
        }
        FileCalls.close(fd);
        return new Attempt.HeldBy(0);
    }

    /**
     * Returns the process that holds the lock of a file, or -1 when none does; 0 when it is not visible.
     *
     * @throws LinuxException ENOENT when there is no such file
     */
    public static synchronized int owner(Path file) throws LinuxException {
        if (holds(key(file))) {
            return ownPid();
        }
        int fd = NativeCall.check(
                FileCalls.open(file.toString(), FileCalls.O_RDONLY | FileCalls.O_CLOEXEC, 0), file.toString());
        int pid = lock(fd, F_GETLK, F_WRLCK);
        FileCalls.close(fd);
        return pid;
    }

    /**
     * Makes {@code content} the locked file's whole content.
     *
     * @throws LinuxException ENOSPC and the like
     */
    public void write(byte[] content) throws LinuxException {
        NativeCall.check(FileCalls.truncate(fd, 0), file.toString());
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment bytes = arena.allocateFrom(JAVA_BYTE, content);
            int written = 0;
            while (written < content.length) {
                written += NativeCall.check(
                        FileCalls.write(fd, bytes.address() + written, content.length - written, written),
                        file.toString());
            }
        }
    }

    /** Unlocks and closes the file; it is not removed. */
    @Override
    public void close() {
        synchronized (FcntlLock.class) {
            if (!closed) {
                closed = true;
                LOCKED.remove(key);
                FileCalls.close(fd);
            }
        }
    }

    /** Remembers that this process has locked a file; that somebody removed it meanwhile is a failure. */
    private static Attempt locked(int fd, Path file) throws LinuxException {
        Object key = key(file);
        if (key == null) {
            FileCalls.close(fd);
            throw new LinuxException("lock " + file, Errno.ENOENT);
        }
        LOCKED.add(key);
        return new Attempt.Locked(new FcntlLock(fd, file, key));
    }

    /** Does fcntl(2) on the whole file. F_SETLK returns 0 or {@code -errno}; F_GETLK the holder's pid, or -1. */
    private static int lock(int fd, int command, int type) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment whole = arena.allocate(FLOCK_SIZE, 8); // start 0 and length 0: all of it
            whole.set(JAVA_SHORT, 0, (short) type);
            int result = FileCalls.fcntl(fd, command, whole);
            if (command == F_SETLK) {
                return result;
            }
            return result < 0 || whole.get(JAVA_SHORT, 0) == F_UNLCK ? -1 : Math.max(whole.get(JAVA_INT, FLOCK_PID), 0);
        }
    }

    private static boolean holds(@Nullable Object key) {
        return key != null && LOCKED.contains(key);
    }

    /** Identifies a file without opening it; null when there is none. */
    private static @Nullable Object key(Path file) {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    private static int ownPid() {
        return (int) ProcessHandle.current().pid();
    }
}
