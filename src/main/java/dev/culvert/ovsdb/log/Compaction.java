package dev.culvert.ovsdb.log;

import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * A shorter log with the same content. It is written beside the old one, from a snapshot and by any thread, while the database goes
 * on; what is committed meanwhile is added at the end, and a rename puts it in the old one's place: at every moment a
 * crash leaves one whole log.
 */
public final class Compaction {
    /** Those of ovsdb-tool's files: a database may hold what not everybody should read. */
    static final FileAttribute<Set<PosixFilePermission>> PERMISSIONS =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r-----"));

    private final Path target;
    private final Path temporary;
    private final DatabaseSchema schema;
    private final Map<TableSchema, List<Row>> snapshot;
    private final String comment;
    private final List<byte[]> later = new ArrayList<>();
    private @Nullable FileChannel channel;

    Compaction(Path target, DatabaseSchema schema, Map<TableSchema, List<Row>> snapshot, String comment) {
        this.target = target;
        this.temporary = target.resolveSibling(target.getFileName() + ".tmp");
        this.schema = schema;
        this.snapshot = snapshot;
        this.comment = comment;
    }

    /**
     * Writes the snapshot; the long part, for any thread.
     *
     * @throws IOException if the file system refuses; the temporary file is removed
     */
    public void write() throws IOException {
        Files.deleteIfExists(temporary);
        FileChannel fresh = FileChannel.open(
                temporary, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), PERMISSIONS);
        channel = fresh;
        try {
            writeFully(fresh, LogFormat.encode(schema.toJson()));
            ObjectNode rows = TransactionRecord.of(snapshot, comment, System.currentTimeMillis());
            if (rows != null) {
                writeFully(fresh, LogFormat.encode(rows));
            }
            fresh.force(false);
        } catch (IOException e) {
            abandon();
            throw e;
        }
    }

    /** Notes a record that the old log got after the snapshot; for the database's thread. */
    void add(byte[] record) {
        later.add(record);
    }

    /** Puts the new log in the old one's place and returns it, ready for appending; for the database's thread. */
    FileChannel finish() throws IOException {
        FileChannel fresh = channel;
        if (fresh == null) {
            throw new IllegalStateException("not written");
        }
        try {
            for (byte[] record : later) {
                writeFully(fresh, record);
            }
            fresh.force(false);
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            abandon();
            throw e;
        }
        syncDirectory(target);
        return fresh;
    }

    private void abandon() throws IOException {
        FileChannel fresh = channel;
        if (fresh != null) {
            fresh.close();
        }
        Files.deleteIfExists(temporary);
    }

    /** Writes all bytes, in one system call unless the kernel takes less. */
    static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Makes a file's name survive a power cut. */
    static void syncDirectory(Path file) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
