package dev.culvert.ovsdb.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.culvert.ovsdb.GenuineServer;
import dev.culvert.ovsdb.data.Json;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * A server with no more memory than the daemon has, in a process of its own, under what nobody should ask of it: it does that, or
 * ends the one connection, and everybody else is served.
 */
@Isolated
@Timeout(180)
class LoadIT {
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    private Path directory;

    private Path file;
    private Path socket;
    private Process server;

    @BeforeEach
    void start() throws Exception {
        file = directory.resolve("conf.db");
        socket = directory.resolve("db.sock");
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-Xmx160m",
                        "-Xmn8m",
                        "-cp",
                        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                        ServerProgram.class.getName(),
                        file.toString(),
                        "punix:" + socket)
                .redirectError(directory.resolve("server.err").toFile())
                .start();
        assertThat(server.inputReader().readLine()).isEqualTo("ready");
    }

    @AfterEach
    void stop() throws Exception {
        server.destroy();
        assertThat(server.waitFor(10, TimeUnit.SECONDS)).isTrue();
        assertThat(directory.resolve("server.err"))
                .content()
                .doesNotContain("OutOfMemory")
                .doesNotContain("Exception");
    }

    private long descriptors() throws IOException {
        try (var files = Files.list(Path.of("/proc", "" + server.pid(), "fd"))) {
            return files.count();
        }
    }

    private void assertServes() throws Exception {
        try (RawClient client = new RawClient(socket)) {
            assertThat(Json.text(insert(client, "proof"))).doesNotContain("error");
        }
    }

    private static tools.jackson.databind.JsonNode insert(RawClient client, String value) throws Exception {
        return client.call(
                "transact",
                "[\"Open_vSwitch\",{\"op\":\"insert\",\"table\":\"Queue\",\"row\":"
                        + "{\"external_ids\":[\"map\",[[\"name\",\"" + value + "\"]]]}}]");
    }

    @Test
    void aThousandClients() throws Exception {
        long before = descriptors();
        List<RawClient> clients = new ArrayList<>();
        List<SocketChannel> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 1000; i++) {
                clients.add(new RawClient(socket));
            }
            for (int i = 0; i < 100; i++) {
                SocketChannel half = SocketChannel.open(StandardProtocolFamily.UNIX);
                half.connect(UnixDomainSocketAddress.of(socket));
                half.write(ByteBuffer.wrap("{\"id\":0,\"method\":\"trans".getBytes(StandardCharsets.UTF_8)));
                silent.add(half);
            }
            for (RawClient client : clients) {
                client.call("monitor", "[\"Open_vSwitch\",\"m\",{\"Bridge\":{}}]");
            }
            for (RawClient client : clients) {
                assertThat(Json.text(insert(client, "one of many"))).doesNotContain("error");
            }
            assertServes();
        } finally {
            for (RawClient client : clients) {
                client.close();
            }
            for (SocketChannel half : silent) {
                half.close();
            }
        }
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() ->
                        assertThat(descriptors()).as("pollers may have come").isLessThanOrEqualTo(before + 20));
        assertServes();
    }

    @Test
    void aTransactionOfTenMegabytes() throws Exception {
        String large = "x".repeat(10 * MEGABYTE);
        try (RawClient watcher = new RawClient(socket);
                RawClient client = new RawClient(socket)) {
            watcher.call("monitor", "[\"Open_vSwitch\",\"m\",{\"Queue\":{}}]");
            assertThat(Json.text(insert(client, large))).doesNotContain("error");
            assertThat(Json.text(watcher.receive().toJson())).hasSizeGreaterThan(10 * MEGABYTE);
            for (int i = 0; i < 3; i++) {
                assertThat(Json.text(client.call(
                                "transact",
                                "[\"Open_vSwitch\",{\"op\":\"update\",\"table\":\"Queue\",\"where\":[],\"row\":"
                                        + "{\"external_ids\":[\"map\",[[\"name\",\"" + i + large + "\"]]]}}]")))
                        .doesNotContain("error");
                watcher.receive();
            }
        }
        assertServes();
        GenuineServer.Output log = GenuineServer.run("ovsdb-tool", "show-log", file.toString());
        assertThat(log.status()).as(log.text()).isZero();
    }

    @Test
    void whatIsLongerThanAnyMessageMayBe() throws Exception {
        try (RawClient good = new RawClient(socket);
                SocketChannel greedy = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            greedy.connect(UnixDomainSocketAddress.of(socket));
            greedy.write(
                    ByteBuffer.wrap("{\"id\":0,\"method\":\"echo\",\"params\":[\"".getBytes(StandardCharsets.UTF_8)));
            byte[] megabyte = "x".repeat(MEGABYTE).getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 40; i++) {
                            greedy.write(ByteBuffer.wrap(megabyte));
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(Json.text(insert(good, "modest"))).doesNotContain("error");
        }
        assertServes();
    }

    @Test
    void monitorsOfEverything() throws Exception {
        StringBuilder tables = new StringBuilder();
        for (String table : List.of(
                "Open_vSwitch",
                "Bridge",
                "Port",
                "Interface",
                "Queue",
                "QoS",
                "Mirror",
                "Controller",
                "Manager",
                "SSL",
                "NetFlow",
                "sFlow",
                "IPFIX",
                "Flow_Table",
                "Datapath",
                "CT_Zone",
                "AutoAttach")) {
            tables.append(tables.isEmpty() ? "" : ",").append("\"" + table + "\":{}");
        }
        String all = "[\"Open_vSwitch\",\"m\",{" + tables + "}]";
        List<RawClient> watchers = new ArrayList<>();
        try (RawClient client = new RawClient(socket)) {
            for (int i = 0; i < 200; i++) {
                insert(client, "y".repeat(5000));
            }
            for (int i = 0; i < 50; i++) {
                RawClient watcher = new RawClient(socket);
                watchers.add(watcher);
                // a megabyte for each, which half of them never read
                watcher.send("monitor", all);
            }
            for (int i = 0; i < 25; i++) {
                assertThat(Json.text(watchers.get(i).receive().toJson())).hasSizeGreaterThan(MEGABYTE - 100_000);
            }
            for (int i = 0; i < 100; i++) {
                insert(client, "z".repeat(5000));
            }
            assertServes();
        } finally {
            for (RawClient watcher : watchers) {
                watcher.close();
            }
        }
        assertServes();
    }
}
