package dev.culvert.jsonrpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.stream.Directories;
import dev.culvert.stream.Stream;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

@Timeout(20)
class JsonRpcConnectionTest {
    @TempDir
    private Path directory;

    private Stream near;
    private Stream far;

    /** Keeps what arrives and answers {@code add} with the sum and {@code refuse} with an error. */
    private static final class Recorder implements JsonRpcHandler {
        private final BlockingQueue<JsonRpcMessage> messages = new LinkedBlockingQueue<>();

        @Override
        public void request(JsonRpcConnection connection, JsonRpcMessage.Request request) {
            switch (request.method()) {
                case "add" -> {
                    long sum = 0;
                    for (JsonNode term : request.params()) {
                        sum += term.longValue();
                    }
                    connection.reply(request, JsonNodeFactory.instance.numberNode(sum));
                }
                case "refuse" -> connection.fail(request, JsonNodeFactory.instance.stringNode("no"));
                case "burst" -> throw new IllegalStateException("deliberate");
                default -> messages.add(request);
            }
        }

        @Override
        public void notification(JsonRpcConnection connection, JsonRpcMessage.Notification notification) {
            messages.add(notification);
        }

        @Override
        public void closed(JsonRpcConnection connection, String reason) {
            messages.add(new JsonRpcMessage.Notification("closed " + reason, array()));
        }
    }

    private static ArrayNode array(long... values) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (long value : values) {
            array.add(value);
        }
        return array;
    }

    @BeforeEach
    void connect() throws IOException {
        Path path = directory.resolve("s");
        Directories directories = Directories.fromEnvironment();
        try (StreamListener listener = Streams.listen(StreamAddress.passive("punix:" + path, 0, directories))) {
            near = Streams.connect(StreamAddress.active("unix:" + path, 0, directories), Duration.ZERO);
            far = listener.accept();
        }
    }

    @AfterEach
    void disconnect() throws IOException {
        near.close();
        far.close();
    }

    private void sendRaw(String text) throws IOException {
        far.out().write(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void bothEndsMayAsk() throws Exception {
        Recorder recorder = new Recorder();
        JsonRpcConnection a = JsonRpcConnection.start(near, JsonRpcOptions.DEFAULT, recorder);
        JsonRpcConnection b = JsonRpcConnection.start(far, JsonRpcOptions.DEFAULT, new Recorder());
        CompletableFuture<JsonNode> sum = a.call("add", array(1, 2));
        CompletableFuture<JsonNode> other = b.call("add", array(10, 20, 30));
        assertThat(sum.get().longValue()).isEqualTo(3);
        assertThat(other.get().longValue()).isEqualTo(60);
        assertThat(a.call("echo", array(7)).get()).isEqualTo(array(7));
        assertThatThrownBy(() -> a.call("refuse", array()).get())
                .cause()
                .isInstanceOf(JsonRpcException.class)
                .hasMessage("refuse: no");
        b.sendNotification("update", array(5));
        assertThat(recorder.messages.take()).isEqualTo(new JsonRpcMessage.Notification("update", array(5)));
    }

    @Test
    void callsFailWhenThePeerGoes() throws Exception {
        Recorder recorder = new Recorder();
        JsonRpcConnection a = JsonRpcConnection.start(near, JsonRpcOptions.DEFAULT, recorder);
        CompletableFuture<JsonNode> waiting = a.call("never", array());
        // What is left unread when a socket is closed makes it a reset.
        assertThat(new JsonRpcChannel(far, JsonLimits.DEFAULT).receive()).isInstanceOf(JsonRpcMessage.Request.class);
        far.close();
        assertThatThrownBy(waiting::get).cause().isInstanceOf(IOException.class);
        assertThat(closeReason(recorder)).isEqualTo("closed connection closed by peer");
        assertThatThrownBy(() -> a.call("late", array()).get()).cause().isInstanceOf(IOException.class);
        assertThat(a.closed().get()).isEqualTo("connection closed by peer");
    }

    private static String closeReason(Recorder recorder) throws InterruptedException {
        JsonRpcMessage last = recorder.messages.poll(10, TimeUnit.SECONDS);
        assertThat(last).isInstanceOf(JsonRpcMessage.Notification.class);
        return ((JsonRpcMessage.Notification) last).method();
    }

    @Test
    void whatIsNotJsonRpcEndsTheConnection() throws Exception {
        for (String bad : new String[] {"}", "[]", "{\"method\":\"m\"}", "[[[["}) {
            Recorder recorder = new Recorder();
            JsonRpcConnection.start(near, JsonRpcOptions.DEFAULT, recorder);
            sendRaw(bad);
            if (bad.equals("[[[[")) {
                far.close();
            }
            assertThat(closeReason(recorder)).isEqualTo("closed connection dropped (Protocol error)");
            far.close();
            connect();
        }
    }

    @Test
    void aHandlerThatFailsEndsTheConnectionOnly() throws Exception {
        Recorder recorder = new Recorder();
        JsonRpcConnection.start(near, JsonRpcOptions.DEFAULT, recorder);
        sendRaw("{\"id\":1,\"method\":\"burst\",\"params\":[]}");
        assertThat(closeReason(recorder)).isEqualTo("closed connection dropped (internal error)");
    }

    @Test
    void aPeerThatDoesNotReadIsClosedAtTheBound() throws Exception {
        Recorder recorder = new Recorder();
        JsonRpcOptions options = new JsonRpcOptions(JsonLimits.DEFAULT, 100_000, 10, Duration.ZERO);
        JsonRpcConnection a = JsonRpcConnection.start(near, options, recorder);
        long largest = 0;
        while (!a.closed().isDone()) {
            a.sendNotification("x".repeat(1000), array());
            largest = Math.max(largest, a.backlogBytes());
        }
        assertThat(largest).isBetween(50_000L, 100_000L);
        assertThat(closeReason(recorder)).isEqualTo("closed peer does not read, more than 100000 bytes wait for it");
    }

    @Test
    void oneMessageLargerThanTheBoundIsStillSent() throws Exception {
        JsonRpcOptions options = new JsonRpcOptions(JsonLimits.DEFAULT, 1000, 10, Duration.ZERO);
        JsonRpcConnection a = JsonRpcConnection.start(near, options, new Recorder());
        Recorder reader = new Recorder();
        JsonRpcConnection.start(far, JsonRpcOptions.DEFAULT, reader);
        String large = "y".repeat(1_000_000);
        a.sendNotification(large, array());
        assertThat(reader.messages.take()).isEqualTo(new JsonRpcMessage.Notification(large, array()));
    }

    @Test
    void callsWithoutAnswersAreBounded() {
        JsonRpcOptions options = new JsonRpcOptions(JsonLimits.DEFAULT, 1 << 20, 3, Duration.ZERO);
        JsonRpcConnection a = JsonRpcConnection.start(near, options, new Recorder());
        for (int i = 0; i < 3; i++) {
            assertThat(a.call("never", array())).isNotDone();
        }
        assertThat(a.call("never", array())).isCompletedExceptionally();
    }

    @Test
    void silenceIsProbedAndThenEndsTheConnection() throws Exception {
        Recorder recorder = new Recorder();
        JsonRpcOptions options = JsonRpcOptions.DEFAULT.withProbeInterval(Duration.ofSeconds(1));
        JsonRpcConnection a = JsonRpcConnection.start(near, options, recorder);
        JsonRpcChannel peer = new JsonRpcChannel(far, JsonLimits.DEFAULT);
        assertThat(peer.receive()).isInstanceOfSatisfying(JsonRpcMessage.Request.class, request -> {
            assertThat(request.method()).isEqualTo("echo");
            assertThat(request.id().stringValue()).isEqualTo("echo");
        });
        peer.send(new JsonRpcMessage.Reply(array(), JsonNodeFactory.instance.stringNode("echo")));
        assertThat(peer.receive()).isInstanceOf(JsonRpcMessage.Request.class);
        assertThat(a.closed()).isNotDone();
        assertThat(closeReason(recorder))
                .isEqualTo("closed no response to inactivity probe after 1 seconds, disconnecting");
    }
}
