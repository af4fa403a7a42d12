package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.log.DatabaseFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The server's process is killed, two hundred times, while several clients write as fast as they can: no transaction that was
 * answered is lost, and the genuine tool reads what is left.
 */
class KillIT {
    private static final int STORMS = 4;
    private static final int ROUNDS = 50;
    private static final int CLIENTS = 3;

    @TempDir
    Path directory;

    @Test
    @Timeout(400)
    void nothingThatWasAnsweredIsLost() throws Exception {
        List<Future<Integer>> storms = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(STORMS)) {
            for (int i = 0; i < STORMS; i++) {
                Path folder = Files.createDirectory(directory.resolve("storm" + i));
                storms.add(threads.submit(() -> storm(folder)));
            }
        }
        int kills = 0;
        for (Future<Integer> storm : storms) {
            kills += storm.get();
        }
        assertThat(kills).isEqualTo(STORMS * ROUNDS);
    }

    private static int storm(Path folder) throws Exception {
        Path file = folder.resolve("conf.db");
        Path socket = folder.resolve("db.sock");
        Set<String> answered = ConcurrentHashMap.newKeySet();
        int kills = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Process server = start(file, socket);
            int before = answered.size();
            List<Thread> writers = List.of(
                    writer(socket, answered, round, 0),
                    writer(socket, answered, round, 1),
                    writer(socket, answered, round, CLIENTS - 1));
            while (answered.size() < before + 20) {
                assertThat(server.isAlive()).isTrue();
                Thread.sleep(1);
            }
            Thread.sleep(ThreadLocalRandom.current().nextInt(20));
            server.destroyForcibly();
            assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertThat(server.exitValue()).as("killed").isEqualTo(128 + 9);
            kills++;
            for (Thread writer : writers) {
                writer.join();
            }
            Set<String> kept = names(file);
            assertThat(kept).containsAll(answered);
            // What was sent but not answered may have happened, one transaction a client.
            assertThat(kept.size()).isLessThanOrEqualTo(answered.size() + CLIENTS * (round + 1));
        }
        assertThat(answered).hasSizeGreaterThan(ROUNDS * 20 - 1);
        GenuineServer.Output rows = GenuineServer.run(
                "ovsdb-tool",
                "query",
                file.toString(),
                "[\"Open_vSwitch\",{\"op\":\"select\",\"table\":\"Queue\",\"where\":[],\"columns\":[\"external_ids\"]}]");
        assertThat(rows.status()).as("%s", rows).isZero();
        assertThat(rows.text()).contains(answered);
        return kills;
    }

    private static Process start(Path file, Path socket) throws IOException {
        Files.deleteIfExists(socket);
        Process server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServerProgram.class.getName(),
                        file.toString(),
                        "punix:" + socket)
                .redirectErrorStream(true)
                .start();
        // The socket alone is not enough: it is there before anybody listens on it.
        assertThat(server.inputReader().readLine()).isEqualTo("ready");
        return server;
    }

    private static Thread writer(Path socket, Set<String> answered, int round, int number) {
        return Thread.ofPlatform().start(() -> {
            try (RawClient client = new RawClient(socket)) {
                for (int i = 0; ; i++) {
                    String name = "n" + round + "." + number + "." + i;
                    JsonNode result = client.call(
                            "transact",
                            "[\"Open_vSwitch\",{\"op\":\"insert\",\"table\":\"Queue\",\"row\":"
                                    + "{\"external_ids\":[\"map\",[[\"name\",\"" + name + "\"]]]}}]");
                    assertThat(Json.text(result)).doesNotContain("error");
                    answered.add(name);
                }
            } catch (Exception e) {
                assertThat(e).isInstanceOf(IOException.class);
            }
        });
    }

    private static Set<String> names(Path file) throws Exception {
        try (DatabaseFile opened = DatabaseFile.open(file, Schemas.openVSwitch())) {
            Table table = opened.database().table("Queue");
            return table.rows().stream()
                    .map(row -> row.get(table.schema().column("external_ids")).value(0))
                    .map(atom -> ((Atom.OfString) atom).value())
                    .collect(Collectors.toSet());
        }
    }
}
