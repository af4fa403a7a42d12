package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code culvert capture} at a running switch; tshark says what is in the captures. */
@Timeout(180)
class CaptureIT {
    private static final int PINGS = 20;
    private static final int FIELDS = 6;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @TempDir
    private Path folder;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "fd56::12/64");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1", List.of("--allow-key-export"));
        two = new CulvertBox(network, "b2");
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterAll
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    @BeforeEach
    void awaitNone() {
        await().atMost(Duration.ofSeconds(45))
                .until(() -> one.appctl("capture/list").isEmpty());
    }

    @AfterEach
    void removeTunnels() throws Exception {
        one.vsctl("--if-exists del-port sw1 tun0");
        two.vsctl("--if-exists del-port sw2 tun0");
        one.vsctl("del-fail-mode sw1");
    }

    private static void join(String type, String here, String there, String options) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 type=%s options:remote_ip=\"%s\"%s";
        one.vsctl(line.formatted("sw1", type, there, options));
        two.vsctl(line.formatted("sw2", type, here, options));
        guests.awaitEachOther();
    }

    /** A capture that runs, in the first box. */
    private final class Running {
        final Path file = folder.resolve("capture-" + System.nanoTime() + ".pcapng");
        final Process process;

        Running(String... arguments) throws Exception {
            List<String> all = new ArrayList<>(List.of("--bridge", "sw1", "-w", file.toString()));
            all.addAll(List.of(arguments));
            process = one.start("capture.err", Map.of(), one.ours("capture", all.toArray(String[]::new)));
            // it has the interfaces when it runs
            await().atMost(Duration.ofSeconds(20)).until(() -> Files.exists(file) && Files.size(file) > 0);
        }

        /** Ends it as a person at the terminal does, and returns what it says. */
        String finish() throws Exception {
            Outcome.of(Map.of(), List.of("kill", "-INT", "" + process.pid())).text();
            assertThat(process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS))
                    .isTrue();
            return Files.readString(one.folder.resolve("capture.err"));
        }

        /** Packets that match, in the order of the file: number, interface, direction, comment, ICMP's type, sequence. */
        List<String[]> packets(String filter) throws Exception {
            return fields(
                    filter,
                    "frame.number",
                    "frame.interface_name",
                    "frame.packet_flags_direction",
                    "frame.comment",
                    "icmp.type",
                    "icmp.seq");
        }

        private List<String[]> fields(String filter, String... names) throws Exception {
            List<String> line = new ArrayList<>(List.of("tshark", "-r", file.toString(), "-T", "fields", "-Y", filter));
            line.addAll(List.of("-E", "occurrence=l"));
            for (String name : names) {
                line.addAll(List.of("-e", name));
            }
            return Outcome.of(Map.of(), line)
                    .text()
                    .lines()
                    .map(row -> Arrays.copyOf(row.split("\t", -1), names.length))
                    .toList();
        }
    }

    private static Map<String, Long> byInterface(List<String[]> packets) {
        return packets.stream().collect(Collectors.groupingBy(row -> row[1] + " " + row[2], Collectors.counting()));
    }

    private void settle() {
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            assertThat(guests.ping("l", 10, Guests.RIGHT)).isEqualTo(10);
            assertThat(one.appctl("dpctl/dump-flows -m")).contains("dp:bpf");
        });
    }

    @ParameterizedTest
    @CsvSource({
        "vxlan, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "geneve, 192.168.56.11, 192.168.56.12, ' options:key=123'",
        "gre, 192.168.56.11, 192.168.56.12, ' options:in_key=5 options:out_key=5'",
        "vxlan, fd56::11, fd56::12, ' options:key=123 options:csum=false'",
    })
    void eachFrameIsSeenAtThePortInTheTunnelAndAroundIt(String type, String here, String there, String options)
            throws Exception {
        join(type, here, there, options);
        settle(); // flows are the kernel's, and remain so
        Running capture = new Running();
        assertThat(guests.ping("l", PINGS, Guests.RIGHT)).isEqualTo(PINGS);
        assertThat(one.appctl("dpctl/dump-flows -m")).contains("dp:bpf");
        assertThat(capture.finish()).contains(" captured, 0 lost");

        List<String[]> echoes = capture.packets("icmp.type == 8 || icmp.type == 0");
        // tshark's 1 is inbound: at a port into the switch, at the underlay into the host
        assertThat(byInterface(echoes))
                .containsExactlyInAnyOrderEntriesOf(Map.of(
                        "p1 0x00000001", (long) PINGS,
                        "p1 0x00000002", (long) PINGS,
                        "tun0 0x00000001", (long) PINGS,
                        "tun0 0x00000002", (long) PINGS,
                        "u0 0x00000001", (long) PINGS,
                        "u0 0x00000002", (long) PINGS));
        assertLinked(echoes);
        assertThat(capture.packets("ip.checksum.status == 0 || udp.checksum.status == 0 || _ws.malformed"))
                .isEmpty();
    }

    /** Of each two that say so, the one carries the other. */
    private static void assertLinked(List<String[]> packets) {
        Map<String, String[]> byNumber = new HashMap<>();
        packets.forEach(packet -> byNumber.put(packet[0], packet));
        for (String[] packet : packets) {
            if (packet[1].equals("u0")) {
                assertThat(packet[3]).startsWith("tun0: carries packet ");
                String[] inner = byNumber.get(packet[3].substring("tun0: carries packet ".length()));
                assertThat(inner).isNotNull();
                assertThat(inner[1]).isEqualTo("tun0");
                assertThat(inner[3]).isEqualTo("carried by packet " + packet[0]);
                assertThat(inner[4] + " " + inner[5]).isEqualTo(packet[4] + " " + packet[5]);
            }
        }
    }

    @Test
    void tcpIsShownAsAWireWouldCarryIt() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        settle();
        Running capture = new Running("tcp");
        guests.assertTcp();
        capture.finish();
        assertThat(capture.fields("frame.len > 1514", "frame.len")).isEmpty();
        assertThat(capture.fields("tcp.checksum.status == 0", "frame.len", "tcp.seq"))
                .isEmpty();
        // eight megabytes three times over: some may have found no room
        for (String where : List.of("p1", "tun0", "u0")) {
            assertThat(capture.fields("frame.interface_name == \"" + where + "\" && tcp.len > 0", "frame.len"))
                    .as(where)
                    .hasSizeGreaterThan(500);
        }
    }

    @Test
    void onlyWhatIsAskedForIsCaptured() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        Running tunnel = new Running("--port", "tun0", "icmp[icmptype] = icmp-echo");
        Running underlay = new Running("--underlay", "-s", "60");
        Running few = new Running("--port", "p1", "-c", "3", "icmp");
        assertThat(one.appctl("capture/list")).contains("sw1 port=tun0 filter=icmp[icmptype] = icmp-echo: ");
        assertThat(guests.ping("l", PINGS, Guests.RIGHT)).isEqualTo(PINGS);
        assertThat(few.process.waitFor(20, java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        tunnel.finish();
        underlay.finish();
        assertThat(byInterface(tunnel.packets("frame")))
                .containsOnly(Map.entry("u0 0x00000002", (long) PINGS), Map.entry("tun0 0x00000002", (long) PINGS));
        assertThat(underlay.packets("frame"))
                .hasSizeGreaterThanOrEqualTo(2 * PINGS)
                .allSatisfy(packet -> {
                    assertThat(packet[1]).isEqualTo("u0");
                    assertThat(packet[3]).isEqualTo("tun0");
                });
        assertThat(underlay.fields("frame.cap_len > 60", "frame.len")).isEmpty();
        assertThat(few.packets("icmp"))
                .hasSize(3)
                .allSatisfy(packet -> assertThat(packet[1]).isEqualTo("p1"));
        await().untilAsserted(() -> assertThat(one.appctl("capture/list")).isEmpty());
    }

    @Test
    void aDropIsShownWithItsReason() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        one.vsctl("set-fail-mode sw1 secure");
        await().until(() -> guests.ping("l", 2, Guests.RIGHT) == 0);
        Running capture = new Running();
        guests.ping("l", 5, "-w", "2", Guests.RIGHT);
        capture.finish();
        assertThat(capture.packets("frame.interface_name == \"drops of sw1\" && (icmp || arp)"))
                .hasSizeGreaterThanOrEqualTo(2)
                .allSatisfy(packet -> assertThat(packet[3]).isEqualTo("came in by p1, dropped: no_output"));
    }

    @ParameterizedTest
    @CsvSource({"gre, ''", "vxlan, ' options:ipsec_forceencaps=yes'"})
    void framesInsideOfIpsecAreNamedByTheirPackets(String type, String options) throws Exception {
        join(type, "192.168.56.11", "192.168.56.12", " options:psk=between-us" + options);
        Running capture = new Running();
        assertThat(guests.ping("l", PINGS, Guests.RIGHT)).isEqualTo(PINGS);
        String said = capture.finish();
        Map<String, String> inner = capture.packets("frame.interface_name == \"tun0\" && icmp").stream()
                .collect(Collectors.toMap(packet -> packet[3], packet -> packet[4]));
        assertThat(inner).hasSize(2 * PINGS);
        List<String> outer = capture.packets("frame.interface_name == \"u0\" && esp").stream()
                .map(packet -> "in " + packet[3])
                .toList();
        assertThat(outer).containsAll(inner.keySet());

        Path keys = Path.of(capture.file + "-keys");
        assertThat(said).contains("IPsec's keys are in " + keys).doesNotContain("between-us");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(keys.resolve("esp_sa"))))
                .isEqualTo("rw-------");
        String decrypted = Outcome.of(
                        Map.of("WIRESHARK_CONFIG_DIR", keys.toString()),
                        List.of(
                                "tshark",
                                "-r",
                                capture.file.toString(),
                                "-o",
                                "esp.enable_encryption_decode:TRUE",
                                "-Y",
                                "esp && icmp"))
                .text();
        assertThat(decrypted.lines().count()).isEqualTo(2 * PINGS);
    }

    @Test
    void itIsReadAsItHappens() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        Process capture = one.start(
                "capture.err", Map.of(), one.ours("capture", "--bridge", "sw1", "-w", "-", "-c", "6", "icmp"));
        Process tshark = new ProcessBuilder("tshark", "-l", "-r", "-", "-T", "fields", "-e", "frame.interface_name")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        Thread pump = Thread.ofVirtual().start(() -> {
            try (var in = capture.getInputStream();
                    var out = tshark.getOutputStream()) {
                in.transferTo(out);
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        });
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !one.appctl("capture/list").isEmpty());
        assertThat(guests.ping("l", 2, Guests.RIGHT)).isEqualTo(2);
        assertThat(tshark.inputReader().readAllAsString().lines())
                .containsExactlyInAnyOrder("p1", "u0", "tun0", "u0", "tun0", "p1");
        pump.join();
        assertThat(capture.waitFor()).isZero();
    }

    @Test
    void withoutAFileEachPacketIsALine() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        Process capture = one.start("capture.err", Map.of(), one.ours("capture", "--bridge", "sw1", "-c", "6", "icmp"));
        await().atMost(Duration.ofSeconds(20))
                .until(() -> !one.appctl("capture/list").isEmpty());
        assertThat(guests.ping("l", 2, Guests.RIGHT)).isEqualTo(2);
        String text = capture.inputReader().readAllAsString();
        assertThat(text.lines()).hasSize(FIELDS);
        assertThat(text)
                .containsPattern("(?m)^\\d  [\\d:.]+  p1  98 bytes  eth / ip / icmp / data$")
                .containsPattern("(?m)^\\d  [\\d:.]+  u0  148 bytes  eth / ip / udp / vxlan / eth / ip / icmp / data  "
                        + "\\(tun0: carries packet \\d\\)$");
    }

    /** Nobody fetches what is captured of a flood: what finds no room is counted, and after a while nobody is there. */
    @Test
    void whatNobodyFetchesIsCountedAndBounded() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        String number = one.appctl("capture/start sw1").strip();
        network.exec("l", "ping", "-f", "-q", "-s", "1400", "-c", "20000", Guests.RIGHT);
        await().untilAsserted(() -> {
            String list = one.appctl("capture/list");
            assertThat(list).startsWith(number + " sw1: ");
            assertThat(Long.parseLong(list.replaceAll("(?s).*packets, (\\d+) lost.*", "$1")))
                    .isGreaterThan(10_000);
        });
        await().atMost(Duration.ofSeconds(45))
                .untilAsserted(() ->
                        assertThat(one.tool("appctl", "capture/list").out()).isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "capture/start none, no such bridge",
        "capture/start sw1 port=none, no port none on bridge sw1",
        "capture/start sw1 port=p1 underlay, either a port or the underlay",
        "capture/start sw1 snaplen=0, snaplen=0: not a number from 14 to 262144",
        "capture/start sw1 nonsense, 'nonsense: not port=NAME, underlay, snaplen=N or filter=EXPRESSION'",
        "capture/start sw1 filter=icmpp, filter: ",
        "capture/read 4711, no capture 4711",
        "capture/stop x, no capture x",
    })
    void whatIsWrongIsSaid(String command, String answer) throws Exception {
        Outcome outcome = one.tool("appctl", command.split(" "));
        assertThat(outcome.status()).isEqualTo(2);
        assertThat(outcome.err()).startsWith(answer);
    }

    @Test
    void thereAreOnlySoManyAtATime() throws Exception {
        List<String> numbers = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            numbers.add(one.appctl("capture/start sw1").strip());
        }
        assertThat(one.tool("appctl", "capture/start", "sw1").err()).startsWith("there are 8 captures already");
        for (String number : numbers) {
            one.appctl("capture/stop " + number);
            await().until(() -> one.appctl("capture/read " + number).strip().equals("end"));
        }
        assertThat(one.appctl("capture/list")).isEmpty();
    }
}
