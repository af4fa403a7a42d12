package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.ipsec.ike.ChildPolicy;
import dev.culvert.ipsec.ike.IkeBox;
import dev.culvert.ipsec.ike.IkePeer;
import dev.culvert.ipsec.ike.IkeTiming;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ipsec.ike.PresharedKey;
import dev.culvert.ipsec.ike.RecordingHost;
import dev.culvert.ipsec.ike.crypto.Proposals;
import dev.culvert.linux.TestNetwork;
import dev.culvert.packet.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The genuine ovs-monitor-ipsec, strongSwan and kernel ESP as the peer: each side begins, each side rekeys. That both ends have the
 * same keys is seen in the kernel's own table of SAs.
 */
@Timeout(240)
class StrongSwanIT {
    private static final String US = "192.168.56.11";
    private static final String THEM = "192.168.56.12";

    private static TestNetwork network;
    private static Peerbox theirs;

    private IkeBox ours;

    @BeforeAll
    static void boot() throws Exception {
        network = TestNetwork.of("b1");
        theirs = new Peerbox(network, "b1", US + "/24", THEM + "/24");
        theirs.run("ovs-vsctl add-br sw2;"
                + " /usr/share/openvswitch/scripts/ovs-ctl --ike-daemon=strongswan start-ovs-ipsec >/dev/null 2>&1;"
                + " until ipsec status >/dev/null 2>&1; do sleep 0.2; done");
    }

    @AfterAll
    static void halt() throws Exception {
        try (var _ = network;
                var _ = theirs) {
            // both go
        }
    }

    @BeforeEach
    void open() throws Exception {
        ours = new IkeBox(network, "b1", US);
    }

    @AfterEach
    void close() throws Exception {
        ours.close();
        theirs.run(
                "ovs-vsctl --if-exists del-port sw2 tun0; until ! ipsec statusall | grep -q tun0; do sleep 0.2; done;"
                        + " ip xfrm state flush");
    }

    private static List<ChildPolicy> policies(String type) {
        return switch (type) {
            case "gre" -> ChildPolicy.gre("tun0");
            case "vxlan" -> ChildPolicy.udp("tun0", 4789);
            default -> ChildPolicy.udp("tun0", 6081);
        };
    }

    private static IkePeer peer(String type, String key) {
        return IkePeer.of(
                "peer", IpAddress.parse(THEM), new PresharedKey(key.getBytes(StandardCharsets.UTF_8)), policies(type));
    }

    private void put(IkePeer peer) {
        ours.ask(engine -> {
            engine.put(peer, System.nanoTime());
            return true;
        });
    }

    /** Configures the peer as an operator of Open vSwitch does; its first packet makes it begin. */
    private static void configure(String type, String options) throws Exception {
        theirs.run("ovs-vsctl add-port sw2 tun0 -- set interface tun0 type=" + type + " options:remote_ip=" + US + " "
                + options + "; until ipsec statusall | grep -q 'tun0.*ROUTED'; do sleep 0.2; done");
    }

    /** Lets a packet leave by the tunnel. */
    private static void speak() throws Exception {
        theirs.run("ip link set sw2 up; ip addr replace 10.9.0.2/24 dev sw2; ping -c 1 -W 1 10.9.0.1 || true");
    }

    private void awaitUp(int children) {
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(ours.status().state())
                    .as(() -> ours.status().toString())
                    .isEqualTo(PeerStatus.State.ESTABLISHED);
            assertThat(ours.<Integer>askHost(host -> host.active.size())).isEqualTo(children);
            assertKernelHasOurKeys();
        });
    }

    /** Every CHILD_SA that our packets leave with, and its way back, is in the kernel with the same keys. */
    private void assertKernelHasOurKeys() throws Exception {
        String kernel = theirs.run("ip xfrm state");
        Map<String, RecordingHost.Installed> active = ours.askHost(host -> Map.copyOf(host.active));
        HexFormat hex = HexFormat.of();
        active.values().forEach(one -> {
            String out = hex.toHexDigits(one.sa().spiOut());
            String in = hex.toHexDigits(one.sa().spiIn());
            int cipher = one.sa().transforms().cipher().keyLength();
            assertThat(entry(kernel, out))
                    .contains("0x" + hex.formatHex(one.keyOut(), 0, cipher))
                    .contains(hex.formatHex(one.keyOut(), cipher, one.keyOut().length))
                    .contains("mode transport");
            assertThat(entry(kernel, in)).contains("0x" + hex.formatHex(one.keyIn(), 0, cipher));
            assertThat(entry(kernel, in).contains("encap type espinudp"))
                    .isEqualTo(one.sa().encapsulated());
        });
    }

    /** What {@code ip xfrm state} says of an SPI. */
    private static String entry(String kernel, String spi) {
        int at = kernel.indexOf("spi 0x" + spi);
        assertThat(at).as("SPI %s in %s", spi, kernel).isNotNegative();
        int from = kernel.lastIndexOf("src ", at);
        int to = kernel.indexOf("\nsrc ", at);
        return kernel.substring(from, to < 0 ? kernel.length() : to);
    }

    @ParameterizedTest
    @CsvSource({"gre,1", "vxlan,2"})
    void weBegin(String type, int children) throws Exception {
        configure(type, "options:psk=test123");
        put(peer(type, "test123"));
        awaitUp(children);
        assertThat(ours.status().initiator()).isTrue();
        assertThat(ours.status().remoteIdentity()).isEqualTo(THEM);
        assertThat(ours.status().ikeSuite()).isEqualTo("aes256gcm16-prfsha256-modp2048");
    }

    @ParameterizedTest
    @CsvSource({"gre,1", "geneve,2"})
    void theyBegin(String type, int children) throws Exception {
        ours.waiting = true;
        put(peer(type, "test123"));
        configure(type, "options:psk=test123");
        speak();
        awaitUp(children);
        assertThat(ours.status().initiator()).isFalse();
        assertThat(theirs.run("ipsec statusall")).contains("ESTABLISHED", "TRANSPORT");
    }

    @ParameterizedTest
    @CsvSource({
        "aes128gcm16-sha256-curve25519!, aes128gcm16!, true",
        "aes256-sha256-ecp256!, aes256-sha256-ecp256!, false",
        "aes128-sha512-prfsha384-ecp384!, aes128-sha512!, true",
        "aes256gcm16-prfsha512-modp3072!, aes256-sha384-curve25519!, false"
    })
    void otherSuitesAndTheirRekeying(String ike, String esp, boolean weRekey) throws Exception {
        ours.waiting = weRekey;
        String options = "options:psk=k options:ipsec_ike=%s options:ipsec_esp=%s".formatted(ike, esp);
        configure("gre", options);
        IkePeer peer = peer("gre", "k");
        put(new IkePeer(
                peer.name(),
                peer.local(),
                peer.remote(),
                peer.credentials(),
                peer.policies(),
                false,
                Proposals.parseIke(ike),
                Proposals.parseEsp(esp),
                IkeTiming.DEFAULT));
        if (weRekey) {
            speak();
        }
        awaitUp(1);
        for (int round = 0; round < 2; round++) {
            String spis = ours.status().ikeSpis();
            int child = activeSpi();
            if (weRekey) {
                ours.ask(engine -> {
                    engine.rekey("peer", null, System.nanoTime());
                    return true;
                });
            } else {
                String name = theirs.run("ipsec status").replaceAll("(?s).*?(tun0-\\d+)\\[.*", "$1");
                theirs.run("ipsec stroke rekey '" + name + "{*}'; ipsec stroke rekey '" + name + "[*]'");
            }
            await().atMost(Duration.ofSeconds(30)).untilAsserted(() -> {
                assertThat(ours.status().ikeSpis()).isNotEqualTo(spis);
                assertThat(activeSpi()).isNotEqualTo(child);
                assertThat(ours.<Integer>askHost(host -> host.installed.size())).isEqualTo(1);
                assertKernelHasOurKeys();
            });
        }
    }

    private int activeSpi() {
        return ours.askHost(host -> host.active.values().stream()
                .mapToInt(one -> one.sa().spiIn())
                .findFirst()
                .orElse(0));
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void encapsulationIsForced(boolean weBegin) throws Exception {
        ours.waiting = !weBegin;
        configure("gre", "options:psk=k options:ipsec_forceencaps=yes");
        put(peer("gre", "k"));
        if (!weBegin) {
            speak();
        }
        awaitUp(1);
        assertThat(ours.status().encapsulated()).isTrue();
    }

    @Test
    void aWrongKeyIsSaidAndMends() throws Exception {
        configure("gre", "options:psk=right");
        put(peer("gre", "wrong"));
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(ours.status().state()).isEqualTo(PeerStatus.State.AUTHENTICATION_FAILED));
        speak();
        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(
                        () -> assertThat(ours.status().authenticationFailures()).isGreaterThanOrEqualTo(2));
        assertThat(ours.<Integer>askHost(host -> host.installs)).isZero();
        put(peer("gre", "right"));
        awaitUp(1);
    }

    @Test
    void eitherIsKilledAndComesBack() throws Exception {
        configure("gre", "options:psk=k");
        put(peer("gre", "k"));
        awaitUp(1);
        ours.kill();
        ours = new IkeBox(network, "b1", US);
        put(peer("gre", "k"));
        awaitUp(1);
        int before = activeSpi();
        theirs.run("kill -9 $(cat /run/charon.pid); ip xfrm state flush; ipsec restart >/dev/null 2>&1;"
                + " until ipsec statusall 2>/dev/null | grep -q 'tun0.*ROUTED'; do sleep 0.2; done");
        speak();
        await().atMost(Duration.ofSeconds(40)).until(() -> activeSpi() != before);
        awaitUp(1);
    }
}
