package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.stream.StreamException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Keeps two servers away from one file: an fcntl lock on {@code .<name>.~lock~} beside it, which is where Open vSwitch's programs look
 * (ovsdb(7), "Service Models"). The kernel drops it when the process ends, however it ends.
 */
final class LockFile implements Closeable {
    private final FileChannel channel;

    private LockFile(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes the lock.
     *
     * @param file the file to be kept, whose symbolic links are resolved
     * @throws OvsdbException with tag "I/O error" if someone else has it
     */
    static LockFile take(Path file) throws OvsdbException {
        try {
            Path real = DatabaseFile.real(file);
            FileChannel channel = FileChannel.open(
                    real.resolveSibling("." + real.getFileName() + ".~lock~"),
                    Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE),
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            if (tryLock(channel)) {
                return new LockFile(channel);
            }
            channel.close();
            throw refused(file, "Resource temporarily unavailable");
        } catch (IOException e) {
            throw refused(file, StreamException.reasonOf(e));
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Another server of this very process has it.
            return false;
        }
    }

    private static OvsdbException refused(Path file, String reason) {
        return new OvsdbException(new OvsdbError("I/O error", file + ": failed to lock lockfile", null, reason));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
