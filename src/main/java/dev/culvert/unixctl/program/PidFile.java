package dev.culvert.unixctl.program;

import dev.culvert.stream.StreamException;
import java.io.Closeable;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The file in which a daemon says which process it is. It counts only while a process holds a POSIX record lock on it
 * (fcntl(2)), so one that a crash left behind misleads nobody. On Linux the lock of a {@link FileChannel} is that lock,
 * and the kernel drops it as soon as the process closes <em>any</em> descriptor of the file: within the daemon nobody
 * else may open it.
 */
public final class PidFile implements Closeable {
    private static final int MAX_LENGTH = 20;

    private final Path path;
    private final FileChannel channel;
    private final @Nullable Object key;

    private PidFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.key = key(path);
    }

    /** A pidfile that could not be made or read; the reason is in the C library's words. */
    public static final class PidFileException extends Exception {
        private final String reason;

        PidFileException(String reason, String message) {
            super(message);
            this.reason = reason;
        }

        /** The C library's words for what is wrong, without the path. */
        public String reason() {
            return reason;
        }
    }

    /**
     * Makes and locks the pidfile of this process. It is written under another name first, so that under its own it is
     * locked and complete from the beginning.
     *
     * @param overwrite whether to take it over from a process that lives
     * @throws PidFileException if another process has it ({@code <path>: already running as pid <pid>, aborting}) or it
     *     cannot be written
     */
    public static PidFile create(Path path, boolean overwrite) throws PidFileException {
        Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
        try {
            // Every starting daemon uses this one name, so its lock decides between two that start at once.
            FileChannel channel = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            try {
                lock(channel);
                return write(channel, temporary, path, overwrite);
            } catch (IOException | PidFileException | RuntimeException e) {
                channel.close();
                throw e;
            }
        } catch (IOException e) {
            String reason = StreamException.reasonOf(e);
            throw new PidFileException(reason, temporary + ": create failed (" + reason + ")");
        }
    }

    private static PidFile write(FileChannel channel, Path temporary, Path path, boolean overwrite)
            throws IOException, PidFileException {
        try {
            if (!overwrite) {
                refuseIfRunning(path);
            }
            channel.truncate(0);
            String pid = ProcessHandle.current().pid() + "\n";
            channel.write(ByteBuffer.wrap(pid.getBytes(StandardCharsets.US_ASCII)));
            Files.move(temporary, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new PidFile(path, channel);
        } catch (IOException | PidFileException e) {
            // Still ours: nobody else touches it while it is locked and has not been moved.
            Files.deleteIfExists(temporary);
            throw e;
        }
    }

    private static void lock(FileChannel channel) throws IOException {
        try {
            if (channel.tryLock() != null) {
                return;
            }
        } catch (OverlappingFileLockException e) {
            // Held by this very process: as good a reason as if another had it.
        }
        throw new IOException("Resource temporarily unavailable");
    }

    private static void refuseIfRunning(Path path) throws PidFileException {
        if (!Files.exists(path)) {
            return;
        }
        long other;
        try {
            other = read(path);
        } catch (PidFileException e) {
            if (e.reason().equals("No such process")) {
                return;
            }
            throw e;
        }
        throw new PidFileException("File exists", path + ": already running as pid " + other + ", aborting");
    }

    /**
     * The process that a pidfile names.
     *
     * @throws PidFileException if there is no such file, or no process keeps it locked ({@code No such process})
     */
    public static long read(Path path) throws PidFileException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            ByteBuffer bytes = ByteBuffer.allocate(MAX_LENGTH);
            channel.read(bytes);
            if (!isLocked(channel)) {
                throw stale(path);
            }
            String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII).strip();
            return Long.parseUnsignedLong(text);
        } catch (NumberFormatException e) {
            log().log(Level.WARNING, "{0}: read: unexpected contents", path);
            throw stale(path);
        } catch (IOException e) {
            log().log(Level.WARNING, "{0}: open: {1}", path, StreamException.reasonOf(e));
            throw new PidFileException(StreamException.reasonOf(e), cannotRead(path, StreamException.reasonOf(e)));
        }
    }

    /** Asks by trying: a shared lock is refused only while somebody holds the exclusive one. */
    private static boolean isLocked(FileChannel channel) throws IOException {
        try (FileLock lock = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return lock == null;
        } catch (OverlappingFileLockException e) {
            return true;
        }
    }

    /** Only when there is something to say: a command-line tool has no time to start a log otherwise. */
    private static Logger log() {
        return System.getLogger("daemon_unix");
    }

    private static PidFileException stale(Path path) {
        return new PidFileException("No such process", cannotRead(path, "No such process"));
    }

    private static String cannotRead(Path path, String reason) {
        return "cannot read pidfile \"" + path + "\" (" + reason + ")";
    }

    private static @Nullable Object key(Path path) throws IOException {
        return Files.readAttributes(path, java.nio.file.attribute.BasicFileAttributes.class)
                .fileKey();
    }

    /** Where it is. */
    public Path path() {
        return path;
    }

    /** Removes the file, unless another process has put its own there, and then gives the lock up. */
    @Override
    public void close() throws IOException {
        try {
            if (Files.exists(path) && Objects.equals(key, key(path))) {
                Files.deleteIfExists(path);
            }
        } finally {
            channel.close();
        }
    }
}
