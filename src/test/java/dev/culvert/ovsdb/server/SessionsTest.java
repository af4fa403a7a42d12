package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.jsonrpc.JsonRpcMessage;
import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import dev.culvert.stream.Tls;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What sessions mean to one another, and how they end. */
@Timeout(30)
class SessionsTest {
    @TempDir
    Path directory;

    private Path socket;
    private OvsdbServer server;

    @BeforeEach
    void start() throws Exception {
        socket = directory.resolve("db.sock");
        server = OvsdbServer.open(directory.resolve("conf.db"), RequestCorpus.schema(), new Tls());
        server.serve(GenuineServer.listening(socket));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    /** As socat and "nc -N" do, and as whoever pipes requests into them expects. */
    @ParameterizedTest
    @ValueSource(strings = {"", "]"})
    void whoHasSaidItsLastIsStillAnswered(String rest) throws Exception {
        String insert =
                "{\"id\":1,\"method\":\"transact\",\"params\":[\"test\",{\"op\":\"insert\",\"table\":\"Target\",\"row\":{}}]}";
        String list = "{\"id\":2,\"method\":\"list_dbs\",\"params\":[]}";
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(ByteBuffer.wrap((insert + list.repeat(40) + rest).getBytes(StandardCharsets.UTF_8)));
            client.shutdownOutput();
            StringBuilder answers = new StringBuilder();
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            while (client.read(buffer.clear()) >= 0) {
                answers.append(StandardCharsets.UTF_8.decode(buffer.flip()));
            }
            assertThat(Pattern.compile("\"id\":1[,}]").matcher(answers).results())
                    .hasSize(1);
            assertThat(Pattern.compile("\"id\":2[,}]").matcher(answers).results())
                    .hasSize(40);
        }
    }

    @Test
    void whoStoleALockDoesNotGetItBackFromTheNextThief() throws Exception {
        try (RawClient owner = new RawClient(socket);
                RawClient thief = new RawClient(socket);
                RawClient next = new RawClient(socket)) {
            assertThat(Json.text(owner.call("lock", "[\"l\"]"))).isEqualTo("{\"locked\":true}");
            assertThat(Json.text(thief.call("steal", "[\"l\"]"))).isEqualTo("{\"locked\":true}");
            expect(owner, "stolen");
            assertThat(Json.text(next.call("steal", "[\"l\"]"))).isEqualTo("{\"locked\":true}");
            expect(thief, "stolen");
            assertThat(Json.text(thief.call("lock", "[\"l\"]"))).contains("must issue \\\"unlock\\\" before new");
            assertThat(Json.text(next.call("unlock", "[\"l\"]"))).isEqualTo("{}");
            expect(owner, "locked");
            assertThat(Json.text(owner.call("unlock", "[\"l\"]"))).isEqualTo("{}");
            assertThat(thief.exchange("unlock", "[\"l\"]")).hasSize(1);
            assertThat(Json.text(thief.call("lock", "[\"l\"]"))).isEqualTo("{\"locked\":true}");
        }
    }

    private static void expect(RawClient client, String method) throws Exception {
        assertThat(client.receive())
                .isInstanceOfSatisfying(
                        JsonRpcMessage.Notification.class,
                        notification -> assertThat(notification.method()).isEqualTo(method));
    }
}
