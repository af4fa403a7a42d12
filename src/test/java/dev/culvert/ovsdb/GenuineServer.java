package dev.culvert.ovsdb;

import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Debian's ovsdb-server with a database in a directory of its own, and the other stock tools. */
public final class GenuineServer implements AutoCloseable {
    private final Process process;
    private final Path socket;

    private GenuineServer(Process process, Path socket) {
        this.process = process;
        this.socket = socket;
    }

    /** Starts the server for a database file that exists, with these options besides. */
    public static GenuineServer start(Path directory, Path database, String... options)
            throws IOException, InterruptedException {
        Path socket = directory.resolve("genuine.sock");
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(List.of(
                "ovsdb-server",
                "--remote=punix:" + socket,
                "--unixctl=" + directory.resolve("genuine.ctl"),
                "--no-chdir",
                "-vconsole:off",
                "-vsyslog:off",
                database.toString())));
        builder.command().addAll(List.of(options));
        builder.environment().put("OVS_RUNDIR", directory.toString());
        builder.redirectErrorStream(true)
                .redirectOutput(directory.resolve("genuine.out").toFile());
        Process process = builder.start();
        for (int i = 0; i < 500 && !Files.exists(socket) && process.isAlive(); i++) {
            Thread.sleep(10);
        }
        if (!Files.exists(socket)) {
            process.destroyForcibly();
            throw new IOException("ovsdb-server: " + Files.readString(directory.resolve("genuine.out")));
        }
        return new GenuineServer(process, socket);
    }

    /** The server's socket. */
    public Path socket() {
        return socket;
    }

    /** An address to connect to a socket. */
    public static StreamAddress.Active address(Path socket) throws IOException {
        return StreamAddress.active(
                "unix:" + socket, StreamAddress.OVSDB_PORT, new Directories(socket, socket, socket, socket));
    }

    /** An address to listen on a socket. */
    public static StreamAddress.Passive listening(Path socket) throws IOException {
        return StreamAddress.passive(
                "punix:" + socket, StreamAddress.OVSDB_PORT, new Directories(socket, socket, socket, socket));
    }

    /** What a command printed on both of its outputs, and how it ended. */
    public record Output(int status, String text) {}

    /** Runs a stock tool to its end. */
    public static Output run(String... command) throws IOException, InterruptedException {
        List<String> limited = new ArrayList<>(List.of("timeout", "30"));
        limited.addAll(List.of(command));
        Process process = new ProcessBuilder(limited).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String text = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        return new Output(process.waitFor(), text);
    }

    @Override
    public void close() {
        process.destroy();
        process.onExit()
                .orTimeout(5, TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly())
                .join();
    }
}
