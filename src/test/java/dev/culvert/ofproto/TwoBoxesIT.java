package dev.culvert.ofproto;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The tutorial's scene without its database: two boxes, a bridge in each, a guest behind each, a tunnel between. All of it is
 * the same with one loop and several, and whether flows stay in user space or get a copy in the kernel.
 */
@ParameterizedClass(name = "{0} loops, kernel offload: {1}")
@CsvSource({"1, false", "2, true"})
class TwoBoxesIT {
    @Parameter(0)
    int loops;

    @Parameter(1)
    boolean kernelOffload;

    private TestNetwork network;
    private Box one;
    private Box two;

    @BeforeEach
    void setUp() throws Exception {
        network = TestNetwork.of("b1", "b2", "l", "r");
        network.veth("b1", "u0", "b2", "u0");
        network.address("b1", "u0", "192.168.56.11/24");
        network.address("b2", "u0", "192.168.56.12/24");
        network.address("b1", "u0", "fd56::11/64");
        network.address("b2", "u0", "fd56::12/64");
        network.veth("l", "veth1", "b1", "p1");
        network.veth("r", "veth1", "b2", "p1");
        network.address("l", "veth1", "10.0.0.1/24");
        network.address("r", "veth1", "10.0.0.2/24");
        network.address("l", "veth1", "fd10::1/64");
        network.address("r", "veth1", "fd10::2/64");
        one = new Box(network, "b1", loops, kernelOffload);
        two = new Box(network, "b2", loops, kernelOffload);
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
        "vxlan, 192.168.56.11, 192.168.56.12, 123",
        "geneve, 192.168.56.11, 192.168.56.12, 123",
        "gre, 192.168.56.11, 192.168.56.12, 123",
        "gre, 192.168.56.11, 192.168.56.12, ''",
        "vxlan, fd56::11, fd56::12, 123",
        "geneve, fd56::11, fd56::12, 123",
        "gre, fd56::11, fd56::12, 123",
    })
    void guestsReachEachOther(String type, String here, String there, String key) throws Exception {
        join(type, here, there, key.isEmpty() ? Map.of() : Map.of("key", key));

        assertThat(ping("-c", "5", "-i", "0.05", "10.0.0.2")).contains("5 received");
        assertThat(ping("-6", "-c", "3", "-i", "0.05", "fd10::2")).contains("3 received");
        assertThat(ping("-c", "3", "-i", "0.05", "-s", "3000", "10.0.0.2")).contains("3 received");
        assertThat(ping("-c", "2", "-i", "0.05", "-s", "20000", "10.0.0.2")).contains("2 received");
        assertThat(tcp(true)).isGreaterThan(1e7);
        assertThat(tcp(false)).isGreaterThan(1e7);
        assertThat(one.kernelFlows() > 0).isEqualTo(kernelOffload);
    }

    @Test
    void aPacketThatMayNotBeFragmentedIsAnswered() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", Map.of());

        String refused = pingFails("-c", "2", "-i", "0.05", "-M", "do", "-s", "1472", "10.0.0.2");
        assertThat(refused).contains("mtu = 1450").contains("From 10.0.0.2");
        assertThat(ping("-c", "2", "-i", "0.05", "-M", "do", "-s", "1422", "10.0.0.2"))
                .contains("2 received");
        assertThat(ping("-6", "-c", "5", "-i", "0.3", "-s", "1452", "fd10::2")).containsPattern("[1-5] received");
        assertThat(one.datapath().statistics().answered()).isPositive();
    }

    private void join(String type, String here, String there, Map<String, String> options) throws Exception {
        java.util.Map<String, String> left = new java.util.HashMap<>(options);
        left.put("remote_ip", there);
        java.util.Map<String, String> right = new java.util.HashMap<>(options);
        right.put("remote_ip", here);
        one.setWay(one.tunnel(type, left), "u0", here, there);
        two.setWay(two.tunnel(type, right), "u0", there, here);
    }

    private String ping(String... arguments) throws Exception {
        return network.exec("l", command(arguments));
    }

    private String pingFails(String... arguments) throws Exception {
        try {
            return network.exec("l", command(arguments));
        } catch (java.io.IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String[] command(String... arguments) {
        String[] command = new String[arguments.length + 3];
        command[0] = "ping";
        command[1] = "-W";
        command[2] = "2";
        System.arraycopy(arguments, 0, command, 3, arguments.length);
        return command;
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
            return tools.jackson.databind.json.JsonMapper.shared()
                    .readTree(json)
                    .at("/end/sum_received/bits_per_second")
                    .asDouble();
        } finally {
            server.destroy();
            server.waitFor();
        }
    }
}
