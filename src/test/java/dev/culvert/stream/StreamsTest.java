package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(20)
class StreamsTest {
    @TempDir
    private Path directory;

    private StreamListener listen(String name) throws StreamException {
        return Streams.listen(StreamAddress.passive(name, 6640, directories()));
    }

    private Stream connect(String name) throws StreamException {
        return Streams.connect(StreamAddress.active(name, 6640, directories()), Duration.ofSeconds(5));
    }

    private Directories directories() {
        return Directories.from(Map.of("OVS_RUNDIR", directory.toString()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"punix:s", "ptcp:0:127.0.0.1", "ptcp:0:[::1]", "ptcp:0"})
    void bytesGoBothWaysAndTheEndIsSeen(String name) throws Exception {
        try (StreamListener listener = listen(name)) {
            String back = name.equals("punix:s")
                    ? "unix:s"
                    : (name.contains("::1") ? "tcp:[::1]:" : "tcp:127.0.0.1:") + listener.localPort();
            try (Stream client = connect(back);
                    Stream server = listener.accept()) {
                client.out().write("ping".getBytes(StandardCharsets.UTF_8));
                assertThat(server.in().readNBytes(4)).asString().isEqualTo("ping");
                server.out().write("pong".getBytes(StandardCharsets.UTF_8));
                assertThat(client.in().readNBytes(4)).asString().isEqualTo("pong");
                assertThat(client.peer()).isEqualTo(back);
                assertThat(server.peer()).matches("unix#\\d+|tcp:127\\.0\\.0\\.1:\\d+|tcp:\\[0:0:0:0:0:0:0:1]:\\d+");
                end(client);
                assertThat(server.in().read()).isEqualTo(-1);
            }
        }
    }

    private static void end(Closeable closeable) throws IOException {
        closeable.close();
    }

    @Test
    void aFileThatIsNoSocketIsNotReplacedByOne() throws Exception {
        Path file = Files.writeString(directory.resolve("s"), "precious");
        assertThatThrownBy(() -> listen("punix:s")).hasMessageContaining("Address already in use");
        assertThat(file).hasContent("precious");
    }

    @Test
    void aPortThatWasClosedCanBeListenedOnAtOnce() throws Exception {
        int port;
        try (StreamListener any = listen("ptcp:0:127.0.0.1")) {
            port = any.localPort();
        }
        for (int i = 0; i < 200; i++) {
            try (StreamListener listener = listen("ptcp:" + port + ":127.0.0.1")) {
                Thread.ofVirtual().start(() -> acceptUntilClosed(listener));
                connect("tcp:127.0.0.1:" + port).close();
            }
        }
    }

    private static void acceptUntilClosed(StreamListener listener) {
        try {
            while (true) {
                listener.accept().close();
            }
        } catch (IOException e) {
            // closed, which is how it ends
        }
    }

    @Test
    void readingAndWritingDoNotWaitForEachOther() throws Exception {
        try (StreamListener listener = listen("punix:s");
                Stream client = connect("unix:s");
                Stream server = listener.accept()) {
            CompletableFuture<Integer> read = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    read.complete(client.in().read());
                } catch (IOException e) {
                    read.completeExceptionally(e);
                }
            });
            client.out().write(1);
            server.out().write(server.in().read() + 1);
            assertThat(read.get(5, TimeUnit.SECONDS)).isEqualTo(2);
        }
    }

    @Test
    void socketIsPrivateReplacesAStaleOneAndGoesAway() throws Exception {
        Path path = directory.resolve("s");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(path)); // closing it leaves the file
        }
        try (StreamListener listener = listen("punix:s")) {
            assertThat(listener.name()).isEqualTo("punix:s");
            assertThat(Files.getPosixFilePermissions(path))
                    .contains(PosixFilePermission.OWNER_WRITE)
                    .doesNotContain(
                            PosixFilePermission.OTHERS_READ,
                            PosixFilePermission.OTHERS_WRITE,
                            PosixFilePermission.OTHERS_EXECUTE);
        }
        assertThat(path).doesNotExist();
    }

    @Test
    void closingDoesNotRemoveSomebodyElsesSocket() throws Exception {
        try (StreamListener first = listen("punix:s");
                StreamListener second = listen("punix:s")) {
            end(first);
            end(first);
            assertThat(directory.resolve("s")).exists();
            connect("unix:s").close();
            second.accept().close();
        }
    }

    @Test
    void closingWakesWhoWaits() throws Exception {
        StreamListener listener = listen("ptcp:0:127.0.0.1");
        Thread.ofVirtual().start(() -> {
            try {
                Thread.sleep(50);
                listener.close();
            } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
            }
        });
        assertThatThrownBy(listener::accept).isInstanceOf(ClosedChannelException.class);
    }

    /** The reasons are what ovs-vsctl 3.1 prints in parentheses. */
    @Test
    void failuresSpeakLikeTheCLibrary() throws Exception {
        Files.writeString(directory.resolve("file"), "");
        assertReason("unix:none", "No such file or directory");
        assertReason("unix:file", "Connection refused");
        assertReason("unix:" + "a".repeat(200), "File name too long");
        assertReason("tcp:no.such.host.invalid:1", "Address family not supported by protocol");
        int port;
        try (StreamListener listener = listen("ptcp:0:127.0.0.1")) {
            port = listener.localPort();
            assertThatExceptionOfType(StreamException.class)
                    .isThrownBy(() -> listen("ptcp:" + port + ":127.0.0.1"))
                    .extracting(StreamException::reason)
                    .isEqualTo("Address already in use");
        }
        assertReason("tcp:127.0.0.1:" + port, "Connection refused");
        assertThatExceptionOfType(StreamException.class)
                .isThrownBy(() -> listen("punix:none/s"))
                .extracting(StreamException::reason)
                .isEqualTo("No such file or directory");
        assertThatExceptionOfType(StreamException.class)
                .isThrownBy(() -> listen("ptcp:0:192.0.2.1"))
                .extracting(StreamException::reason)
                .isEqualTo("Cannot assign requested address");
    }

    private void assertReason(String name, String reason) {
        assertThatExceptionOfType(StreamException.class)
                .isThrownBy(() -> connect(name))
                .extracting(StreamException::reason)
                .isEqualTo(reason);
    }
}
