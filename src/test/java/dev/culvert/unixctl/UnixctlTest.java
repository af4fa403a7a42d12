package dev.culvert.unixctl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.culvert.jsonrpc.JsonLimits;
import dev.culvert.jsonrpc.JsonReader;
import dev.culvert.jsonrpc.JsonText;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.Streams;
import dev.culvert.vlog.Vlog;
import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class UnixctlTest {
    @TempDir
    private Path directory;

    private final UnixctlCommands commands = new UnixctlCommands("ovs-vswitchd (Open vSwitch) 3.1.0");
    private final ExecutorService conductor = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("conductor").factory());
    private Path socket;
    private UnixctlServer server;

    @BeforeEach
    void start() throws IOException {
        socket = directory.resolve("ctl");
        commands.register("test/join", "a [b]", 1, 2, arguments -> String.join("+", arguments));
        commands.register(
                "test/thread", "", 0, 0, conductor, _ -> Thread.currentThread().getName());
        commands.register("test/refuse", null, 0, 0, _ -> {
            throw new UnixctlException("no such bridge");
        });
        commands.register("test/bug", "", 0, UnixctlCommands.UNLIMITED, conductor, _ -> {
            throw new IllegalStateException("deliberate");
        });
        commands.register("test/error", "", 0, 0, conductor, _ -> {
            throw new NoClassDefFoundError("on purpose");
        });
        VlogCommands.register(commands, Vlog.process());
        server = UnixctlServer.start(socket, commands);
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        conductor.shutdownNow();
    }

    private String call(String command, String... arguments) throws IOException, UnixctlException {
        try (UnixctlClient client = UnixctlClient.connect(socket)) {
            return client.call(command, List.of(arguments));
        }
    }

    private void assertRefused(String message, String command, String... arguments) {
        assertThatExceptionOfType(UnixctlException.class)
                .isThrownBy(() -> call(command, arguments))
                .withMessage(message + "\n");
    }

    @Test
    void commandsAreCarriedOutWhereTheyBelong() throws Exception {
        assertThat(call("version")).isEqualTo("ovs-vswitchd (Open vSwitch) 3.1.0\n");
        assertThat(call("test/join", "x")).isEqualTo("x\n");
        assertThat(call("test/join", "", "")).isEqualTo("+\n");
        assertThat(call("test/join", "é\"\\\n")).isEqualTo("é\"\\\n");
        assertThat(call("test/join", "")).isEmpty();
        assertThat(call("test/thread")).isEqualTo("conductor\n");
    }

    /** The words are those of Open vSwitch 3.1. */
    @Test
    void refusalsAreWorded() {
        assertRefused(
                "\"nope\" is not a valid command (use \"list-commands\" to see a list of valid commands)", "nope");
        assertRefused("\"test/join\" command requires at least 1 arguments", "test/join");
        assertRefused("\"test/join\" command takes at most 2 arguments", "test/join", "1", "2", "3");
        assertRefused("\"version\" command takes at most 0 arguments", "version", "1");
        assertRefused("no such bridge", "test/refuse");
        assertRefused("internal error, see the daemon's log", "test/bug", "1", "2", "3");
        assertRefused("internal error, see the daemon's log", "test/error");
        assertRefused("unknown module", "vlog/disable-rate-limit", "nope");
        assertRefused("no destination, level, or module \"nope\"", "vlog/set", "nope");
    }

    @Test
    void aStoppedConductorRefuses() {
        conductor.shutdown();
        assertRefused("daemon is exiting", "test/thread");
    }

    @Test
    void theListIsSortedAndHidesWhatHasNoUsage() throws Exception {
        assertThat(call("list-commands"))
                .startsWith("The available commands are:\n  list-commands           \n  test/bug                \n")
                .contains("  test/join               a [b]\n")
                .contains("  vlog/set                {spec | PATTERN:destination:pattern}\n")
                .doesNotContain("test/refuse");
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> commands.register("version", "", 0, 0, _ -> ""));
    }

    @Test
    void oneConnectionMayAskManyTimes() throws Exception {
        try (UnixctlClient client = UnixctlClient.connect(socket)) {
            for (int i = 0; i < 100; i++) {
                assertThat(client.call("test/join", List.of("n", Integer.toString(i))))
                        .isEqualTo("n+" + i + "\n");
            }
        }
    }

    private Stream connect() throws IOException {
        return Streams.connect(new StreamAddress.Unix(socket, "unix:" + socket), Duration.ZERO);
    }

    @Test
    void requestsInOnePieceAreAnsweredInOrder() throws Exception {
        try (Stream stream = connect()) {
            stream.out().write("""
                    {"id":7,"method":"test/join","params":["a"]}{"id":["x"],"method":"test/join","params":[1]}
                    """.getBytes(StandardCharsets.UTF_8));
            JsonReader reader = new JsonReader(stream.in(), JsonLimits.SMALL);
            assertThat(JsonText.of(reader.next())).isEqualTo("{\"id\":7,\"result\":\"a\\n\",\"error\":null}");
            assertThat(JsonText.of(reader.next()))
                    .isEqualTo("{\"id\":[\"x\"],\"result\":null,"
                            + "\"error\":\"\\\"test/join\\\" command has non-string argument\\n\"}");
        }
    }

    @Test
    void whatIsNoRequestEndsTheConnectionOnly() throws Exception {
        List<String> wrong = List.of(
                "}",
                "[1]",
                "{\"id\":1,\"result\":2,\"error\":null}",
                "{\"id\":null,\"method\":\"version\",\"params\":[]}",
                "[".repeat(100),
                "{\"id\":1,\"method\":\"" + "x".repeat(2 << 20));
        for (String text : wrong) {
            try (Stream stream = connect()) {
                stream.out().write(text.getBytes(StandardCharsets.UTF_8));
                assertThat(stream.in().read()).isEqualTo(-1);
            } catch (IOException e) {
                assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
            }
        }
        assertThat(call("test/join", "alive")).isEqualTo("alive\n");
    }

    @Test
    void randomBytesDoNoHarm() throws Exception {
        Random random = new Random(3);
        String[] words = {
            "{", "}", "[", "]", "\"id\"", ":", ",", "1", "null", "\"method\"", "\"version\"", "\"params\"", "é"
        };
        for (int i = 0; i < 300; i++) {
            StringBuilder text = new StringBuilder();
            random.ints(20, 0, words.length).forEach(word -> text.append(words[word]));
            try (Stream stream = connect()) {
                stream.out().write(text.toString().getBytes(StandardCharsets.UTF_8));
            } catch (IOException e) {
                // Refused because the server still works on a hundred others.
                assertThat(e).hasMessageMatching("Broken pipe|Connection reset.*");
            }
        }
        await().until(this::isServed);
        assertThat(call("test/join", "alive")).isEqualTo("alive\n");
    }

    private boolean isServed() {
        try {
            return call("version").startsWith("ovs-vswitchd");
        } catch (IOException | UnixctlException e) {
            return false;
        }
    }

    @Test
    void connectionsAreBounded() throws Exception {
        List<UnixctlClient> clients = new ArrayList<>();
        try {
            for (int i : IntStream.range(0, 100).toArray()) {
                UnixctlClient client = UnixctlClient.connect(socket);
                clients.add(client);
                assertThat(client.call("test/join", List.of("c" + i))).isEqualTo("c" + i + "\n");
            }
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> call("version"));
        } finally {
            for (UnixctlClient client : clients) {
                client.close();
            }
        }
    }

    @Test
    void closingLetsTheLastAnswerLeaveAndEndsTheRest() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        commands.register("test/exit", "", 0, 0, _ -> {
            asked.countDown();
            try {
                stopped.await();
            } catch (InterruptedException e) {
                throw new UnixctlException("interrupted");
            }
            return "bye";
        });
        try (UnixctlClient idle = UnixctlClient.connect(socket)) {
            assertThat(idle.call("test/join", List.of("x"))).isEqualTo("x\n");
            Thread closer = Thread.ofPlatform().start(() -> {
                try {
                    asked.await();
                    stopped.countDown();
                    server.close();
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(call("test/exit")).isEqualTo("bye\n");
            closer.join();
            assertThat(socket).doesNotExist();
            assertThatExceptionOfType(IOException.class).isThrownBy(() -> idle.call("version", List.of()));
        }
    }

    @Test
    void aDaemonThatHangsUpIsNoticed() throws Exception {
        try (var listener = Streams.listen(new StreamAddress.PassiveUnix(directory.resolve("x"), "punix:x"))) {
            Thread.ofVirtual().start(() -> {
                try (Stream stream = listener.accept()) {
                    assertThat(new JsonReader(stream.in(), JsonLimits.SMALL).next())
                            .isNotNull();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            try (UnixctlClient client = UnixctlClient.connect(directory.resolve("x"))) {
                assertThatExceptionOfType(EOFException.class)
                        .isThrownBy(() -> client.call("version", List.of()))
                        .withMessage("End of file");
            }
        }
    }
}
