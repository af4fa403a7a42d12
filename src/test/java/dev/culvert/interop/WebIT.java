package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import dev.culvert.observe.http.RawHttp;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What {@code --web} serves, to clients that are no browser: the daemon's part, and what hostile ones get. */
@Timeout(180)
class WebIT {
    private static final String SECRET = "a-very-secret-key-3141";
    private static final JsonMapper JSON = new JsonMapper();

    /** Nobody, as every Debian has it. */
    private static final int NOBODY = 65_534;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;
    private static InetSocketAddress address;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        TappedWire.lay(network);
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1", List.of("--web=0"));
        two = new CulvertBox(network, "b2");
        address = address(one);
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
        one.vsctl("add-port sw1 tun0 -- set interface tun0 type=gre options:remote_ip=192.168.56.12 options:psk="
                + SECRET);
        two.vsctl("add-port sw2 tun0 -- set interface tun0 type=gre options:remote_ip=192.168.56.11 options:psk="
                + SECRET);
        guests.awaitEachOther();
    }

    private static InetSocketAddress address(CulvertBox box) throws Exception {
        Matcher said = Pattern.compile("a page that shows this switch is at http://127\\.0\\.0\\.1:([0-9]+)/")
                .matcher(box.log());
        assertThat(said.find()).isTrue();
        return new InetSocketAddress("127.0.0.1", Integer.parseInt(said.group(1)));
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    private static <T> T inBox(Callable<T> task) throws Exception {
        return network.in("b1", task);
    }

    private static RawHttp.Answer get(String path) throws Exception {
        return get(path, "");
    }

    private static RawHttp.Answer get(String path, String fields) throws Exception {
        return inBox(() -> RawHttp.get(address, path, fields));
    }

    private static String token() throws Exception {
        return json("/api/boxes").get("token").stringValue();
    }

    private static RawHttp.Answer capture(String query) throws Exception {
        return get("/capture?token=" + token() + "&" + query);
    }

    private static JsonNode json(String path) throws Exception {
        RawHttp.Answer answer = get(path);
        assertThat(answer.status()).as(answer.body()).isEqualTo(200);
        return JSON.readTree(answer.body());
    }

    private static JsonNode tunnel() throws Exception {
        for (JsonNode port : json("/api/state").get("bridges").get(0).get("ports")) {
            if (port.get("name").stringValue().equals("tun0")) {
                return port;
            }
        }
        throw new AssertionError("no tun0");
    }

    /** From the page on, everything that it refers to is there, and nothing of it is elsewhere. */
    @Test
    void thePageIsWholeAndNeedsNothingElse() throws Exception {
        Deque<String> toSee = new ArrayDeque<>(List.of("/"));
        Set<String> seen = new HashSet<>(toSee);
        Pattern references = Pattern.compile("(?:href|src)=\"(/[^\"]*)\"|from '\\.(/[a-z]+\\.js)'|url\\(([^)]*)\\)");
        while (!toSee.isEmpty()) {
            String path = toSee.remove();
            RawHttp.Answer answer = get(path);
            assertThat(answer.status()).as(path).isEqualTo(200);
            assertThat(answer.head())
                    .contains("Content-Security-Policy: default-src 'none'; script-src 'self';")
                    .contains("frame-ancestors 'none'")
                    .contains("X-Content-Type-Options: nosniff");
            assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                    .as(path)
                    .doesNotContain("://", "unsafe-eval", "innerHTML");
            references.matcher(answer.body()).results().forEach(found -> {
                String other = found.group(1) != null ? found.group(1) : found.group(2);
                assertThat(other).as("in " + path + ": " + found.group()).isNotNull();
                if (!other.equals("/capture") && seen.add(other)) {
                    toSee.add(other);
                }
            });
        }
        assertThat(seen)
                .contains("/page.js", "/page.css", "/topology.js", "/icon.svg")
                .hasSizeGreaterThan(8);
    }

    @Test
    void theStateIsThatOfTheSwitch() throws Exception {
        long before = tunnel().get("tx").get("packets").longValue();
        assertThat(guests.ping("l", 20, Guests.RIGHT)).isEqualTo(20);
        await().atMost(Duration.ofSeconds(10))
                .until(() -> tunnel().get("tx").get("packets").longValue() - before >= 20);
        JsonNode tunnel = tunnel().get("tunnel");
        assertThat(tunnel.get("remote").stringValue()).isEqualTo("192.168.56.12");
        assertThat(tunnel.get("protected").booleanValue()).isTrue();
        assertThat(tunnel.get("associations").intValue()).isPositive();
        assertThat(json("/api/state").get("addresses").toString()).contains("192.168.56.11");
        // while somebody looks, the other end is asked for an echo
        await().atMost(Duration.ofSeconds(10))
                .until(() -> json("/api/state").get("roundTrips").has("192.168.56.12"));
        assertThat(json("/api/state").get("roundTrips").get("192.168.56.12").doubleValue())
                .isBetween(1.0, 1e6);
        JsonNode tables = json("/api/tables?bridge=sw1");
        assertThat(tables.get("stationCount").intValue()).isEqualTo(2);
        assertThat(tables.get("stations").toString())
                .contains(
                        network.exec("l", "cat", "/sys/class/net/veth1/address").strip())
                .contains(
                        network.exec("r", "cat", "/sys/class/net/veth1/address").strip());
        assertThat(tables.get("flows").toString()).contains("in_port(p1)").contains("\"actions\":\"tun0\"");
    }

    /** An answer waits for what happens, and tells it without the secret that is in it. */
    @Test
    void whatHappensIsToldAtOnceAndWithoutSecrets() throws Exception {
        long after = 0;
        StringBuilder all = new StringBuilder();
        for (JsonNode batch = json("/api/events?after=0"); ; batch = json("/api/events?after=" + after)) {
            all.append(batch.get("events"));
            after = batch.get("next").longValue();
            if (batch.get("events").size() < 200) {
                break;
            }
        }
        assertThat(all).contains("a page that shows this switch is at");
        long last = after;
        var waiting = java.util.concurrent.CompletableFuture.supplyAsync(() -> {
            try {
                return json("/api/events?after=" + last).get("events").toString();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
        long start = System.nanoTime();
        one.vsctl("add-port sw1 more -- set interface more type=vxlan options:remote_ip=192.0.2.1 options:psk=" + SECRET
                + " options:key=99");
        String events = waiting.get();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(9));
        all.append(events);
        all.append(json("/api/events?after=" + last).get("events"));
        assertThat(all.toString()).contains("more added", "key=\\\"99\\\"", "psk=***");
        one.vsctl("set interface more options:psk=" + SECRET + "-2");
        all.append(json("/api/events?after=" + last).get("events"));
        one.vsctl("del-port sw1 more");
        await().atMost(Duration.ofSeconds(5))
                .untilAsserted(() -> assertThat(
                                json("/api/events?after=" + last).get("events").toString())
                        .contains("more removed"));
        all.append(json("/api/events?after=" + last).get("events"));
        assertThat(all.toString()).contains("options:psk *** → ***").doesNotContain(SECRET);
        assertThat(get("/api/state").body() + get("/api/tables?bridge=sw1").body())
                .doesNotContain(SECRET);
    }

    @Test
    void aCaptureIsAPageOfLayersOrAFile() throws Exception {
        Process pings = one.start(
                "pings.err",
                Map.of(),
                List.of("ip", "netns", "exec", network.name("l"), "ping", "-q", "-i", "0.1", Guests.RIGHT));
        try {
            RawHttp.Answer layers = capture("bridge=sw1&port=tun0&filter=icmp&packets=3&seconds=8");
            assertThat(layers.status()).as(layers.body()).isEqualTo(200);
            assertThat(layers.head()).contains("style-src 'unsafe-inline';").contains("frame-ancestors 'self'");
            assertThat(layers.body()).contains("Packet 3: ").contains("icmp").doesNotContain("Packet 4: ");

            Path file = Files.createTempFile("web", ".pcapng");
            try {
                String fetch = "import sys, urllib.request;"
                        + " open(sys.argv[2], 'wb').write(urllib.request.urlopen(sys.argv[1]).read())";
                String url = "http://127.0.0.1:" + address.getPort() + "/capture?token=" + token()
                        + "&bridge=sw1&filter=icmp&packets=10&seconds=8&form=pcapng";
                Outcome.of(Map.of(), one.inBox(List.of("/usr/bin/python3", "-c", fetch, url, file.toString())))
                        .text();
                Outcome read = Outcome.of(Map.of(), List.of("tshark", "-r", file.toString(), "-Y", "icmp"));
                assertThat(read.text().lines()).hasSize(10);
            } finally {
                Files.delete(file);
            }
        } finally {
            pings.destroy();
        }
        RawHttp.Answer wrong = capture("bridge=sw1&filter=no+such+word");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.body()).startsWith("filter: ").contains("syntax error");
        assertThat(capture("bridge=none").body()).isEqualTo("no such bridge\n");
        RawHttp.Answer nothing = capture("bridge=sw1&filter=tcp+port+9&seconds=1");
        assertThat(nothing.body()).contains("Nothing has crossed it in 1 s.");
        assertThat(one.appctl("capture/list")).as("nothing is left over").isEmpty();
    }

    /** Every user of the host reaches loopback; packets are more than they may see. */
    @Test
    void anotherUserOfTheHostSeesThePageButNoPackets() throws Exception {
        assertThat(asNobody(address, "/api/state")).contains("\"tun0\"");
        assertThat(asNobody(address, "/api/boxes")).contains("\"boxes\":").doesNotContain("token");
        assertThat(asNobody(address, "/capture?bridge=sw1&seconds=1&token=" + token()))
                .startsWith("403 who may see packets is root");
        try (TestNetwork other = TestNetwork.of("x");
                CulvertBox box = new CulvertBox(other, "x", List.of("--web=127.0.0.1:0", "--web-capture"))) {
            box.vsctl("add-br br0");
            InetSocketAddress there = address(box);
            String answer = text(box, there, "/api/boxes");
            assertThat(answer).contains("\"token\":\"");
        }
    }

    private static String asNobody(InetSocketAddress to, String path) throws Exception {
        return text(one, to, path);
    }

    private static String text(CulvertBox box, InetSocketAddress to, String path) throws Exception {
        String fetch = """
                import sys, urllib.request, urllib.error
                try:
                    print(urllib.request.urlopen(sys.argv[1]).read().decode())
                except urllib.error.HTTPError as error:
                    print(error.code, error.read().decode())
                """;
        String url = "http://127.0.0.1:" + to.getPort() + path;
        return Outcome.of(
                        Map.of(),
                        box.inBox(List.of(
                                "setpriv",
                                "--reuid=" + NOBODY,
                                "--regid=" + NOBODY,
                                "--clear-groups",
                                "/usr/bin/python3",
                                "-c",
                                fetch,
                                url)))
                .text();
    }

    @Test
    void hostileRequestsGetAnError() throws Exception {
        assertThat(get("/../../etc/passwd").status()).isEqualTo(404);
        assertThat(get("/page.html").status()).as("it is / and nothing else").isEqualTo(404);
        assertThat(get("/%70age.js").status()).isEqualTo(404);
        for (String path : List.of("/", "/api/state", "/capture?bridge=sw1")) {
            assertThat(get(path, "Origin: http://evil.example\r\n").status())
                    .as(path)
                    .isEqualTo(403);
        }
        for (String token : List.of("", "&token=", "&token=" + token().replace('0', '1') + "0")) {
            assertThat(get("/capture?bridge=sw1" + token).status())
                    .as("a link on another site takes no packets")
                    .isEqualTo(403);
        }
        assertThat(get("/", "Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\n")
                        .status())
                .as("but it may lead here")
                .isEqualTo(200);
        for (String query : List.of("box=1", "box=-1", "box=x", "box=0&box=0", "box=%zz", "after=-1")) {
            assertThat(get("/api/events?" + query).status()).as(query).isEqualTo(400);
        }
        assertThat(get("/api/tables?bridge=none").status()).isEqualTo(409);
        assertThat(capture("bridge=sw1&packets=51").status()).isEqualTo(400);
        assertThat(capture("bridge=sw1&seconds=21").status()).isEqualTo(400);
        assertThat(capture("bridge=sw1&port=underlay%20x").status()).isEqualTo(400);
        assertThat(inBox(() -> RawHttp.talk(address, "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n")))
                .startsWith("HTTP/1.1 421 ");
        assertThat(inBox(() -> RawHttp.talk(address, "POST /capture HTTP/1.1\r\nHost: localhost\r\n\r\n")))
                .startsWith("HTTP/1.1 405 ");
        assertThat(json("/api/state").get("databaseConnected").booleanValue()).isTrue();
    }

    /** A name that an attacker owns can come to mean any address, also one that is not loopback. */
    @Test
    void onAnyAddressItIsCalledByItsOwnNames() throws Exception {
        network.exec("b1", "ip", "link", "set", "lo", "up");
        network.address("b1", "lo", "198.51.100.7/32");
        try (CulvertBox box = new CulvertBox(network, "b1", List.of("--web=198.51.100.7:0", "--unixctl=other.ctl"))) {
            Matcher said =
                    Pattern.compile("is at http://198\\.51\\.100\\.7:([0-9]+)/").matcher(box.log());
            assertThat(said.find()).isTrue();
            InetSocketAddress there = new InetSocketAddress("198.51.100.7", Integer.parseInt(said.group(1)));
            String own = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
            for (String name : List.of("198.51.100.7:" + there.getPort(), own, "localhost:1")) {
                assertThat(ask(there, name)).as(name).startsWith("HTTP/1.1 200 ");
            }
            for (String name : List.of("evil.example", own + ".evil.example", "198.51.100.7.evil.example")) {
                assertThat(ask(there, name)).as(name).startsWith("HTTP/1.1 421 ");
            }
        }
    }

    private static String ask(InetSocketAddress there, String name) throws Exception {
        return inBox(() -> RawHttp.talk(there, "GET / HTTP/1.1\r\nHost: " + name + "\r\nConnection: close\r\n\r\n"));
    }

    @Test
    void whereTheAddressIsTakenTheSwitchRunsOn() throws Exception {
        try (TestNetwork other = TestNetwork.of("x");
                ServerSocket taken =
                        other.in("x", () -> new ServerSocket(9474, 1, InetAddress.getByName("127.0.0.1")));
                CulvertBox box = new CulvertBox(other, "x", List.of("--web=" + taken.getLocalPort()))) {
            assertThat(box.log()).contains("|WARN|no page at 127.0.0.1:9474: Address already in use");
            box.vsctl("add-br br0");
            assertThat(box.ofctl("show br0")).contains("LOCAL(br0)");
        }
    }

    @Test
    void withoutTheOptionNobodyListens() throws Exception {
        for (String table : List.of("tcp", "tcp6")) {
            assertThat(network.in("b2", () -> Files.readString(Path.of("/proc/thread-self/net/" + table))))
                    .contains("local_address")
                    .doesNotContain(" 0A ");
        }
    }
}
