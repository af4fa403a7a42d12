package dev.culvert.interop;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.TestNetwork;
import dev.culvert.linux.VirtioNetHeader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Ten thousand tunnels, and a hundred thousand stations, on one daemon that has no more memory than its launcher gives it. What
 * is asserted of time is that nothing takes minutes: how long it takes is said in docs/performance.md.
 */
@Isolated
@Timeout(600)
class ScaleIT {
    private static final int TUNNELS = 10_000;
    private static final int PER_TRANSACTION = 1000;
    private static final int STATIONS = 100_000;
    private static final int MEGABYTES_MAX = 400;

    @Test
    void tenThousandTunnels() throws Exception {
        try (TestNetwork network = TestNetwork.of("l", "b1", "b2", "r")) {
            Guests guests = connect(network);
            try (CulvertBox one = CulvertBox.asLaunched(network, "b1");
                    CulvertBox two = new CulvertBox(network, "b2")) {
                one.vsctl("add-br sw1 -- add-port sw1 p1");
                two.vsctl("add-br sw2 -- add-port sw2 p1");
                long start = System.nanoTime();
                for (int i = 0; i < TUNNELS; i += PER_TRANSACTION) {
                    List<String> words = new ArrayList<>(List.of("--timeout=50"));
                    for (int k = i; k < i + PER_TRANSACTION; k++) {
                        words.addAll(tunnel("sw1", k, "10.64.0.2"));
                    }
                    one.own("vsctl", words).text();
                }
                assertThat(Duration.ofNanos(System.nanoTime() - start))
                        .as("minutes are too long on any machine")
                        .isLessThan(Duration.ofSeconds(240));
                assertThat(one.own(
                                        "vsctl",
                                        List.of(
                                                "--format=csv",
                                                "--no-headings",
                                                "--columns=ofport",
                                                "find",
                                                "interface",
                                                "type!=\"\"",
                                                "link_state=up",
                                                "ofport>0"))
                                .text()
                                .lines())
                        .hasSize(TUNNELS);

                for (int k : new int[] {0, TUNNELS / 2, TUNNELS - 1}) {
                    two.own("vsctl", words(tunnel("sw2", k, "10.64.0.1"))).text();
                    guests.awaitAnswer("r", Guests.LEFT);
                    assertThat(guests.ping("l", 5, Guests.RIGHT))
                            .as("by tunnel %d", k)
                            .isEqualTo(5);
                    assertThat(Long.parseLong(one.vsctl("--no-wait get interface tun" + k + " ofport")
                                    .strip()))
                            .isPositive();
                    two.vsctl("del-port tun" + k);
                }
                assertThat(megabytes(one)).isLessThan(MEGABYTES_MAX);

                List<String> words = new ArrayList<>(List.of("--timeout=50"));
                for (int k = 0; k < TUNNELS; k++) {
                    words.addAll(List.of("--", "del-port", "sw1", "tun" + k));
                }
                one.own("vsctl", words).text();
                assertThat(one.appctl("dpif/show").lines().filter(line -> line.contains("vxlan")))
                        .isEmpty();
            }
        }
    }

    @Test
    void aHundredThousandStations() throws Exception {
        try (TestNetwork network = TestNetwork.of("l", "b1", "b2", "r")) {
            Guests guests = connect(network);
            try (CulvertBox one = CulvertBox.asLaunched(network, "b1");
                    CulvertBox two = CulvertBox.asLaunched(network, "b2")) {
                for (CulvertBox box : List.of(one, two)) {
                    box.vsctl(
                            "add-br sw -- add-port sw p1 -- set bridge sw other-config:mac-table-size=" + 2 * STATIONS);
                }
                one.own("vsctl", words(tunnel("sw", 0, "10.64.0.2"))).text();
                two.own("vsctl", words(tunnel("sw", 0, "10.64.0.1"))).text();
                guests.awaitEachOther();
                long slowest = 0;
                try (Flood flood = new Flood(network)) {
                    long deadline = System.nanoTime() + Duration.ofSeconds(180).toNanos();
                    // where it is faster than the conductor, some addresses are seen only the next time
                    while (stations(two) < STATIONS && System.nanoTime() < deadline) {
                        flood.sendAll();
                        long asked = System.nanoTime();
                        one.vsctl("get interface tun0 ofport");
                        one.ofctl("show sw");
                        slowest = Math.max(slowest, System.nanoTime() - asked);
                    }
                }
                assertThat(stations(one)).isGreaterThanOrEqualTo(STATIONS);
                assertThat(stations(two)).isGreaterThanOrEqualTo(STATIONS);
                assertThat(Duration.ofNanos(slowest))
                        .as("the database and OpenFlow answer in the middle of it")
                        .isLessThan(Duration.ofSeconds(10));
                assertThat(one.appctl("fdb/show sw").lines()).hasSizeGreaterThan(STATIONS);
                assertThat(megabytes(one)).isLessThan(MEGABYTES_MAX);
                assertThat(megabytes(two)).isLessThan(MEGABYTES_MAX);
                assertThat(guests.ping("l", 5, Guests.RIGHT)).isEqualTo(5);
                assertThat(one.log() + two.log()).doesNotContain("OutOfMemory").doesNotContain("a task failed");
                one.appctl("fdb/flush sw");
                guests.awaitEachOther();
                assertThat(stations(one)).isLessThan(10);
            }
        }
    }

    private static Guests connect(TestNetwork network) throws Exception {
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "10.64.0.1/24");
        network.address("b2", "u0", "10.64.0.2/24");
        Guests guests = Guests.behindBoxes(network);
        return guests;
    }

    private static List<String> tunnel(String bridge, int i, String remote) {
        String name = "tun" + i;
        return List.of(
                "--",
                "add-port",
                bridge,
                name,
                "--",
                "set",
                "interface",
                name,
                "type=vxlan",
                "options:remote_ip=" + remote,
                "options:key=" + (i + 1));
    }

    /** Without the dashes that the first command does not need. */
    private static List<String> words(List<String> command) {
        return command.subList(1, command.size());
    }

    private static long stations(CulvertBox box) throws Exception {
        return box.appctl("fdb/stats-show sw")
                .lines()
                .filter(line -> line.contains("Current/maximum"))
                .mapToLong(line -> Long.parseLong(line.replaceAll(".*: *([0-9]+)/.*", "$1")))
                .sum();
    }

    private static long megabytes(CulvertBox box) throws IOException {
        return Files.readAllLines(Path.of("/proc/" + box.daemon().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) / 1024)
                .sum();
    }

    /** Sends frames from a hundred thousand addresses to the right guest. */
    private static final class Flood implements AutoCloseable {
        private static final int BATCH = 32;
        private static final int FRAME = 60;
        private static final int ROOM = 128;
        private static final long PAUSE_NANOS = 1_000_000;

        private final PacketSocket socket;
        private final MemorySegment memory = Arena.ofAuto().allocate(BATCH * ROOM, 8);
        private final MessageBatch batch = new MessageBatch(BATCH, 1, 0);

        Flood(TestNetwork network) throws Exception {
            int ifindex = network.link("l", "veth1").ifindex();
            long target = network.link("r", "veth1").mac();
            socket = network.in("l", () -> PacketSocket.open(ifindex));
            for (int i = 0; i < BATCH; i++) {
                int frame = i * ROOM + VirtioNetHeader.LENGTH;
                put48(frame, target);
                memory.set(JAVA_BYTE, frame + 12, (byte) 0x88); // local experimental EtherType 1 (IEEE 802)
                memory.set(JAVA_BYTE, frame + 13, (byte) 0xb5);
                batch.vector(i, 0, memory.address() + i * ROOM, VirtioNetHeader.LENGTH + FRAME);
            }
        }

        void sendAll() throws LinuxException, InterruptedException {
            for (int next = 0; next < STATIONS; next += BATCH) {
                for (int i = 0; i < BATCH; i++) {
                    put48(i * ROOM + VirtioNetHeader.LENGTH + 6, 0x0210_0000_0000L + (next + i) % STATIONS);
                }
                socket.send(batch, 0, BATCH);
                Thread.sleep(Duration.ofNanos(PAUSE_NANOS));
            }
        }

        private void put48(int at, long address) {
            for (int k = 0; k < 6; k++) {
                memory.set(JAVA_BYTE, at + k, (byte) (address >>> 40 - 8 * k));
            }
        }

        @Override
        public void close() {
            socket.close();
        }
    }
}
