package dev.culvert.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Both ends of TLS streams, with keys that OpenSSL made. */
class TlsIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Directories NOWHERE = Directories.from(Map.of());

    @TempDir
    static Path folder;

    private static TestPki pki;
    private static TlsFiles server;
    private static TlsFiles client;

    @BeforeAll
    static void makeKeys() throws Exception {
        pki = new TestPki(folder, "ca");
        server = pki.identity("server");
        client = pki.identity("client");
    }

    private static StreamListener listen(TlsFiles files) throws IOException {
        StreamAddress.Passive address = StreamAddress.passive("pssl:0:127.0.0.1", 6640, NOWHERE);
        return Streams.listen(address, new Tls(files));
    }

    private static Stream connect(StreamListener to, Tls tls) throws IOException {
        String name = "ssl:127.0.0.1:" + to.localPort();
        return Streams.connect(StreamAddress.active(name, 6640, NOWHERE), PATIENCE, tls);
    }

    /** Accepts one connection and sends back what comes over it; completes with what it was in the end. */
    private static CompletableFuture<String> echo(StreamListener listener) {
        CompletableFuture<String> end = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try (Stream stream = listener.accept()) {
                byte[] bytes = new byte[4096];
                for (int n = stream.in().read(bytes); n >= 0; n = stream.in().read(bytes)) {
                    stream.out().write(bytes, 0, n);
                }
                end.complete("closed");
            } catch (IOException e) {
                end.complete(StreamException.reasonOf(e));
            }
        });
        return end;
    }

    private static String said(Stream stream, String words) throws IOException {
        byte[] bytes = words.getBytes(StandardCharsets.UTF_8);
        stream.out().write(bytes);
        return new String(stream.in().readNBytes(bytes.length), StandardCharsets.UTF_8);
    }

    private static void assertTalks(TlsFiles one, TlsFiles other) throws Exception {
        try (StreamListener listener = listen(one)) {
            CompletableFuture<String> end = echo(listener);
            try (Stream stream = connect(listener, new Tls(other))) {
                assertThat(stream.peer()).startsWith("ssl:127.0.0.1:");
                assertThat(said(stream, "hello")).isEqualTo("hello");
                byte[] large = new byte[300_000];
                Arrays.fill(large, (byte) 'x');
                CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> {
                    try {
                        stream.out().write(large);
                    } catch (IOException e) {
                        throw new java.io.UncheckedIOException(e);
                    }
                });
                assertThat(stream.in().readNBytes(large.length)).isEqualTo(large);
                sent.join();
            }
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("closed");
        }
    }

    @Test
    void carriesBytesBothWays() throws Exception {
        assertTalks(server, client);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "genpkey -algorithm RSA",
                "genpkey -algorithm EC -pkeyopt ec_paramgen_curve:secp384r1",
                "genpkey -algorithm ed25519"
            })
    void takesEveryKindOfKey(String made) throws Exception {
        TlsFiles files = pki.identity("kind" + made.length(), made.split(" "));
        assertTalks(files, client);
        assertTalks(server, files);
    }

    @Test
    void readsKeysOfTheOlderForms() throws Exception {
        TlsFiles rsa = pki.identity("older", "genpkey", "-algorithm", "RSA");
        Path pkcs1 = folder.resolve("older.pkcs1");
        Process process = new ProcessBuilder(
                        "openssl", "rsa", "-traditional", "-in", "" + rsa.privateKey(), "-out", "" + pkcs1)
                .start();
        assertThat(process.waitFor()).isZero();
        assertThat(pkcs1).content().contains("BEGIN RSA PRIVATE KEY");
        assertTalks(rsa.withPrivateKey(pkcs1), client);
        assertThat(client.privateKey()).content().contains("BEGIN EC PRIVATE KEY");
    }

    @Test
    void refusesWhoeverAnotherCaVouchesFor() throws Exception {
        TlsFiles stranger = new TestPki(folder, "other").identity("stranger").withCaCertificate(pki.ca(), false);
        try (StreamListener listener = listen(server)) {
            CompletableFuture<String> end = echo(listener);
            // in TLS 1.3 the one who calls is done before it hears what the other thinks of its certificate
            assertThatThrownBy(() -> {
                        try (Stream stream = connect(listener, new Tls(stranger))) {
                            said(stream, "let me in");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("Protocol error");
        }
        try (StreamListener listener = listen(stranger)) {
            CompletableFuture<String> end = echo(listener);
            assertThatThrownBy(() -> connect(listener, new Tls(client)))
                    .isInstanceOfSatisfying(
                            StreamException.class, e -> assertThat(e.reason()).isEqualTo("Protocol error"));
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("Protocol error");
        }
    }

    @Test
    void believesEverybodyWhereItIsTold() throws Exception {
        TlsFiles other = new TestPki(folder, "fifth").identity("unknown");
        TlsFiles knowsOurs = other.withCaCertificate(pki.ca(), false);
        assertTalks(server.withCaCertificate(TlsFiles.UNVERIFIED, false), knowsOurs);
        assertTalks(knowsOurs, client.withCaCertificate(TlsFiles.UNVERIFIED, false));
    }

    @Test
    void needsAllItsFiles() throws Exception {
        Path none = folder.resolve("none.pem");
        Path damaged = Files.writeString(folder.resolve("damaged.pem"), "-----BEGIN PRIVATE KEY-----\nAAAA\n");
        try (StreamListener listener = listen(server)) {
            for (TlsFiles files : new TlsFiles[] {
                TlsFiles.NONE,
                client.withPrivateKey(null),
                client.withPrivateKey(none),
                client.withPrivateKey(damaged),
                client.withPrivateKey(server.privateKey()),
                client.withCertificate(damaged),
                client.withCaCertificate(none, false),
                client.withProtocols(java.util.List.of("TLSv1"))
            }) {
                assertThatThrownBy(() -> connect(listener, new Tls(files)))
                        .as(files.toString())
                        .isInstanceOfSatisfying(
                                StreamException.class,
                                e -> assertThat(e.reason()).isEqualTo("Protocol not available"));
            }
        }
    }

    @Test
    void oneWhoDoesNotSpeakTlsHarmsNobodyElse() throws Exception {
        try (StreamListener listener = listen(server);
                Socket silent = new Socket(InetAddress.getLoopbackAddress(), listener.localPort())) {
            CompletableFuture<String> silence = echo(listener);
            try (Socket rude = new Socket(InetAddress.getLoopbackAddress(), listener.localPort())) {
                CompletableFuture<String> rudeness = echo(listener);
                rude.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.UTF_8));
                assertThat(rudeness.get(30, TimeUnit.SECONDS)).isEqualTo("Protocol error");
            }
            CompletableFuture<String> end = echo(listener);
            try (Stream stream = connect(listener, new Tls(client))) {
                assertThat(said(stream, "still here")).isEqualTo("still here");
            }
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("closed");
            // and the one who says nothing at all is shown out after a while
            assertThat(silence.get(60, TimeUnit.SECONDS)).isNotEqualTo("closed");
            assertThat(silent.getInputStream().readAllBytes().length).isLessThan(100);
        }
    }

    @Test
    void learnsTheCaFromTheFirstPeer() throws Exception {
        Path learned = folder.resolve("learned.pem");
        Tls tls = new Tls(client.withCaCertificate(learned, true));
        try (StreamListener listener = listen(server.withPeerCaCertificate(pki.ca()))) {
            var _ = echo(listener);
            assertThatThrownBy(() -> connect(listener, tls)).isInstanceOf(StreamException.class);
            assertThat(Pem.certificates(learned)).isEqualTo(Pem.certificates(pki.ca()));
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(learned)))
                    .isEqualTo("r--r--r--");
            var _ = echo(listener);
            try (Stream stream = connect(listener, tls)) {
                assertThat(said(stream, "now I know you")).isEqualTo("now I know you");
            }
        }
        TlsFiles stranger = new TestPki(folder, "third").identity("third-server");
        try (StreamListener listener = listen(stranger)) {
            var _ = echo(listener);
            assertThatThrownBy(() -> connect(listener, tls)).isInstanceOf(StreamException.class);
        }
    }

    /** A session that believes everybody, because there was no CA when it began, must not be taken for one that judges. */
    @Test
    void whoeverIsBelievedIsOnlyLearntFrom() throws Exception {
        Path learned = folder.resolve("raced.pem");
        TlsFiles files = client.withCaCertificate(learned, true);
        TlsLoader.Loaded before = new TlsLoader(System.getLogger(Tls.MODULE)).load(files);
        Files.copy(pki.ca(), learned);
        TlsLoader.Loaded after = new TlsLoader(System.getLogger(Tls.MODULE)).load(files);
        assertThat(before.learned()).isEqualTo(learned);
        assertThat(after.learned()).isNull();
    }

    @Test
    void readsFilesAgainThatHaveChanged() throws Exception {
        TlsFiles moving = pki.identity("moving");
        Tls tls = new Tls(moving);
        try (StreamListener listener = listen(server)) {
            var _ = echo(listener);
            try (Stream stream = connect(listener, tls)) {
                assertThat(said(stream, "one")).isEqualTo("one");
            }
            TlsFiles foreign = new TestPki(folder, "fourth").identity("foreign");
            Files.copy(foreign.privateKey(), moving.privateKey(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(foreign.certificate(), moving.certificate(), StandardCopyOption.REPLACE_EXISTING);
            Files.setLastModifiedTime(moving.privateKey(), FileTime.fromMillis(1));
            CompletableFuture<String> end = echo(listener);
            assertThatThrownBy(() -> {
                        try (Stream stream = connect(listener, tls)) {
                            said(stream, "two");
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("Protocol error");
        }
    }

    @Test
    void closingWakesTheReaderAndTellsThePeer() throws Exception {
        try (StreamListener listener = listen(server)) {
            CompletableFuture<String> end = echo(listener);
            Stream stream = connect(listener, new Tls(client));
            assertThat(said(stream, "x")).isEqualTo("x");
            CompletableFuture<String> reader = CompletableFuture.supplyAsync(() -> {
                try {
                    return "read " + stream.in().read();
                } catch (IOException e) {
                    return "woken";
                }
            });
            stream.close();
            assertThat(reader.get(30, TimeUnit.SECONDS)).isIn("woken", "read -1");
            assertThat(end.get(30, TimeUnit.SECONDS)).isEqualTo("closed");
        }
    }
}
