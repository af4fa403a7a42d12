package dev.culvert.stream;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A {@code punix:} listener, with the socket in the file system that belongs to it. */
final class UnixListener implements StreamListener {
    /** Numbers the connections of this process, as their names in the log do. */
    private static final AtomicInteger NEXT_INDEX = new AtomicInteger();

    private final ServerSocketChannel channel;
    private final StreamAddress.PassiveUnix address;
    private final AtomicBoolean closed = new AtomicBoolean();

    /** Which file is ours: another process may have put its own socket there since. */
    private final @Nullable Object fileKey;

    UnixListener(ServerSocketChannel channel, StreamAddress.PassiveUnix address) throws IOException {
        this.channel = channel;
        this.address = address;
        this.fileKey = fileKey(address.path());
    }

    /**
     * Takes everything from those who are neither owner nor group (mode 0770 less the umask, as Open vSwitch has it).
     * Until then the socket has mode 0777 less the umask, and only a umask without the write bits lets others in.
     */
    void closeToOthers() throws IOException {
        Set<PosixFilePermission> permissions = EnumSet.copyOf(
                Files.readAttributes(address.path(), PosixFileAttributes.class).permissions());
        permissions.removeAll(EnumSet.range(PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_EXECUTE));
        Files.setPosixFilePermissions(address.path(), permissions);
    }

    @Override
    public Stream accept() throws IOException {
        return new ChannelStream(channel.accept(), "unix#" + NEXT_INDEX.getAndIncrement());
    }

    @Override
    public String name() {
        return address.text();
    }

    @Override
    public int localPort() {
        return 0;
    }

    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (Objects.equals(fileKey, fileKey(address.path()))) {
                Files.deleteIfExists(address.path());
            }
        } catch (NoSuchFileException e) {
            // Somebody was quicker; what matters is that it is gone.
        } finally {
            channel.close();
        }
    }

    private static @Nullable Object fileKey(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class).fileKey();
    }
}
