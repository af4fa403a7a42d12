package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;

import dev.culvert.linux.TestNetwork;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What tunnels look like on the wire, to tshark. Between the two boxes is a wire whose far end finishes checksums and
 * segments, as every network card does, so whole packets can be judged, inner ones too.
 */
@Timeout(120)
@ParameterizedClass(name = "kernel offload: {0}")
@ValueSource(booleans = {true, false})
class WireIT {
    @Parameter
    boolean kernelOffload;

    private static TestNetwork network;
    private static Guests guests;
    private static CulvertBox one;
    private static CulvertBox two;

    @BeforeParameterizedClassInvocation
    static void setUp(boolean kernelOffload) throws Exception {
        network = TestNetwork.of("l", "b1", "wire", "b2", "r");
        TappedWire.lay(network);
        TappedWire.finish(network, "w2");
        guests = Guests.behindBoxes(network);
        one = new CulvertBox(network, "b1");
        one.kernelOffload(kernelOffload);
        two = new CulvertBox(network, "b2");
        two.kernelOffload(kernelOffload);
        one.vsctl("add-br sw1 -- add-port sw1 p1");
        two.vsctl("add-br sw2 -- add-port sw2 p1");
    }

    @AfterParameterizedClassInvocation
    static void tearDown() throws Exception {
        try (var _ = network;
                var _ = one;
                var _ = two) {
            guests = null;
        }
    }

    @AfterEach
    void removeTunnels() throws Exception {
        one.vsctl("--if-exists del-port sw1 tun0");
        two.vsctl("--if-exists del-port sw2 tun0");
    }

    private static void join(String type, String here, String there, String options) throws Exception {
        String line = "add-port %s tun0 -- set interface tun0 type=%s options:key=123 options:remote_ip=\"%s\"%s";
        one.vsctl(line.formatted("sw1", type, there, options));
        two.vsctl(line.formatted("sw2", type, here, options));
        guests.awaitEachOther();
    }

    @ParameterizedTest
    @CsvSource({
        "vxlan, 192.168.56.11, 192.168.56.12, vxlan.vni, ''",
        "vxlan, fd56::11, fd56::12, vxlan.vni, ''",
        "geneve, 192.168.56.11, 192.168.56.12, geneve.vni, ''",
        "geneve, fd56::11, fd56::12, geneve.vni, ''",
        "gre, 192.168.56.11, 192.168.56.12, gre.key, ''",
        "gre, fd56::11, fd56::12, gre.key, ''",
        "gre, 192.168.56.11, 192.168.56.12, gre.key, ' options:csum=true options:seq=true'",
        "vxlan, 192.168.56.11, 192.168.56.12, vxlan.vni, ' options:csum=true'",
    })
    void tsharkHasNoComplaint(String type, String here, String there, String keyField, String options)
            throws Exception {
        join(type, here, there, options);
        try (Wiretap wire = new Wiretap(network, "wire", "w2")) {
            guests.assertJoined();
            wire.stop();
            wire.assertWellFormed();
            String tunnel = keyField + " == 123";
            assertThat(wire.count(tunnel + " && icmp")).isGreaterThanOrEqualTo(7);
            assertThat(wire.count(tunnel + " && tcp")).isGreaterThan(1000);
            assertThat(wire.values(tunnel + " && tcp", "frame.len").stream().mapToInt(Integer::parseInt))
                    .allMatch(length -> length <= 1514);
            assertThat(wire.count("(icmp || tcp) && !(" + tunnel + ") && !(ip.flags.mf == 1) && !ipv6.fraghdr"))
                    .as("outside of the tunnel")
                    .isZero();
            if (options.contains("seq")) {
                assertThat(wire.count("gre.flags.sequence_number == 1 && gre.flags.checksum == 1"))
                        .isEqualTo(wire.count("gre"));
            }
            boolean summed = options.contains("csum") || there.contains(":");
            if (summed && !type.equals("gre")) {
                assertThat(wire.count(type + " && udp.checksum == 0")).isZero();
            }
        }
        assertThat(one.drops("checksum_bad") + two.drops("checksum_bad")).isZero();
    }

    @Test
    void sourcePortsVaryByFlow() throws Exception {
        join("geneve", "192.168.56.11", "192.168.56.12", "");
        try (Wiretap wire = new Wiretap(network, "wire", "w2")) {
            for (int i = 0; i < 16; i++) {
                network.exec("l", "bash", "-c", "echo flow >/dev/udp/" + Guests.RIGHT + "/" + (5000 + i));
                network.exec("l", "bash", "-c", "echo flow >/dev/udp/" + Guests.RIGHT + "/6000");
            }
            wire.stop();
            Set<String> ports = new HashSet<>(wire.values("geneve && udp.length == 13", "udp.srcport"));
            assertThat(ports).hasSizeGreaterThan(3);
            assertThat(ports).allMatch(port -> Integer.parseInt(port) >= 32768);
        }
    }

    /** Each echo has a length of its own, by which it is found. */
    @Test
    void theOuterHeaderIsAsConfigured() throws Exception {
        join("vxlan", "192.168.56.11", "192.168.56.12", "");
        try (Wiretap wire = new Wiretap(network, "wire", "w2")) {
            echo("", 101, "-Q", "0xb8", "-t", "33");
            echo("options:tos=0x20", 104, "-Q", "0xb8");
            echo("options:tos=inherit", 107, "-Q", "0xb8");
            echo("options:tos=0x20", 110, "-Q", "0x02");
            echo("options:tos=inherit", 113, "-Q", "0xba");
            echo("options:tos=0", 116, "-Q", "0x03");
            echo("options:ttl=9", 119);
            echo("options:ttl=inherit", 122, "-t", "33");
            echo("options:df_default=false", 125);
            echo("options:df_default=true", 128);
            echo("options:csum=true", 131);
            echo("options:csum=false", 134);
            wire.stop();
            assertThat(outer(wire, 101, "ip.dsfield", "ip.ttl", "ip.flags.df")).containsExactly("0x00", "64", "1");
            assertThat(outer(wire, 104, "ip.dsfield")).containsExactly("0x20");
            assertThat(outer(wire, 107, "ip.dsfield")).containsExactly("0xb8");
            assertThat(outer(wire, 110, "ip.dsfield"))
                    .as("ECN is always carried")
                    .containsExactly("0x22");
            assertThat(outer(wire, 113, "ip.dsfield")).containsExactly("0xba");
            assertThat(outer(wire, 116, "ip.dsfield"))
                    .as("RFC 6040 normal mode")
                    .containsExactly("0x03");
            assertThat(outer(wire, 119, "ip.ttl")).containsExactly("9");
            assertThat(outer(wire, 122, "ip.ttl")).containsExactly("33");
            assertThat(outer(wire, 125, "ip.flags.df")).containsExactly("0");
            assertThat(outer(wire, 128, "ip.flags.df")).containsExactly("1");
            assertThat(outer(wire, 131, "udp.checksum").getFirst()).isNotEqualTo("0x0000");
            assertThat(outer(wire, 134, "udp.checksum")).containsExactly("0x0000");
            wire.assertWellFormed();
        }
    }

    private static void echo(String option, int length, String... ping) throws Exception {
        one.vsctl("clear interface tun0 options -- set interface tun0 options:key=123 options:remote_ip=192.168.56.12"
                + (option.isEmpty() ? "" : " " + option));
        String[] options = Arrays.copyOf(ping, ping.length + 3);
        options[ping.length] = "-s";
        options[ping.length + 1] = Integer.toString(length);
        options[ping.length + 2] = Guests.RIGHT;
        guests.awaitAnswer("l", options);
    }

    private static List<String> outer(Wiretap wire, int length, String... fields) throws Exception {
        List<String> values = new ArrayList<>();
        for (String field : fields) {
            List<String> all = wire.values("vxlan && icmp.type == 8 && ip.len == " + (28 + length), field);
            assertThat(all).as("echoes of %d bytes", length).isNotEmpty();
            values.add(all.getLast());
        }
        return values;
    }
}
