package dev.culvert.observe.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import dev.culvert.stream.ListenAddress;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Pages for those who ask well, and errors or nothing for everybody else. */
@Timeout(60)
class HttpServerTest {
    private static final HttpRequest.Ends ENDS =
            new HttpRequest.Ends(new InetSocketAddress("127.0.0.1", 1000), new InetSocketAddress("127.0.0.1", 80));
    private static final HttpLimits LIMITS =
            new HttpLimits(8, 2048, 20, 3, Duration.ofMillis(500), Duration.ofMillis(700), Duration.ofMillis(1500));
    private static final String LONG = "line of a long page\n".repeat(10_000);
    private static final String GET = "GET /page HTTP/1.1\r\nHost: localhost\r\n\r\n";

    private final AtomicInteger done = new AtomicInteger();
    private HttpServer server;
    private InetSocketAddress address;

    @BeforeEach
    void open() throws IOException {
        server = HttpServer.open(
                new ListenAddress("127.0.0.1", 0),
                LIMITS,
                Map.of(
                        "/page", _ -> reply(LONG),
                        "/query", request -> reply(request.query()),
                        "/fails",
                                _ -> {
                                    throw new IllegalStateException("a test's own");
                                },
                        "/breaks",
                                _ -> new HttpReply(
                                        "text/plain",
                                        out -> {
                                            out.write(new byte[50_000]);
                                            throw new IllegalStateException("a test's own");
                                        },
                                        done::incrementAndGet),
                        "/endless",
                                _ -> new HttpReply(
                                        "text/plain",
                                        out -> {
                                            while (true) {
                                                out.write(new byte[1000]);
                                            }
                                        },
                                        done::incrementAndGet)));
        address = new InetSocketAddress("127.0.0.1", server.address().port());
    }

    @AfterEach
    void close() {
        server.close();
    }

    private HttpReply reply(String text) {
        return new HttpReply(
                "text/plain", out -> out.write(text.getBytes(StandardCharsets.UTF_8)), done::incrementAndGet);
    }

    private int status(String request) throws IOException {
        return RawHttp.ask(address, request).status();
    }

    @Test
    void aLongPageComesWhole() throws IOException {
        RawHttp.Answer answer = RawHttp.get(address, "/page", "");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo(LONG);
        assertThat(answer.head())
                .contains("Content-Type: text/plain\r\n", "nosniff", "Connection: close")
                .doesNotContain("Access-Control");
        assertThat(RawHttp.get(address, "/query?a=b&c", "").body()).isEqualTo("a=b&c");
        await().until(() -> done.get() == 2);
    }

    @Test
    void olderClientsGetItWithoutChunks() throws IOException {
        String all = RawHttp.talk(address, "GET /page HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
        assertThat(all).doesNotContain("chunked").endsWith("\r\n\r\n" + LONG);
    }

    @Test
    void headIsGetWithoutTheBody() throws IOException {
        String all = RawHttp.talk(address, "HEAD /page HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n");
        assertThat(all).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
        assertThat(RawHttp.talk(address, "HEAD /none HTTP/1.1\r\nHost: localhost\r\n\r\n"))
                .startsWith("HTTP/1.1 404 ")
                .endsWith("\r\n\r\n");
        await().until(() -> done.get() == 1);
    }

    @Test
    void aConnectionServesSomeRequestsAndThenEnds() throws IOException {
        String all = RawHttp.talk(address, GET.repeat(5));
        assertThat(all.split("HTTP/1.1 200 OK", -1)).hasSize(LIMITS.requests() + 1);
    }

    @ParameterizedTest
    @CsvSource({
        "GET /../etc/passwd HTTP/1.1, 404",
        "GET /page/../page HTTP/1.1, 404",
        "GET /%2e%2e/%2e%2e/etc/passwd HTTP/1.1, 404",
        "GET /%70age HTTP/1.1, 404",
        "GET //page HTTP/1.1, 404",
        "GET /page/ HTTP/1.1, 404",
        "GET / HTTP/1.1, 404",
        "GET page HTTP/1.1, 400",
        "GET http://127.0.0.1/page HTTP/1.1, 400",
        "GET * HTTP/1.1, 400",
        "GET /page, 400",
        "GET  /page HTTP/1.1, 400",
        "GET /pa\tge HTTP/1.1, 400",
        "GET /page HTTP/2.0, 505",
        "GET /page HTTP/1.1x, 400",
        "GET /page ICY/1.1, 400",
        "POST /page HTTP/1.1, 405",
        "OPTIONS /page HTTP/1.1, 405",
        "DELETE /page HTTP/1.1, 405",
        "CONNECT /page HTTP/1.1, 405",
        "get /page HTTP/1.1, 405",
        "G(T /page HTTP/1.1, 400",
        "GET /fails HTTP/1.1, 500",
    })
    void firstLines(String line, int status) throws IOException {
        assertThat(status(line + "\r\nHost: localhost\r\n\r\n")).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "Host: 127.0.0.1, 200",
        "Host: 127.0.0.1:9475, 200",
        "Host: localhost:1, 200",
        "Host: LOCALHOST, 200",
        "Host: [::1]:9475, 200",
        "Host: 192.0.2.7, 200",
        "Host: evil.example, 421",
        "Host: localhost.evil.example, 421",
        "Host: 127.0.0.1.evil.example, 421",
        "Host: localhost:80.evil.example, 421",
        "Host: localhost@evil.example, 421",
        "Host: 127.0.0.1:, 421",
        "Host: [evil.example], 421",
        "Host: [], 421",
        "Host:, 421",
        "X-Host: localhost, 400",
        "Host: localhost|Host: localhost, 400",
        "Host: localhost|Origin: http://localhost, 200",
        "Host: localhost|Origin: http://evil.example, 403",
        "Host: localhost|Origin: null, 403",
        "Host: localhost|Origin: https://localhost, 403",
        "Host: localhost|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: no-cors, 403",
        "Host: localhost|Sec-Fetch-Site: cross-site|Sec-Fetch-Mode: navigate, 200",
        "Host: localhost|Sec-Fetch-Site: same-origin, 200",
        "Host: localhost|Content-Length: 0, 200",
        "Host: localhost|Content-Length: 5, 413",
        "Host: localhost|Content-Length: -1, 413",
        "Host: localhost|Content-Length: 0|Content-Length: 5, 400",
        "Host: localhost|Transfer-Encoding: chunked, 413",
        "Host: localhost| folded, 400",
        "Host: localhost|Name : value, 400",
        "Host: localhost|: value, 400",
        "Host: localhost|nothing, 400",
    })
    void fields(String fields, int status) throws IOException {
        String request = "GET /page HTTP/1.1\r\nConnection: close\r\n" + fields.replace("|", "\r\n") + "\r\n\r\n";
        assertThat(status(request)).isEqualTo(status);
    }

    @Test
    void noFieldTellsOtherSitesThatTheyMayRead() throws IOException {
        RawHttp.Answer answer = RawHttp.get(address, "/page", "Origin: http://evil.example\r\n");
        assertThat(answer.status()).isEqualTo(403);
        assertThat(answer.body()).doesNotContain("long page");
        assertThat(answer.head().toLowerCase(java.util.Locale.ROOT)).doesNotContain("access-control");
    }

    @Test
    void aHeadThatIsTooLongIsRefused() throws IOException {
        assertThat(status("GET /" + "a".repeat(5000) + " HTTP/1.1\r\n\r\n")).isEqualTo(431);
        assertThat(status("GET /page HTTP/1.1\r\nHost: localhost\r\nX: " + "a".repeat(5000) + "\r\n\r\n"))
                .isEqualTo(431);
        assertThat(status("GET /page HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(30) + "\r\n"))
                .isEqualTo(431);
        assertThat(status("a".repeat(100_000))).isEqualTo(431);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "G", "GET /page HTTP/1.1\r\nHost: localhost\r\n"})
    void whoDoesNotFinishIsSentAway(String begun) throws IOException {
        long start = System.nanoTime();
        assertThat(RawHttp.talk(address, begun)).isEmpty();
        assertThat(System.nanoTime() - start).isLessThan(Duration.ofSeconds(5).toNanos());
    }

    /** A byte now and then is not enough: the time is for the whole request. */
    @Test
    void whoIsSlowIsSentAway() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(10_000);
            long start = System.nanoTime();
            boolean open = true;
            for (int i = 0; open && i < GET.length(); i++) {
                try {
                    socket.getOutputStream().write(GET.charAt(i));
                } catch (SocketException e) {
                    open = false;
                }
                Thread.sleep(100);
            }
            assertThat(open).isFalse();
            assertThat(System.nanoTime() - start)
                    .isLessThan(Duration.ofSeconds(5).toNanos());
        }
    }

    @Test
    void whoRestsTooLongIsSentAway() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream()
                    .write("HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(RawHttp.read(socket.getInputStream()))
                    .startsWith("HTTP/1.1 200")
                    .doesNotContain("close");
        }
    }

    @Test
    void whoDoesNotReadIsSentAway() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.getOutputStream()
                    .write("GET /endless HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            await().atMost(Duration.ofSeconds(10)).until(() -> done.get() == 1);
        }
    }

    @Test
    void aPageThatBreaksOffCanBeTold() throws IOException {
        String all = RawHttp.talk(address, "GET /breaks HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(all).startsWith("HTTP/1.1 200").doesNotContain("\r\n0\r\n");
        await().until(() -> done.get() == 1);
        assertThat(RawHttp.get(address, "/page", "").status()).isEqualTo(200);
    }

    /** Those that only hold connections make room for those who ask. */
    @Test
    void connectionsThatSayNothingKeepNobodyOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * LIMITS.connections(); i++) {
                silent.add(new Socket("127.0.0.1", address.getPort()));
            }
            assertThat(RawHttp.get(address, "/page", "").status()).isEqualTo(200);
            InputStream first = silent.getFirst().getInputStream();
            silent.getFirst().setSoTimeout(5000);
            assertThat(first.read()).isEqualTo(-1);
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void noBytesWhateverHarmIt() throws IOException {
        Random random = new Random(4711);
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = GET.getBytes(StandardCharsets.ISO_8859_1);
            for (int j = random.nextInt(6); j >= 0; j--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            try {
                HttpRequest request = HttpRequest.parse(bytes, bytes.length, 20, ENDS);
                assertThat(request.path()).startsWith("/");
                HttpGuard.check(request, Set.of());
            } catch (HttpException e) {
                assertThat(e.status()).isBetween(400, 505);
            }
        }
        for (int i = 0; i < 100; i++) {
            byte[] noise = new byte[random.nextInt(3000)];
            random.nextBytes(noise);
            String request = new String(noise, StandardCharsets.ISO_8859_1) + "\r\n\r\n";
            try {
                assertThat(RawHttp.talk(address, request)).startsWith("HTTP/1.1 4");
            } catch (SocketException e) {
                assertThat(e).hasMessageContaining("reset"); // closed with bytes unread
            }
        }
        assertThat(RawHttp.get(address, "/page", "").status()).isEqualTo(200);
    }

    @Test
    void anAddressThatIsTakenIsNamed() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, address.getAddress())) {
            assertThatIOException()
                    .isThrownBy(() ->
                            HttpServer.open(new ListenAddress("127.0.0.1", taken.getLocalPort()), LIMITS, Map.of()))
                    .withMessage("Address already in use");
        }
        assertThatIOException()
                .isThrownBy(() -> HttpServer.open(new ListenAddress("192.0.2.1", 1), LIMITS, Map.of()))
                .withMessage("Cannot assign requested address");
    }

    @Test
    void afterItsEndNobodyIsServed() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", address.getPort())) {
            socket.setSoTimeout(5000);
            socket.getOutputStream()
                    .write("HEAD /page HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).isEqualTo('H');
            server.close();
            assertThat(RawHttp.read(socket.getInputStream())).endsWith("\r\n\r\n");
        }
        assertThatIOException().isThrownBy(() -> RawHttp.get(address, "/page", ""));
    }
}
