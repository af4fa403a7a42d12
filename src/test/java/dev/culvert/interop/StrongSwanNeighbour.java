package dev.culvert.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.culvert.ipsec.ike.ChildPolicy;
import dev.culvert.ipsec.ike.IkeBox;
import dev.culvert.ipsec.ike.IkePeer;
import dev.culvert.ipsec.ike.PeerStatus;
import dev.culvert.ipsec.ike.PresharedKey;
import dev.culvert.ipsec.ike.RecordingHost;
import dev.culvert.linux.TestNetwork;
import dev.culvert.packet.IpAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** An engine of ours beside the genuine ovs-monitor-ipsec, strongSwan and kernel ESP. */
final class StrongSwanNeighbour implements AutoCloseable {
    static final String US = "192.168.56.11";
    static final String THEM = "192.168.56.12";

    private static final String LOG = "/run/charon.log";

    final TestNetwork network = TestNetwork.of("b1");
    private final Peerbox theirs;
    IkeBox ours;

    StrongSwanNeighbour() throws Exception {
        try {
            theirs = new Peerbox(network, "b1", US + "/24", THEM + "/24");
            run("echo 'charon { filelog { l { path = " + LOG + "\n default = 1\n flush_line = yes } } }'"
                    + " >/etc/strongswan.d/log.conf; ovs-vsctl add-br sw2;"
                    + " /usr/share/openvswitch/scripts/ovs-ctl --ike-daemon=strongswan start-ovs-ipsec >/dev/null 2>&1;"
                    + " until ipsec status >/dev/null 2>&1; do sleep 0.2; done");
        } catch (Exception | AssertionError e) {
            network.close();
            throw e;
        }
    }

    /** Begins our side anew. */
    void open() throws Exception {
        ours = new IkeBox(network, "b1", US);
    }

    /** Ends our side, and takes the peer's tunnel away. */
    void reset() throws Exception {
        ours.close();
        run("ovs-vsctl --if-exists del-port sw2 tun0; until ! ipsec statusall | grep -q tun0; do sleep 0.2; done;"
                + " ip xfrm state flush");
    }

    /** Runs a line of shell at the peer's. */
    String run(String line) throws Exception {
        return theirs.run(line);
    }

    static List<ChildPolicy> policies(String type) {
        return switch (type) {
            case "gre" -> ChildPolicy.gre("tun0");
            case "vxlan" -> ChildPolicy.udp("tun0", 4789);
            default -> ChildPolicy.udp("tun0", 6081);
        };
    }

    static IkePeer peer(String type, String key) {
        return IkePeer.of(
                "peer", IpAddress.parse(THEM), new PresharedKey(key.getBytes(StandardCharsets.UTF_8)), policies(type));
    }

    void put(IkePeer peer) {
        ours.ask(engine -> {
            engine.put(peer, System.nanoTime());
            return true;
        });
    }

    /** Configures the peer as an operator of Open vSwitch does; its first packet makes it begin. */
    void configure(String type, String options) throws Exception {
        run("ovs-vsctl add-port sw2 tun0 -- set interface tun0 type=" + type + " options:remote_ip=" + US + " "
                + options + "; until ipsec statusall | grep -q 'tun0.*ROUTED'; do sleep 0.2; done");
    }

    /** Lets a packet leave by the tunnel. */
    void speak() throws Exception {
        run("ip link set sw2 up; ip addr replace 10.9.0.2/24 dev sw2; ping -c 1 -W 1 10.9.0.1 || true");
    }

    void awaitUp(int children) {
        await().atMost(Duration.ofSeconds(40)).untilAsserted(() -> {
            assertThat(ours.status().state())
                    .as(() -> ours.status() + "\n" + log())
                    .isEqualTo(PeerStatus.State.ESTABLISHED);
            assertThat(ours.<Integer>askHost(host -> host.active.size())).isEqualTo(children);
            assertKernelHasOurKeys();
        });
    }

    private String log() {
        try {
            return run("tail -n 40 " + LOG);
        } catch (Exception e) {
            return e.toString();
        }
    }

    int activeSpi() {
        return ours.askHost(host -> host.active.values().stream()
                .mapToInt(one -> one.sa().spiIn())
                .findFirst()
                .orElse(0));
    }

    /** Every CHILD_SA that our packets leave with, and its way back, is in the kernel with the same keys. */
    void assertKernelHasOurKeys() throws Exception {
        String kernel = run("ip xfrm state");
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

    @Override
    public void close() throws Exception {
        try (var _ = network;
                var _ = theirs) {
            // both go
        }
    }
}
