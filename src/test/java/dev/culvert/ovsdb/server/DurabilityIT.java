package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.ovsdb.data.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** In which order the server's system calls come: a durable transaction is on the disk before its answer leaves. */
@Timeout(120)
class DurabilityIT {
    @TempDir
    private Path directory;

    @Test
    void syncsBeforeItAnswers() throws Exception {
        Path trace = directory.resolve("trace");
        Path socket = directory.resolve("db.sock");
        Process server = new ProcessBuilder(
                        "strace",
                        "-f",
                        "-y",
                        "-s",
                        "400",
                        "-e",
                        "trace=write,pwrite64,fdatasync,fsync",
                        "-o",
                        trace.toString(),
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServerProgram.class.getName(),
                        directory.resolve("conf.db").toString(),
                        "punix:" + socket)
                .redirectError(directory.resolve("server.err").toFile())
                .start();
        try (var input = server.getOutputStream()) {
            assertThat(server.inputReader().readLine()).isEqualTo("ready");
            try (RawClient client = new RawClient(socket)) {
                insert(client, "lazy-one", "");
                insert(client, "durable-one", ",{\"op\":\"commit\",\"durable\":true}");
                insert(client, "lazy-two", "");
            }
        }
        assertThat(server.waitFor(30, TimeUnit.SECONDS)).isTrue();

        List<String> calls = Files.readAllLines(trace);
        int lazy = indexOf(calls, 0, "lazy-one", "conf.db");
        int durable = indexOf(calls, lazy, "durable-one", "conf.db");
        int synced = indexOf(calls, durable, "fdatasync(", "conf.db");
        int answered = indexOf(calls, durable, "\\\"result\\\":[{\\\"uuid\\\"", "write(");
        int second = indexOf(calls, answered, "lazy-two", "conf.db");
        assertThat(synced).isGreaterThan(durable).isLessThan(answered);
        assertThat(calls.subList(lazy, durable)).noneMatch(call -> call.contains("fdatasync("));
        int last = indexOf(calls, second, "\\\"result\\\":[{\\\"uuid\\\"", "write(");
        assertThat(calls.subList(second, last)).noneMatch(call -> call.contains("fdatasync("));
    }

    private static void insert(RawClient client, String name, String more) throws Exception {
        assertThat(Json.text(client.call(
                        "transact",
                        "[\"Open_vSwitch\",{\"op\":\"insert\",\"table\":\"Queue\",\"row\":{\"external_ids\":[\"map\",[[\"name\",\""
                                + name + "\"]]]}}" + more + "]")))
                .doesNotContain("error");
    }

    private static int indexOf(List<String> calls, int from, String... words) {
        for (int i = from; i < calls.size(); i++) {
            String call = calls.get(i);
            if (List.of(words).stream().allMatch(call::contains)) {
                return i;
            }
        }
        throw new AssertionError(List.of(words) + " is not among the calls from " + from + " on: " + calls);
    }
}
