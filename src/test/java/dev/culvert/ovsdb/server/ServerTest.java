package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.stream.StreamListener;
import dev.culvert.stream.Streams;
import dev.culvert.stream.Tls;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What clients see of each other, and what they cannot do to each other. */
@Timeout(60)
class ServerTest {
    private static final String SET_RED =
            "[\"test\",{\"op\":\"update\",\"table\":\"Color\",\"where\":[],\"row\":{\"color\":\"red\"}}]";

    @TempDir
    Path directory;

    private OvsdbServer server;
    private Path socket;

    @BeforeEach
    void start() throws Exception {
        socket = directory.resolve("db.sock");
        server = OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls());
        server.serve(GenuineServer.listening(socket));
        try (RawClient client = new RawClient(socket)) {
            client.call("transact", "[\"test\",{\"op\":\"insert\",\"table\":\"Color\",\"row\":{\"color\":\"green\"}}]");
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private static String waitFor(String color, int timeout) {
        return "[\"test\",{\"op\":\"wait\",\"timeout\":" + timeout
                + ",\"table\":\"Color\",\"where\":[],\"columns\":[\"color\"],\"until\":\"==\",\"rows\":[{\"color\":\""
                + color + "\"}]}]";
    }

    @Test
    void aWaitEndsWhenAnotherClientChangesWhatItWaitsFor() throws Exception {
        try (RawClient waiting = new RawClient(socket);
                RawClient changing = new RawClient(socket)) {
            waiting.send("transact", waitFor("red", 30_000));
            assertThat(waiting.call("echo", "[1]").toString()).isEqualTo("[1]");
            changing.call("transact", SET_RED);
            assertThat(waiting.receive())
                    .isInstanceOfSatisfying(
                            JsonRpcMessage.Reply.class,
                            reply -> assertThat(Json.text(reply.result())).isEqualTo("[{}]"));
        }
    }

    @Test
    void aWaitFailsAfterItsTimeout() throws Exception {
        try (RawClient waiting = new RawClient(socket)) {
            long begin = System.nanoTime();
            JsonNode result = waiting.call("transact", waitFor("red", 300));
            assertThat(System.nanoTime() - begin).isGreaterThanOrEqualTo(300_000_000L);
            assertThat(result.get(0).get("error").stringValue()).isEqualTo("timed out");
            assertThat(result.get(0).get("details").stringValue()).matches("\"wait\" timed out after \\d+ ms");
        }
    }

    @Test
    void aWaitCanBeCanceled() throws Exception {
        try (RawClient waiting = new RawClient(socket)) {
            JsonNode id = waiting.send("transact", waitFor("red", 30_000));
            waiting.tell("cancel", "[" + id + "]");
            assertThat(waiting.receive())
                    .isInstanceOfSatisfying(
                            JsonRpcMessage.Failure.class,
                            failure -> assertThat(failure.error().stringValue()).isEqualTo("canceled"));
            assertThat(Json.text(waiting.call("transact", SET_RED))).isEqualTo("[{\"count\":1}]");
        }
    }

    @Test
    void aLockPassesToTheNextClientAndCanBeStolen() throws Exception {
        try (RawClient second = new RawClient(socket)) {
            try (RawClient first = new RawClient(socket)) {
                assertThat(Json.text(first.call("lock", "[\"l\"]"))).isEqualTo("{\"locked\":true}");
                assertThat(Json.text(second.call("lock", "[\"l\"]"))).isEqualTo("{\"locked\":false}");
                assertThat(second.call("transact", "[\"test\",{\"op\":\"assert\",\"lock\":\"l\"}]")
                                .get(0)
                                .get("error")
                                .stringValue())
                        .isEqualTo("not owner");
            }
            expectNotification(second, "locked", "[\"l\"]");
            try (RawClient thief = new RawClient(socket)) {
                assertThat(Json.text(thief.call("steal", "[\"l\"]"))).isEqualTo("{\"locked\":true}");
                expectNotification(second, "stolen", "[\"l\"]");
            }
            expectNotification(second, "locked", "[\"l\"]");
        }
    }

    private static void expectNotification(RawClient client, String method, String params) throws IOException {
        assertThat(client.receive()).isInstanceOfSatisfying(JsonRpcMessage.Notification.class, notification -> {
            assertThat(notification.method()).isEqualTo(method);
            assertThat(Json.text(notification.params())).isEqualTo(params);
        });
    }

    @Test
    void aClientThatComesBackIsSentOnlyWhatItMissed() throws Exception {
        String monitor = "[\"test\",\"m\",{\"Color\":[{\"columns\":[\"color\"]}]},\"%s\"]";
        String last;
        try (RawClient client = new RawClient(socket)) {
            JsonNode first =
                    client.call("monitor_cond_since", monitor.formatted("00000000-0000-0000-0000-000000000000"));
            assertThat(first.get(0).booleanValue()).isFalse();
            last = first.get(1).stringValue();
        }
        try (RawClient client = new RawClient(socket)) {
            JsonNode nothing = client.call("monitor_cond_since", monitor.formatted(last));
            assertThat(nothing.get(0).booleanValue()).isTrue();
            assertThat(nothing.get(2)).isEmpty();
            client.call("monitor_cancel", "[\"m\"]");
            client.call("transact", SET_RED);
            JsonNode missed = client.call("monitor_cond_since", monitor.formatted(last));
            assertThat(missed.get(0).booleanValue()).isTrue();
            assertThat(missed.get(1).stringValue()).isNotEqualTo(last);
            assertThat(Json.text(missed.get(2))).contains("{\"modify\":{\"color\":\"red\"}}");
        }
    }

    @Test
    void aMonitorWithoutRequestsIsRefused() throws Exception {
        try (RawClient client = new RawClient(socket)) {
            assertThat(client.call("monitor", "[\"test\",\"m\"]").get("details").stringValue())
                    .isEqualTo("invalid parameters");
        }
    }

    @Test
    void aConversionDisconnectsWhoCannotNoticeItAndCancelsMonitorsOfWhoCan() throws Exception {
        String schema = "{\"name\":\"test\",\"version\":\"2.0.0\",\"tables\":{\"Color\":{\"columns\":{"
                + "\"color\":{\"type\":\"string\"}}}}}";
        try (RawClient aware = new RawClient(socket);
                RawClient plain = new RawClient(socket);
                RawClient converting = new RawClient(socket)) {
            aware.call("set_db_change_aware", "[true]");
            aware.call("monitor", "[\"test\",\"m\",{\"Color\":{}}]");
            plain.call("echo", "[]");
            converting.call("convert", "[\"test\"," + schema + "]");
            expectNotification(aware, "monitor_canceled", "[\"m\"]");
            assertThatThrownBy(plain::receive).isInstanceOf(IOException.class);
            assertThat(aware.call("get_schema", "[\"test\"]").get("version").stringValue())
                    .isEqualTo("2.0.0");
        }
        server.close();
        server = OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls());
        server.serve(GenuineServer.listening(socket));
        try (RawClient client = new RawClient(socket)) {
            assertThat(client.call("get_schema", "[\"test\"]").get("version").stringValue())
                    .isEqualTo("2.0.0");
        }
    }

    @Test
    void aClientThatWaitsToBeConnectedToIsServedAgainAndAgain() throws Exception {
        Path waiting = directory.resolve("manager.sock");
        try (StreamListener listener = Streams.listen(GenuineServer.listening(waiting))) {
            Closeable remote = server.serve(GenuineServer.address(waiting));
            for (int i = 0; i < 2; i++) {
                try (RawClient client = new RawClient(listener.accept())) {
                    assertThat(Json.text(client.call("list_dbs", "[]"))).isEqualTo("[\"test\",\"_Server\"]");
                }
            }
            try (RawClient client = new RawClient(listener.accept())) {
                client.call("echo", "[]");
                remote.close();
                assertThatThrownBy(client::receive).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void twoServersNeverShareAFile() {
        assertThatThrownBy(() -> OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls()))
                .isInstanceOf(OvsdbException.class)
                .hasMessageContaining("failed to lock lockfile (Resource temporarily unavailable)");
    }

    @Test
    void badInputEndsOneConnectionAndNoOther() throws Exception {
        try (RawClient good = new RawClient(socket)) {
            for (String bad : List.of(
                    "nonsense ",
                    "{\"method\":\"transact\"}",
                    "[".repeat(100_000),
                    "{\"id\":0,\"method\":\"echo\",\"params\":[" + "[".repeat(5000) + "]".repeat(5000) + "]}",
                    "\u0000\u0001\u0002",
                    "{\"id\":0,\"method\":5,\"params\":[]}")) {
                try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
                    ByteBuffer bytes = ByteBuffer.wrap(bad.getBytes(StandardCharsets.UTF_8));
                    assertThatThrownBy(() -> {
                                while (bytes.hasRemaining()) {
                                    channel.write(bytes);
                                }
                                if (channel.read(ByteBuffer.allocate(100)) < 0) {
                                    throw new IOException("closed");
                                }
                            })
                            .as(bad.substring(0, Math.min(bad.length(), 30)))
                            .isInstanceOf(IOException.class);
                }
                assertThat(good.call("echo", "[]")).isEmpty();
            }
        }
    }

    @Test
    void aClientThatNeverReadsIsClosedAndTheOthersGoOn() throws Exception {
        String text = "x".repeat(200_000);
        try (SocketChannel lazy = SocketChannel.open(UnixDomainSocketAddress.of(socket));
                RawClient busy = new RawClient(socket)) {
            lazy.write(ByteBuffer.wrap(
                    "{\"id\":1,\"method\":\"monitor\",\"params\":[\"test\",0,{\"Sets\":{\"columns\":[\"some\"]}}]}"
                            .getBytes(StandardCharsets.UTF_8)));
            String insert = "[\"test\",{\"op\":\"insert\",\"table\":\"Sets\",\"row\":{\"some\":\"" + text
                    + "\"}},{\"op\":\"delete\",\"table\":\"Color\",\"where\":[]}]";
            String delete = "[\"test\",{\"op\":\"delete\",\"table\":\"Sets\",\"where\":[]}]";
            // 100 times 400 kB are more than the 16 MB that one client may leave unread.
            for (int i = 0; i < 100; i++) {
                assertThat(busy.call("transact", insert).get(0).has("uuid")).isTrue();
                assertThat(busy.call("transact", delete).get(0).get("count").intValue())
                        .isEqualTo(1);
            }
            long read = 0;
            ByteBuffer buffer = ByteBuffer.allocate(1 << 20);
            try {
                for (int n = lazy.read(buffer.clear()); n >= 0; n = lazy.read(buffer.clear())) {
                    read += n;
                }
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("reset");
            }
            assertThat(read).isLessThan(100L * 400_000);
        }
    }

    @Test
    void oneClientCannotPileUpWaitingTransactions() throws Exception {
        try (RawClient greedy = new RawClient(socket)) {
            for (int i = 0; i < Requests.MAX_PER_CLIENT; i++) {
                greedy.send("transact", waitFor("red", 30_000));
            }
            assertThat(greedy.call("transact", SET_RED).get("error").stringValue())
                    .isEqualTo("resources exhausted");
        }
    }

    @Test
    void compactionLosesNothingThatHappensMeanwhile() throws Exception {
        try (RawClient client = new RawClient(socket)) {
            var done = server.compact();
            for (int i = 0; i < 50; i++) {
                client.call(
                        "transact", "[\"test\",{\"op\":\"insert\",\"table\":\"Target\",\"row\":{\"n\":" + i + "}}]");
            }
            done.join();
            server.compact().join();
            client.call("transact", "[\"test\",{\"op\":\"delete\",\"table\":\"Target\",\"where\":[[\"n\",\"==\",3]]}]");
        }
        server.close();
        server = OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls());
        server.serve(GenuineServer.listening(socket));
        try (RawClient client = new RawClient(socket)) {
            JsonNode rows = client.call(
                    "transact", "[\"test\",{\"op\":\"select\",\"table\":\"Target\",\"where\":[],\"columns\":[\"n\"]}]");
            assertThat(rows.get(0).get("rows")).hasSize(49);
        }
    }
}
