package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.Cpus;
import dev.culvert.linux.TestNetwork;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Two boxes whose datapaths have several loops, three guests, traffic both ways. */
@Timeout(120)
class SeveralLoopsIT {
    private static final List<Integer> ONE = List.of(-1);

    private TestNetwork network;
    private Box one;
    private Box two;
    private int left;
    private int middle;
    private int right;
    private int far;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("b1", "b2", "l", "m", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("m", "veth1", "b1", "p2");
        network.veth("r", "veth1", "b2", "p1");
        network.address("l", "veth1", "10.0.0.1/24");
        network.address("m", "veth1", "10.0.0.3/24");
        network.address("r", "veth1", "10.0.0.2/24");
        one = new Box(network, "b1");
        two = new Box(network, "b2");
        left = one.device("p1");
        middle = one.device("p2");
        right = two.device("p1");
    }

    @AfterEach
    void tearDown() throws Exception {
        one.close();
        two.close();
        network.close();
    }

    @ParameterizedTest
    @CsvSource({"vxlan, 2", "vxlan, 3", "geneve, 2", "gre, 2", "gre, 3", "gre seq, 2", "gre seq, 3"})
    void theDatagramsOfAFlowStayInOrderAndAreCounted(String type, int loops) throws Exception {
        bind(loops);
        int tunnel = join(type);
        findEachOther();
        try (NumberedFlows there = new NumberedFlows(network, "l", "r", "10.0.0.2", 16, 1400);
                NumberedFlows back = new NumberedFlows(network, "r", "m", "10.0.0.3", 16, 1400)) {
            Thread.sleep(3000);
            there.finish();
            back.finish();
            for (NumberedFlows flows : List.of(there, back)) {
                assertThat(flows.late).as("late of %d", flows.received).isZero();
                assertThat(flows.received).isGreaterThan(10_000).isGreaterThan(flows.sent * 9 / 10);
            }
            // addresses are asked for, too
            assertThat(one.counters(left).rxPackets()).isBetween(there.received, there.sent + 100);
            assertAbout(one.counters(tunnel).txPackets(), there.received);
            assertAbout(one.counters(tunnel).rxPackets(), back.received);
            assertAbout(one.counters(middle).txPackets(), back.received);
            assertAbout(two.counters(right).txPackets(), there.received);
            assertThat(one.datapath().statistics().flows()).isLessThan(200);
            assertThat(one.datapath().statistics().hits()
                            + one.datapath().statistics().misses())
                    .isGreaterThan(there.received + back.received);
        }
    }

    @Test
    void theNumberOfLoopsChangesUnderTrafficWithoutLossOrDisorder() throws Exception {
        int tunnel = join("vxlan");
        findEachOther();
        try (NumberedFlows there = new NumberedFlows(network, "l", "r", "10.0.0.2", 4, 1400);
                NumberedFlows back = new NumberedFlows(network, "r", "m", "10.0.0.3", 4, 1400)) {
            Thread.sleep(1000);
            long before = Math.min(there.received, back.received);
            assertThat(before).isPositive();
            long lost = there.sent - there.received;
            for (int loops : List.of(2, 3, 1, 4, 2, 1, 3)) {
                bind(loops);
                assertThat(one.datapath().threads()).isEqualTo(loops);
                Thread.sleep(200);
                PortCounters counters = one.counters(tunnel);
                Thread.sleep(200);
                assertThat(one.counters(tunnel).rxPackets())
                        .as("with %d loops", loops)
                        .isGreaterThan(counters.rxPackets());
                assertThat(one.counters(tunnel).txPackets()).isGreaterThan(counters.txPackets());
            }
            assertThat(one.datapath().ports()).hasSize(3);
            one.setThreads(ONE);
            two.setThreads(ONE);
            there.finish();
            back.finish();
            assertThat(there.late + back.late)
                    .as("late of %d", there.received + back.received)
                    .isZero();
            assertThat(there.sent - there.received - lost).isLessThan(there.sent / 20);
            assertThat(one.counters(left).rxPackets()).isBetween(there.received, there.sent + 100);
            assertAbout(two.counters(right).txPackets(), there.received);
        }
        // nobody leaves a thread behind
        for (int i = 0; i < 50 && threads() > 2; i++) {
            Thread.sleep(100);
        }
        assertThat(threads()).isEqualTo(2);
    }

    @Test
    void aStationThatMovesToAPortOfAnotherLoopIsFollowed() throws Exception {
        bind(3);
        join("vxlan");
        network.ip("r", "neigh add 10.0.0.9 lladdr 02:00:00:00:00:99 dev veth1");
        network.ip("l", "link add link veth1 name mac type macvlan mode bridge");
        for (int round = 0; round < 5; round++) {
            for (String at : List.of("l", "m")) {
                network.ip(at, "link add link veth1 name s type macvlan mode bridge");
                network.ip(at, "link set s address 02:00:00:00:00:99 up");
                network.address(at, "s", "10.0.0.9/24");
                // it says where it is, once; that must do
                network.exec(at, "arping", "-U", "-c", "1", "-I", "s", "10.0.0.9");
                assertThat(network.exec("r", "ping", "-c", "3", "-i", "0.05", "-w", "5", "10.0.0.9"))
                        .as("at %s", at)
                        .contains("3 received");
                network.ip(at, "link del s");
            }
        }
    }

    @Test
    void portsComeAndGoWithAnyNumberOfLoops() throws Exception {
        for (int round = 0; round < 6; round++) {
            bind(1 + round % 3);
            int tunnel = join(round % 2 == 0 ? "vxlan" : "gre");
            assertThat(network.exec("l", "ping", "-c", "3", "-i", "0.05", "-w", "5", "10.0.0.2"))
                    .contains("3 received");
            bind(1 + (round + 1) % 3); // and at once:
            one.unplug(tunnel);
            two.unplug(far);
            one.unplug(left);
            left = one.device("p1");
        }
        assertThat(one.datapath().ports()).hasSize(2);
    }

    /** A kernel that looks for a neighbour lets those packets wait, and then sends them beside those that come next. */
    private void findEachOther() throws Exception {
        network.exec("l", "ping", "-c", "2", "-i", "0.05", "-w", "5", "10.0.0.2");
        network.exec("r", "ping", "-c", "2", "-i", "0.05", "-w", "5", "10.0.0.3");
    }

    /** Threads on different processors, as far as there are any: the kernel has a queue for each. */
    private void bind(int loops) throws Exception {
        BitSet cpus = Cpus.ofThisThread();
        List<Integer> bound = cpus.stream().boxed().toList();
        List<Integer> threads = new java.util.ArrayList<>();
        for (int i = 0; i < loops; i++) {
            threads.add(bound.get(i % bound.size()));
        }
        one.setThreads(threads);
        two.setThreads(threads);
    }

    private int join(String type) throws Exception {
        String[] words = type.split(" ");
        Map<String, String> here = new java.util.HashMap<>(Map.of("remote_ip", "192.168.56.11"));
        Map<String, String> there = new java.util.HashMap<>(Map.of("remote_ip", "192.168.56.12"));
        if (words.length > 1) {
            here.put(words[1], "true");
            there.put(words[1], "true");
        }
        far = two.tunnel(words[0], here);
        return one.tunnel(words[0], there);
    }

    private static long threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("datapath"))
                .count();
    }

    private static void assertAbout(long actual, long expected) {
        assertThat(actual).isBetween(expected, expected + expected / 20 + 100);
    }
}
