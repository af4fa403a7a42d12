package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.linux.Cpus;
import dev.culvert.linux.TestNetwork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code n-handler-threads} and {@code pmd-cpu-mask}, set by the stock ovs-vsctl while two daemons are at work. */
@Timeout(180)
class DatapathThreadsIT {
    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @BeforeAll
    static void setUp() throws Exception {
        network = TestNetwork.of("l", "b1", "b2", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1");
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
    void keepFlowsOutOfTheKernel() throws Exception {
        one.kernelOffload(false);
        two.kernelOffload(false);
    }

    @AfterEach
    void reset() throws Exception {
        one.vsctl("--if-exists del-port sw1 tun0 -- clear open_vswitch . other_config");
        two.vsctl("--if-exists del-port sw2 tun0 -- clear open_vswitch . other_config");
    }

    @Test
    void threadsAreAsManyAndWhereTheyShouldBe() throws Exception {
        String everywhere = threads().get("datapath");
        set("other_config:n-handler-threads=3");
        awaitThreads(Map.of("datapath", everywhere, "datapath2", everywhere, "datapath3", everywhere));
        assertThat(one.appctl("memory/show")).contains("handlers:3");

        List<Integer> online = Cpus.online().stream().boxed().toList();
        Map<String, String> bound = new TreeMap<>();
        for (int cpu : online) {
            bound.put("datapath" + (bound.isEmpty() ? "" : "" + (bound.size() + 1)), "" + cpu);
        }
        set("other_config:pmd-cpu-mask=" + mask(Cpus.online()));
        awaitThreads(bound);
        BitSet last = new BitSet();
        last.set(online.getLast());
        set("other_config:pmd-cpu-mask=0x0" + mask(last));
        awaitThreads(Map.of("datapath", "" + online.getLast()));

        // as for Open vSwitch, what is no digit counts as 0
        set("other_config:pmd-cpu-mask=z");
        awaitThreads(Map.of("datapath", everywhere));
        assertThat(one.log()).contains("Invalid cpu mask: z");
        one.vsctl("remove open_vswitch . other_config pmd-cpu-mask");
        awaitThreads(Map.of("datapath", everywhere, "datapath2", everywhere, "datapath3", everywhere));
        set("other_config:n-handler-threads=none");
        awaitThreads(Map.of("datapath", everywhere));
    }

    @Test
    void aChangeLosesNeitherPacketsNorConfiguration() throws Exception {
        join("type=vxlan");
        guests.assertJoined();
        String ports = one.appctl("dpif/show").replaceFirst(".*", "");
        Process ping = new ProcessBuilder(List.of(
                        "ip",
                        "netns",
                        "exec",
                        network.name("l"),
                        "ping",
                        "-q",
                        "-i",
                        "0.005",
                        "-c",
                        "500",
                        "-W",
                        "5",
                        Guests.RIGHT))
                .redirectErrorStream(true)
                .start();
        for (int threads : List.of(2, 4, 1, 3, 2, 1, 2)) {
            set("other_config:n-handler-threads=" + threads);
            await().until(() -> threads().size() == threads);
        }
        assertThat(new String(ping.getInputStream().readAllBytes())).contains("500 received");
        guests.assertTcp();
        assertThat(one.appctl("dpif/show").replaceFirst(".*", "")).isEqualTo(ports);
        assertThat(one.appctl("fdb/show sw1").lines()).hasSizeGreaterThanOrEqualTo(3);
        // what threads have counted that are no more is counted still
        assertThat(Integer.parseInt(one.ofctl("dump-ports sw1 p1").replaceFirst("(?s).*rx pkts=(\\d+).*", "$1")))
                .isGreaterThan(500);
    }

    @ParameterizedTest
    @ValueSource(strings = {"type=gre", "type=vxlan", "type=gre options:ipsec_forceencaps=yes"})
    void protectedTunnelsWorkWhateverThreadTheirPacketsComeBy(String options) throws Exception {
        set("other_config:n-handler-threads=3");
        two.vsctl("set open_vswitch . other_config:n-handler-threads=2");
        join(options + " options:psk=a-very-secret-key-2718");
        guests.assertJoined();
        set("other_config:n-handler-threads=2");
        guests.assertTcp();
        one.appctl("ipsec/rekey tun0");
        guests.assertTcp();
        for (CulvertBox box : List.of(one, two)) {
            assertThat(box.drops("esp_replayed") + box.drops("esp_icv_bad") + box.drops("ipsec_cleartext"))
                    .isZero();
        }
    }

    private static void join(String options) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 options:remote_ip=%s " + options;
        one.vsctl(line.formatted("sw1", "192.168.56.12"));
        two.vsctl(line.formatted("sw2", "192.168.56.11"));
    }

    private static void set(String value) throws Exception {
        one.vsctl("set open_vswitch . " + value);
    }

    private static String mask(BitSet cpus) {
        StringBuilder digits = new StringBuilder();
        for (int i = 0; i < cpus.length(); i += 4) {
            int value = 0;
            for (int bit = 0; bit < 4; bit++) {
                value |= cpus.get(i + bit) ? 1 << bit : 0;
            }
            digits.insert(0, Integer.toHexString(value));
        }
        return digits.toString();
    }

    private static void awaitThreads(Map<String, String> expected) {
        await().untilAsserted(() -> assertThat(threads()).isEqualTo(expected));
    }

    /** The datapath's threads with the processors that they may run on, as the kernel says. */
    private static Map<String, String> threads() throws IOException {
        Map<String, String> threads = new TreeMap<>();
        List<Path> tasks = new ArrayList<>();
        try (var list = Files.newDirectoryStream(Path.of("/proc/" + one.daemon().pid() + "/task"))) {
            list.forEach(tasks::add);
        }
        for (Path task : tasks) {
            String name = "";
            String cpus = "";
            for (String line : Files.readAllLines(task.resolve("status"))) {
                String[] words = line.split("\\s+", 2);
                name = words[0].equals("Name:") ? words[1] : name;
                cpus = words[0].equals("Cpus_allowed_list:") ? words[1] : cpus;
            }
            if (name.startsWith("datapath")) {
                threads.put(name, cpus);
            }
        }
        return threads;
    }
}
