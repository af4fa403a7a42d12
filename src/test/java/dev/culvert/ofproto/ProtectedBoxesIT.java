package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.datapath.Protection;
import dev.culvert.ipsec.esp.EspKeys;
import dev.culvert.ipsec.esp.EspSuite;
import dev.culvert.linux.TestNetwork;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelType;
import java.io.IOException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/** Two boxes whose tunnel IPsec protects, with keys that were agreed upon by hand. */
@ParameterizedClass
@ValueSource(ints = {1, 2})
class ProtectedBoxesIT {
    @Parameter
    int loops;

    private static final String HERE = "192.168.56.11";
    private static final String THERE = "192.168.56.12";

    private final SecureRandom random = new SecureRandom();
    private TestNetwork network;
    private Box one;
    private Box two;
    private Protection first;
    private Protection second;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("b1", "b2", "l", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", HERE + "/24");
        network.address("b2", "u0", THERE + "/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "fd56::12/64");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("r", "veth1", "b2", "p1");
        network.address("l", "veth1", "10.0.0.1/24");
        network.address("r", "veth1", "10.0.0.2/24");
        one = new Box(network, "b1", loops);
        two = new Box(network, "b2", loops);
        one.device("p1");
        two.device("p1");
    }

    @AfterEach
    void tearDown() throws Exception {
        one.close();
        two.close();
        network.close();
    }

    @ParameterizedTest
    @CsvSource({
        "gre, 192.168.56.11, 192.168.56.12, AES_GCM_16_256, 0",
        "gre, 192.168.56.11, 192.168.56.12, AES_CBC_128_SHA2_256, 0",
        "gre, 192.168.56.11, 192.168.56.12, AES_GCM_16_128, 4500",
        "vxlan, 192.168.56.11, 192.168.56.12, AES_GCM_16_256, 0",
        "geneve, 192.168.56.11, 192.168.56.12, AES_CBC_256_SHA2_512, 4500",
        "gre, fd56::11, fd56::12, AES_GCM_16_256, 0",
        "vxlan, fd56::11, fd56::12, AES_GCM_16_256, 4500",
        "geneve, fd56::11, fd56::12, AES_GCM_16_128, 0",
    })
    void guestsReachEachOther(String type, String here, String there, EspSuite suite, int port) throws Exception {
        join(type, here, there);
        install(suite, here, there, port, 1);

        assertThat(ping("-c", "5", "-i", "0.05")).contains("5 received");
        assertThat(ping("-c", "3", "-i", "0.05", "-s", "3000")).contains("3 received");
        assertThat(ping("-c", "2", "-i", "0.05", "-s", "20000")).contains("2 received");
        assertThat(tcp(true)).isGreaterThan(2e7);
        assertThat(tcp(false)).isGreaterThan(2e7);
        for (Box box : List.of(one, two)) {
            assertThat(box.datapath().drops())
                    .doesNotContainKeys(
                            DropReason.IPSEC_CLEARTEXT,
                            DropReason.IPSEC_POLICY,
                            DropReason.MTU_EXCEEDED,
                            DropReason.TRANSMIT_ERROR,
                            DropReason.ESP_REPLAYED,
                            DropReason.ESP_ICV_BAD);
        }
    }

    @Test
    void framesWaitForTheFirstAssociation() throws Exception {
        join("gre", HERE, THERE);
        Process ping = new ProcessBuilder(
                        "ip", "netns", "exec", network.name("l"), "ping", "-c", "3", "-i", "0.1", "-W", "5", "10.0.0.2")
                .redirectErrorStream(true)
                .start();
        Thread.sleep(600);
        install(EspSuite.AES_GCM_16_256, HERE, THERE, 0, 1);
        assertThat(new String(ping.getInputStream().readAllBytes())).contains("3 received");
    }

    /** The peer's answer is here, and its first packets as well, while the keys are still computed. */
    @ParameterizedTest
    @CsvSource({
        "gre, 192.168.56.11, 192.168.56.12, 0",
        "vxlan, 192.168.56.11, 192.168.56.12, 4500",
        "geneve, fd56::11, fd56::12, 0"
    })
    void whatComesBeforeItsAssociationWaitsForIt(String type, String here, String there, int port) throws Exception {
        join(type, here, there);
        EspKeys toTwo = keys(EspSuite.AES_GCM_16_256, 0x1001);
        EspKeys toOne = keys(EspSuite.AES_GCM_16_256, 0x2001);
        IpAddress a = Objects.requireNonNull(IpAddress.parse(here));
        IpAddress b = Objects.requireNonNull(IpAddress.parse(there));
        two.ipsec(ipsec -> {
            ipsec.offer(toTwo.spi());
            return true;
        });
        one.ipsec(ipsec -> {
            ipsec.install(first, toOne, toTwo, a, b, port);
            ipsec.activate(toOne.spi());
            return true;
        });
        Process ping = new ProcessBuilder(
                        "ip", "netns", "exec", network.name("l"), "ping", "-c", "1", "-W", "5", "10.0.0.2")
                .redirectErrorStream(true)
                .start();
        Thread.sleep(500);
        assertThat(two.datapath().drops()).doesNotContainKey(DropReason.ESP_SA_NOT_FOUND);
        long start = System.nanoTime();
        two.ipsec(ipsec -> {
            ipsec.install(second, toTwo, toOne, b, a, port);
            ipsec.activate(toTwo.spi());
            return true;
        });
        assertThat(new String(ping.getInputStream().readAllBytes())).contains("1 received");
        assertThat(System.nanoTime() - start)
                .as("ARP was not lost, which would be asked again a second later")
                .isLessThan(400_000_000L);
    }

    @Test
    void whatNobodyHasBeenOfferedDoesNotWaitAndWhatIsOfferedDoesNotForEver() throws Exception {
        join("gre", HERE, THERE);
        EspKeys toTwo = keys(EspSuite.AES_GCM_16_256, 0x1001);
        EspKeys toOne = keys(EspSuite.AES_GCM_16_256, 0x2001);
        IpAddress a = Objects.requireNonNull(IpAddress.parse(HERE));
        IpAddress b = Objects.requireNonNull(IpAddress.parse(THERE));
        one.ipsec(ipsec -> {
            ipsec.install(first, toOne, toTwo, a, b, 0);
            ipsec.activate(toOne.spi());
            return true;
        });
        network.ip("l", "neigh replace 10.0.0.2 dev veth1 lladdr 02:00:00:00:00:02 nud permanent");
        assertThat(pingFails("l", "10.0.0.2")).contains("0 received");
        long unknown = notFound();
        assertThat(unknown).isGreaterThanOrEqualTo(3);
        two.ipsec(ipsec -> {
            ipsec.offer(toTwo.spi());
            return true;
        });
        pingFails("l", "10.0.0.2", "-c", "40", "-i", "0.002");
        long full = notFound();
        assertThat(full - unknown)
                .as("16 of them wait; the guests' systems say something too")
                .isBetween(40L - 16, 40L - 1);
        Thread.sleep(2200);
        pingFails("l", "10.0.0.2", "-c", "1");
        assertThat(notFound() - full).as("those that have waited too long").isGreaterThanOrEqualTo(16);
    }

    private long notFound() throws Exception {
        return two.datapath().drops().getOrDefault(DropReason.ESP_SA_NOT_FOUND, 0L);
    }

    @Test
    void anAssociationReplacesAnotherWithoutLoss() throws Exception {
        join("gre", HERE, THERE);
        install(EspSuite.AES_GCM_16_256, HERE, THERE, 0, 1);
        Process ping = new ProcessBuilder(
                        "ip",
                        "netns",
                        "exec",
                        network.name("l"),
                        "ping",
                        "-c",
                        "200",
                        "-i",
                        "0.01",
                        "-W",
                        "5",
                        "10.0.0.2")
                .redirectErrorStream(true)
                .start();
        for (int generation = 2; generation < 10; generation++) {
            Thread.sleep(150);
            install(EspSuite.AES_GCM_16_256, HERE, THERE, 0, generation);
            delete(generation - 1);
        }
        assertThat(new String(ping.getInputStream().readAllBytes())).contains("200 received");
    }

    @Test
    void nothingComesInOrGoesOutInClear() throws Exception {
        first = one.ipsec(ipsec -> ipsec.protect(TunnelType.GRE, 0));
        one.tunnel("gre", Map.of("remote_ip", THERE), first);
        int open = two.tunnel("gre", Map.of("remote_ip", HERE));

        assertThat(pingFails("r", "10.0.0.1")).contains("0 received");
        assertThat(one.datapath().drops()).containsKey(DropReason.IPSEC_CLEARTEXT);
        assertThat(pingFails("l", "10.0.0.2")).contains("0 received");
        assertThat(two.counters(open).rxPackets()).isZero();
        assertThat(two.counters(open).txPackets()).isPositive();
    }

    private String pingFails(String from, String to, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of("ping", "-c", "3", "-i", "0.1", "-W", "1"));
        line.addAll(List.of(more));
        line.add(to);
        try {
            return network.exec(from, line.toArray(String[]::new));
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private void join(String type, String here, String there) throws Exception {
        TunnelType known = Objects.requireNonNull(TunnelType.of(type));
        first = one.ipsec(ipsec -> ipsec.protect(known, known.defaultPort()));
        second = two.ipsec(ipsec -> ipsec.protect(known, known.defaultPort()));
        one.tunnel(type, Map.of("remote_ip", there), first);
        two.tunnel(type, Map.of("remote_ip", here), second);
    }

    private void install(EspSuite suite, String here, String there, int port, int generation) throws Exception {
        EspKeys toTwo = keys(suite, 0x1000 + generation);
        EspKeys toOne = keys(suite, 0x2000 + generation);
        IpAddress a = Objects.requireNonNull(IpAddress.parse(here));
        IpAddress b = Objects.requireNonNull(IpAddress.parse(there));
        one.ipsec(ipsec -> {
            ipsec.install(first, toOne, toTwo, a, b, port);
            return true;
        });
        two.ipsec(ipsec -> {
            ipsec.install(second, toTwo, toOne, b, a, port);
            ipsec.activate(toTwo.spi());
            return true;
        });
        one.ipsec(ipsec -> {
            ipsec.activate(toOne.spi());
            return true;
        });
    }

    private void delete(int generation) throws Exception {
        Thread.sleep(20);
        one.ipsec(ipsec -> {
            ipsec.delete(0x2000 + generation);
            return true;
        });
        two.ipsec(ipsec -> {
            ipsec.delete(0x1000 + generation);
            return true;
        });
    }

    private EspKeys keys(EspSuite suite, int spi) {
        byte[] material = new byte[suite.keyLength()];
        random.nextBytes(material);
        return new EspKeys(spi, suite, true, material);
    }

    private String ping(String... arguments) throws Exception {
        String[] command = new String[arguments.length + 4];
        System.arraycopy(new String[] {"ping", "-W", "2"}, 0, command, 0, 3);
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        command[command.length - 1] = "10.0.0.2";
        return network.exec("l", command);
    }

    /** Bits a second that arrive. */
    private double tcp(boolean leftToRight) throws Exception {
        Process server = new ProcessBuilder(
                        "ip", "netns", "exec", network.name("r"), "iperf3", "-s", "-1", "-B", "10.0.0.2")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            Thread.sleep(300);
            String json = leftToRight
                    ? network.exec("l", "iperf3", "-c", "10.0.0.2", "-t", "1", "-C", "reno", "-J")
                    : network.exec("l", "iperf3", "-c", "10.0.0.2", "-t", "1", "-C", "reno", "-J", "-R");
            return JsonMapper.shared()
                    .readTree(json)
                    .at("/end/sum_received/bits_per_second")
                    .asDouble();
        } finally {
            server.destroy();
            server.waitFor();
        }
    }
}
