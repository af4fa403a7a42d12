package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.engine.Commit;
import dev.culvert.ovsdb.engine.CommitLog;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.stream.StreamException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A database's file, in ovsdb-server's own format, so that ovsdb-tool reads ours and we take over theirs. Used by the database's
 * thread.
 *
 * <p>A commit is one {@code write()} before it takes effect, so the death of the process loses nothing that was answered; a commit
 * that asks for durability is on the disk as well. When the file is opened, whatever follows the last whole record is cut
 * off, with a warning.
 */
public final class DatabaseFile implements CommitLog, Closeable {
    private static final Logger LOG = System.getLogger("ovsdb_file");

    private static final String IO_ERROR = "I/O error";

    private final Path path;
    private final LockFile lock;
    private Database database;
    private FileChannel channel;
    private long length;
    private long baseLength;
    private int records;
    private @Nullable Compaction compaction;

    private DatabaseFile(Path path, LockFile lock, Database database, FileChannel channel, long length) {
        this.path = path;
        this.lock = lock;
        this.database = database;
        this.channel = channel;
        this.length = length;
        this.baseLength = length;
    }

    /**
     * Opens a file, or makes it if there is none.
     *
     * @param path the file
     * @param schema the schema of a new database. An existing one with an older version of it is converted, after a copy of the file
     *     was made beside it; one with another name is refused
     * @return the open file, with its database read
     * @throws OvsdbException if it cannot be opened, is in use, or is no database
     */
    public static DatabaseFile open(Path path, DatabaseSchema schema) throws OvsdbException {
        LockFile lock = LockFile.take(path);
        DatabaseFile file = null;
        try {
            Path real = real(path);
            if (!Files.exists(real) || Files.size(real) == 0) {
                create(real, schema);
            }
            file = read(real, lock);
            Conversion.upgrade(file, schema);
            return file;
        } catch (IOException e) {
            release(file == null ? lock : file);
            throw io(path + ": open failed", e);
        } catch (OvsdbException e) {
            release(file == null ? lock : file);
            throw e;
        }
    }

    /** The file behind symbolic links, also if it does not exist yet. */
    static Path real(Path path) throws IOException {
        return Files.exists(path) ? path.toRealPath() : path.toAbsolutePath();
    }

    private static void release(Closeable held) {
        try {
            held.close();
        } catch (IOException e) {
            LOG.log(Level.WARNING, "close failed: {0}", e.getMessage());
        }
    }

    private static void create(Path path, DatabaseSchema schema) throws IOException {
        // By way of a rename, so that a crash leaves no file with half a schema.
        Compaction fresh = new Compaction(path, schema, Map.of(), "");
        fresh.write();
        fresh.finish().close();
    }

    private static DatabaseFile read(Path path, LockFile lock) throws IOException, OvsdbException {
        FileChannel channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        try {
            long size = channel.size();
            Replay.Source source = offset -> {
                // Not closed: closing it would close the channel.
                InputStream in = Channels.newInputStream(channel.position(offset));
                return new LogReader(path.toString(), in, offset, size);
            };
            LogReader first = source.from(0);
            if (!first.next()) {
                throw OvsdbException.syntax(null, path + ": file contains no schema");
            }
            Database database = new Database(DatabaseSchema.parse(first.json()));
            Replay replay = new Replay(database, source, first.offset());
            OvsdbException damage = replay.run();
            if (damage != null) {
                LOG.log(Level.WARNING, "{0}", damage.getMessage());
                cut(path, channel, replay.end(), size);
            }
            channel.position(replay.end());
            DatabaseFile file = new DatabaseFile(path, lock, database, channel, replay.end());
            file.records = replay.records();
            return file;
        } catch (IOException | OvsdbException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private static void cut(Path path, FileChannel channel, long good, long size) throws IOException {
        Path remains = path.resolveSibling(path.getFileName() + ".damaged");
        Set<StandardOpenOption> anew =
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
        try (FileChannel copy = FileChannel.open(remains, anew, Compaction.PERMISSIONS)) {
            for (long at = good; at < size; ) {
                at += channel.transferTo(at, size - at, copy);
            }
        }
        channel.truncate(good);
        channel.force(true);
        LOG.log(
                Level.WARNING,
                "{0}: cut off {1} bytes after the last good record, which ends at offset {2}; they are kept in {3}",
                path,
                size - good,
                good,
                remains);
    }

    /**
     * The database that the file holds.
     *
     * @return the database; another one after {@link #replace}
     */
    public Database database() {
        return database;
    }

    /**
     * The file.
     *
     * @return its path
     */
    public Path path() {
        return path;
    }

    @Override
    public void append(Commit commit) throws OvsdbException {
        ObjectNode json = TransactionRecord.of(commit, System.currentTimeMillis());
        if (json == null) {
            return;
        }
        byte[] record = LogFormat.encode(json);
        String what = "write failed";
        try {
            Compaction.writeFully(channel, record);
            if (commit.durable()) {
                what = "fsync failed";
                channel.force(false);
            }
        } catch (IOException e) {
            undo();
            throw io(path + ": " + what, e);
        }
        length += record.length;
        records++;
        if (compaction != null) {
            compaction.add(record);
        }
    }

    /** Takes back a record that was written in part, or all of it if it must not stand. */
    private void undo() throws OvsdbException {
        try {
            channel.truncate(length);
            channel.position(length);
        } catch (IOException e) {
            throw io(path + ": cannot truncate to length " + length, e);
        }
    }

    private static OvsdbException io(String details, IOException e) {
        return new OvsdbException(new OvsdbError(IO_ERROR, details, null, StreamException.reasonOf(e)));
    }

    /**
     * The file's length.
     *
     * @return bytes
     */
    public long length() {
        return length;
    }

    /**
     * The file's length when it was opened or last compacted.
     *
     * @return bytes
     */
    public long baseLength() {
        return baseLength;
    }

    /**
     * How many transactions the file holds beyond its first record.
     *
     * @return the number of records that were read or written since the last compaction
     */
    public int records() {
        return records;
    }

    /**
     * Begins to make the file shorter. Run {@link Compaction#write} in any thread, then {@link #finish}.
     *
     * @param comment what to say in the new file's record
     * @return what is to be done, or null if it is being done already
     */
    public @Nullable Compaction compact(String comment) {
        if (compaction != null) {
            return null;
        }
        compaction = new Compaction(path, database.schema(), database.snapshot(), comment);
        return compaction;
    }

    /**
     * Puts the shorter file in the old one's place.
     *
     * @param written whether {@link Compaction#write} succeeded; otherwise the old file goes on
     * @throws OvsdbException with tag "I/O error" if the file system refuses; then the old file goes on
     */
    public void finish(boolean written) throws OvsdbException {
        Compaction done = compaction;
        compaction = null;
        if (done == null || !written) {
            return;
        }
        try {
            adopt(done.finish());
        } catch (IOException e) {
            throw io(path + ": compaction failed", e);
        }
    }

    /**
     * Makes another database take this one's place, in the file too.
     *
     * @param replacement the new content
     * @param comment what to say in the new file's record
     * @throws OvsdbException with tag "I/O error" if the file system refuses; then nothing has changed
     */
    public void replace(Database replacement, String comment) throws OvsdbException {
        Compaction rewriting = new Compaction(path, replacement.schema(), replacement.snapshot(), comment);
        try {
            rewriting.write();
            adopt(rewriting.finish());
        } catch (IOException e) {
            throw io(path + ": write failed", e);
        }
        compaction = null;
        database = replacement;
    }

    private void adopt(FileChannel fresh) throws IOException {
        FileChannel old = channel;
        channel = fresh;
        length = fresh.position();
        baseLength = length;
        records = 0;
        old.close();
    }

    /** Closes the file and lets others have it. */
    @Override
    public void close() throws IOException {
        try {
            channel.close();
        } finally {
            lock.close();
        }
    }
}
