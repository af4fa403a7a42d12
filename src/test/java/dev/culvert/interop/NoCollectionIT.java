package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * TCP and small datagrams through two daemons, with a young generation of 8 MB: nothing is allocated for a packet, so nothing
 * has to be collected. The kernel's copy of the flow cache is off: it would leave nothing to do. That a collection would be seen is shown by IPsec, whose cipher makes garbage for each packet.
 */
@Isolated
@Timeout(240)
class NoCollectionIT {
    private static final int SECONDS = 10;
    private static final int WARM_UP_SECONDS = 15;
    private static final int PORT_TCP = 5201;
    private static final int PORT_UDP = 5202;

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
        one = CulvertBox.asLaunched(network, "b1", "-XX:+UsePerfData");
        two = CulvertBox.asLaunched(network, "b2", "-XX:+UsePerfData");
        one.kernelOffload(false);
        two.kernelOffload(false);
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

    @Test
    void nothingIsCollectedWhilePacketsAreForwarded() throws Exception {
        join("vxlan", "");
        traffic(WARM_UP_SECONDS); // classes are loaded and code is linked, which does leave garbage
        for (CulvertBox box : List.of(one, two)) {
            run("jcmd", box, "GC.run");
        }
        long before = collections(one) + collections(two);
        long packets = traffic(SECONDS);
        assertThat(collections(one) + collections(two)).isEqualTo(before);
        assertThat(packets).isGreaterThan(50_000);
        part();

        join("gre", " options:psk=swordfish");
        long secret = collections(one) + collections(two);
        traffic(SECONDS);
        assertThat(collections(one) + collections(two)).isGreaterThan(secret);
        part();
    }

    private static void join(String type, String more) throws Exception {
        String tunnel = " tun0 -- set interface tun0 type=" + type + more + " options:remote_ip=192.168.56.";
        one.vsctl("add-port sw1" + tunnel + "12");
        two.vsctl("add-port sw2" + tunnel + "11");
        guests.awaitEachOther();
    }

    private static void part() throws Exception {
        one.vsctl("del-port tun0");
        two.vsctl("del-port tun0");
    }

    /** One connection and one stream of small datagrams side by side; how many datagrams arrive. */
    private static long traffic(int seconds) throws Exception {
        Process tcpServer = server(PORT_TCP);
        Process udpServer = server(PORT_UDP);
        try {
            Thread.sleep(Duration.ofMillis(500));
            Process tcp = client(PORT_TCP, seconds, "-C", "reno");
            Process udp = client(PORT_UDP, seconds, "-u", "-l", "64", "-b", "10M");
            String json = new String(udp.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            tcp.getInputStream().readAllBytes();
            assertThat(tcp.waitFor()).isZero();
            var sum = tools.jackson.databind.json.JsonMapper.shared()
                    .readTree(json)
                    .at("/end/sum");
            return sum.at("/packets").asLong() - sum.at("/lost_packets").asLong();
        } finally {
            tcpServer.destroy();
            udpServer.destroy();
        }
    }

    private static Process server(int port) throws Exception {
        return inNamespace("r", List.of("iperf3", "-s", "-1", "-p", "" + port));
    }

    private static Process client(int port, int seconds, String... more) throws Exception {
        List<String> command =
                new ArrayList<>(List.of("iperf3", "-c", Guests.RIGHT, "-p", "" + port, "-t", "" + seconds, "-J"));
        command.addAll(List.of(more));
        return inNamespace("l", command);
    }

    private static Process inNamespace(String namespace, List<String> program) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip", "netns", "exec", network.name(namespace)));
        command.addAll(program);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    /** How often a daemon has collected garbage, of either generation. */
    private static long collections(CulvertBox box) throws Exception {
        List<String> lines = run("jstat", box, "-gc").lines().toList();
        List<String> names = List.of(lines.get(0).strip().split("\\s+"));
        List<String> values = List.of(lines.get(1).strip().split("\\s+"));
        return Long.parseLong(values.get(names.indexOf("YGC"))) + Long.parseLong(values.get(names.indexOf("FGC")));
    }

    private static String run(String tool, CulvertBox box, String argument) throws Exception {
        String pid = Long.toString(box.daemon().pid());
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", tool).toString()));
        command.addAll(tool.equals("jstat") ? List.of(argument, pid) : List.of(pid, argument));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }
}
