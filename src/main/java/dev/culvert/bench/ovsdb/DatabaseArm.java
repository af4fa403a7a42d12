package dev.culvert.bench.ovsdb;

import dev.culvert.lab.LabException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One of the two servers, as a process on a database's file. */
final class DatabaseArm implements Closeable {
    /** The servers. */
    enum Kind {
        /** Ours, as the daemon has it: with the daemon's memory. */
        CULVERT("Culvert"),
        /** Debian's ovsdb-server. */
        OVSDB_SERVER("ovsdb-server");

        private final String title;

        Kind(String title) {
            this.title = title;
        }

        String title() {
            return title;
        }
    }

    /** The launcher's options for the daemon. */
    private static final List<String> JVM = List.of(
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-Xms16m",
            "-Xmx160m",
            "-Xmn8m",
            "-XX:MinHeapFreeRatio=15",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:+UseCompactObjectHeaders",
            "-Xss512k",
            "--enable-native-access=ALL-UNNAMED");

    private final Process process;
    private final Path socket;
    private final double readySeconds;

    private DatabaseArm(Process process, Path socket, double readySeconds) {
        this.process = process;
        this.socket = socket;
        this.readySeconds = readySeconds;
    }

    /** Starts it; returns when it has answered. The database's file must be there. */
    static DatabaseArm start(Kind kind, Path database) throws IOException, InterruptedException, LabException {
        Path socket = database.resolveSibling("db.sock");
        Files.deleteIfExists(socket);
        ProcessBuilder builder = new ProcessBuilder(line(kind, database, socket));
        builder.environment()
                .put("OVS_RUNDIR", database.toAbsolutePath().resolveSibling("").toString());
        builder.redirectErrorStream(true)
                .redirectOutput(database.resolveSibling("server.out").toFile());
        long begin = System.nanoTime();
        Process process = builder.start();
        while (process.isAlive() && System.nanoTime() - begin < 120_000_000_000L) {
            try (DatabaseClient client = DatabaseClient.connect(socket)) {
                client.call(DatabaseClient.request("list_dbs", "[]"));
                return new DatabaseArm(process, socket, (System.nanoTime() - begin) / 1e9);
            } catch (IOException e) {
                Thread.sleep(2); // not there yet
            }
        }
        process.destroyForcibly();
        throw new LabException(
                kind.title() + " does not answer: " + Files.readString(database.resolveSibling("server.out")));
    }

    private static List<String> line(Kind kind, Path database, Path socket) {
        if (kind == Kind.OVSDB_SERVER) {
            return List.of(
                    "ovsdb-server",
                    "--remote=punix:" + socket,
                    "--unixctl=" + database.resolveSibling("server.ctl"),
                    "--no-chdir",
                    "-vconsole:off",
                    "-vsyslog:off",
                    database.toString());
        }
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(JVM);
        line.addAll(fastStart());
        line.addAll(List.of(
                "-cp",
                System.getProperty("java.class.path"),
                DatabaseServerMain.class.getName(),
                database.toString(),
                socket.toString()));
        return line;
    }

    /** The cache with which the daemon starts, if the launcher has made one. */
    private static List<String> fastStart() {
        String home = System.getProperty("culvert.home", "");
        Path caches = Path.of(home, "target", "aot");
        if (home.isEmpty() || !Files.isDirectory(caches)) {
            return List.of();
        }
        String name = "switch-" + System.getProperty("java.version") + ".aot";
        return List.of("-Dculvert.home=" + home, "-XX:AOTCache=" + caches.resolve(name));
    }

    Path socket() {
        return socket;
    }

    /** From the start of the process to its first answer. */
    double readySeconds() {
        return readySeconds;
    }

    /** Resident memory, in 10⁶ bytes. */
    double residentMegabytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc", "" + process.pid(), "status"))) {
            if (line.startsWith("VmRSS:")) {
                return Double.parseDouble(line.replaceAll("[^0-9]", "")) * 1024 / 1e6;
            }
        }
        return Double.NaN;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
