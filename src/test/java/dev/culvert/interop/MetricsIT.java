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
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What {@code --metrics} serves is what has happened, and genuine readers of both formats find nothing wrong with it. */
@Isolated
@Timeout(180)
class MetricsIT {
    private static final String SECRET = "a-very-secret-key-3141";
    private static final String OPEN_METRICS = "Accept: application/openmetrics-text; version=1.0.0\r\n";

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;
    private static InetSocketAddress address;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        TappedWire.lay(network);
        network.address("b2", "u0", "192.168.56.13/24");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1", List.of("--metrics=127.0.0.1:0"));
        two = new CulvertBox(network, "b2");
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
        Matcher said = Pattern.compile("metrics are at http://127\\.0\\.0\\.1:([0-9]+)/metrics")
                .matcher(one.log());
        assertThat(said.find()).isTrue();
        address = new InetSocketAddress("127.0.0.1", Integer.parseInt(said.group(1)));
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    @AfterEach
    void removeTunnels() throws Exception {
        for (String port : List.of("tun0", "tun1")) {
            one.vsctl("--if-exists del-port sw1 " + port);
            two.vsctl("--if-exists del-port sw2 " + port);
        }
    }

    private static void join(String type, String here, String there, String options) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=%s%s";
        one.vsctl(line.formatted("sw1", type, there, options));
        two.vsctl(line.formatted("sw2", type, here, options));
    }

    private static <T> T inBox(Callable<T> task) throws Exception {
        return network.in("b1", task);
    }

    private static String scrape(String fields) throws Exception {
        RawHttp.Answer answer = inBox(() -> RawHttp.get(address, "/metrics", fields));
        assertThat(answer.status()).isEqualTo(200);
        return answer.body();
    }

    /** A series' value, of a name with its labels in braces; -1 where there is none. */
    private static double value(String page, String series) {
        return page.lines()
                .filter(line -> line.startsWith(series + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length() + 1)))
                .findFirst()
                .orElse(-1);
    }

    private static double now(String series) throws Exception {
        return value(scrape(""), series);
    }

    private static String tunnel(String name, String type) {
        return "culvert_" + name + "{bridge=\"sw1\",port=\"tun0\",type=\"" + type + "\"}";
    }

    private static String remote(String name, String type, String remote) {
        return tunnel(name, type).replace("}", ",remote=\"" + remote + "\"}");
    }

    private static void assertReadable() throws Exception {
        Path page = Files.createTempFile("metrics", ".txt");
        try {
            Files.writeString(page, scrape(""));
            Outcome prometheus = Outcome.of(Map.of(), List.of("sh", "-c", "exec promtool check metrics <" + page));
            assertThat(prometheus.status())
                    .as(prometheus.out() + prometheus.err())
                    .isZero();
            assertThat(prometheus.out() + prometheus.err()).isEmpty();
            Files.writeString(page, scrape(OPEN_METRICS));
            String reader =
                    "import sys; from prometheus_client.openmetrics.parser import text_string_to_metric_families;"
                            + " print(len(list(text_string_to_metric_families(open(sys.argv[1]).read()))))";
            Outcome python = Outcome.of(Map.of(), List.of("/usr/bin/python3", "-c", reader, page.toString()));
            assertThat(Integer.parseInt(python.text().strip())).isGreaterThan(40);
        } finally {
            Files.delete(page);
        }
    }

    @Test
    void theFiguresAreThoseOfTheTraffic() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", " options:key=7");
        guests.awaitEachOther();
        Thread.sleep(600); // a picture serves for half a second, and the last one may be of another test's tunnel
        String before = scrape("");
        assertThat(guests.ping("l", 50, Guests.RIGHT)).isEqualTo(50);
        String sent = remote("remote_transmit_packets_total", "vxlan", "192.168.56.12");
        // what the kernel has forwarded is collected twice a second
        await().atMost(Duration.ofSeconds(10)).until(() -> now(sent) - value(before, sent) >= 50);
        String after = scrape("");
        for (String name : List.of(
                sent,
                remote("remote_receive_packets_total", "vxlan", "192.168.56.12"),
                tunnel("port_transmit_packets_total", "vxlan"),
                tunnel("port_receive_packets_total", "vxlan"),
                "culvert_port_receive_packets_total{bridge=\"sw1\",port=\"p1\",type=\"system\"}")) {
            assertThat(value(after, name) - value(before, name)).as(name).isBetween(50.0, 80.0);
        }
        String bytes = tunnel("port_transmit_bytes_total", "vxlan");
        assertThat(value(after, bytes) - value(before, bytes)).isBetween(50 * 98.0, 50 * 98.0 + 30 * 98);
        String hits = "culvert_datapath_cache_hits_total";
        assertThat(value(after, hits) - value(before, hits)).isGreaterThanOrEqualTo(95);
        assertThat(value(after, "culvert_datapath_upcalls_total")).isPositive();
        assertThat(value(after, "culvert_bridge_mac_entries{bridge=\"sw1\"}")).isGreaterThanOrEqualTo(2);
        assertThat(value(after, "culvert_database_rows{table=\"Interface\"}")).isEqualTo(3);
        assertThat(value(after, "culvert_database_transactions_total")).isPositive();
        assertThat(value(after, tunnel("port_up", "vxlan"))).isEqualTo(1);
        assertReadable();
    }

    /** It sleeps when there is nothing to do, and works when there is. */
    @Test
    void theDutyCycleIsThatOfTheThread() throws Exception {
        one.kernelOffload(false);
        try {
            join("vxlan", "192.168.56.11", "192.168.56.12", "");
            guests.awaitEachOther();
            String busy = "culvert_datapath_busy_seconds_total{thread=\"datapath\"}";
            double before = now(busy);
            long start = System.nanoTime();
            Thread.sleep(2000);
            double idle = (now(busy) - before) / ((System.nanoTime() - start) / 1e9);
            assertThat(idle).isBetween(0.0, 0.2);
            double rested = now(busy);
            start = System.nanoTime();
            guests.assertTcp();
            await().atMost(Duration.ofSeconds(5)) // the same picture serves for half a second
                    .until(() -> now(busy) > rested + 0.002);
            double working = (now(busy) - rested) / ((System.nanoTime() - start) / 1e9);
            assertThat(working).isLessThan(1.05);
        } finally {
            one.kernelOffload(true);
        }
    }

    @Test
    void aTunnelFromAnywhereTellsItsRemoteEndsApart() throws Exception {
        one.vsctl("add-port sw1 tun0 -- set interface tun0 type=vxlan options:remote_ip=flow options:key=7");
        two.vsctl("add-port sw2 tun0 -- set interface tun0 type=vxlan options:remote_ip=192.168.56.11 options:key=7"
                + " options:local_ip=192.168.56.12");
        // such a port cannot answer yet, not even ARP
        network.ip("r", "neigh replace " + Guests.LEFT + " dev veth1 lladdr " + mac("l") + " nud permanent");
        network.ip("l", "neigh replace " + Guests.RIGHT + " dev veth1 lladdr " + mac("r") + " nud permanent");
        for (String from : List.of("192.168.56.12", "192.168.56.13")) {
            two.vsctl("set interface tun0 options:local_ip=" + from);
            String received = remote("remote_receive_packets_total", "vxlan", from);
            await().atMost(Duration.ofSeconds(20)).until(() -> {
                guests.ping("r", 1, "-w", "1", Guests.LEFT);
                return now(received) > 0;
            });
            double before = now(received);
            assertThat(guests.ping("r", 20, Guests.LEFT)).isZero();
            await().atMost(Duration.ofSeconds(10)).until(() -> now(received) - before >= 20);
            assertThat(now(remote("remote_receive_bytes_total", "vxlan", from))).isGreaterThanOrEqualTo(20 * 98);
        }
        String port = tunnel("port_receive_packets_total", "vxlan");
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            String page = scrape("");
            double both = value(page, remote("remote_receive_packets_total", "vxlan", "192.168.56.12"))
                    + value(page, remote("remote_receive_packets_total", "vxlan", "192.168.56.13"));
            assertThat(both).isEqualTo(value(page, port));
        });
        String unsent = tunnel("port_drops_total", "vxlan").replace("}", ",reason=\"tunnel_not_set\"}");
        assertThat(now(unsent)).isGreaterThanOrEqualTo(40);
        assertThat(now("culvert_drops_total{reason=\"tunnel_not_set\"}")).isGreaterThanOrEqualTo(40);
        assertReadable();
    }

    private static String mac(String guest) throws Exception {
        return network.exec(guest, "cat", "/sys/class/net/veth1/address").strip();
    }

    /** With a protected tunnel, one from anywhere and a controller there is nothing that the dashboard asks for and the page lacks. */
    @Test
    void securityAssociationsAreCountedAndTheDashboardFindsEverything() throws Exception {
        join("gre", "192.168.56.11", "192.168.56.12", " options:psk=" + SECRET);
        one.vsctl("add-port sw1 tun1 -- set interface tun1 type=geneve options:remote_ip=flow options:key=9");
        one.vsctl("set-controller sw1 ptcp:6653:127.0.0.1");
        try {
            guests.awaitEachOther();
            String peer = "{peer=\"192.168.56.12\",remote=\"192.168.56.12\"}";
            await().atMost(Duration.ofSeconds(20)).until(() -> now("culvert_ipsec_peer_up" + peer) == 1);
            assertThat(now(tunnel("tunnel_ipsec_associations", "gre"))).isPositive();
            one.appctl("ipsec/rekey tun0");
            for (String rekeys : List.of("ike", "child")) {
                await().atMost(Duration.ofSeconds(20))
                        .until(() -> now("culvert_ipsec_peer_" + rekeys + "_rekeys_total" + peer) >= 1);
            }
            // nobody talks, and after ten seconds it is asked; either end may be the one that asks
            await().atMost(Duration.ofSeconds(90))
                    .until(() -> now("culvert_ipsec_peer_liveness_rtt_seconds_count" + peer) >= 1);
            assertThat(now("culvert_ipsec_peer_liveness_last_rtt_seconds" + peer))
                    .isBetween(0.00001, 1.0);
            assertReadable();
            String page = scrape("");
            assertThat(page).doesNotContain(SECRET);
            assertThat(names(page)).containsAll(dashboardNames());
        } finally {
            one.vsctl("del-controller sw1");
        }
    }

    private static Set<String> names(String page) {
        Set<String> names = new HashSet<>();
        page.lines().filter(line -> !line.startsWith("#")).forEach(line -> names.add(line.split("[{ ]")[0]));
        return names;
    }

    private static Set<String> dashboardNames() throws Exception {
        Set<String> names = new HashSet<>();
        Matcher expressions =
                Pattern.compile("culvert_[a-z0-9_]+").matcher(Files.readString(Path.of("docs/grafana-dashboard.json")));
        while (expressions.find()) {
            names.add(expressions.group());
        }
        assertThat(names).hasSizeGreaterThan(30);
        return names;
    }

    @Test
    void whoHasNoBusinessHereGetsAnError() throws Exception {
        assertThat(inBox(() -> RawHttp.get(address, "/metrics/../../etc/passwd", ""))
                        .status())
                .isEqualTo(404);
        assertThat(inBox(() -> RawHttp.get(address, "/metrics", "Origin: http://evil.example\r\n"))
                        .status())
                .isEqualTo(403);
        assertThat(inBox(() -> RawHttp.talk(address, "GET /metrics HTTP/1.1\r\nHost: evil.example\r\n\r\n")))
                .startsWith("HTTP/1.1 421 ");
        assertThat(inBox(() -> RawHttp.talk(address, "POST /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n")))
                .startsWith("HTTP/1.1 405 ");
        assertThat(inBox(() -> RawHttp.talk(
                        address, "GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(100_000) + "\r\n\r\n")))
                .startsWith("HTTP/1.1 431 ");
        assertThat(now("culvert_database_connected")).isEqualTo(1);
    }

    @Test
    void whereTheAddressIsTakenTheSwitchRunsOn() throws Exception {
        try (TestNetwork other = TestNetwork.of("x");
                ServerSocket taken =
                        other.in("x", () -> new ServerSocket(9475, 1, InetAddress.getByName("127.0.0.1")));
                CulvertBox box = new CulvertBox(other, "x", List.of("--metrics=127.0.0.1:" + taken.getLocalPort()))) {
            assertThat(box.log()).contains("|WARN|no metrics at 127.0.0.1:9475: Address already in use");
            box.vsctl("add-br br0");
            assertThat(box.ofctl("show br0")).contains("LOCAL(br0)");
        }
    }
}
