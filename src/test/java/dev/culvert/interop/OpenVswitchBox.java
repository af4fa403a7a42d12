package dev.culvert.interop;

import static org.awaitility.Awaitility.await;

import dev.culvert.linux.TestNetwork;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/** Debian's Open vSwitch with its userspace datapath in a namespace. */
final class OpenVswitchBox extends SwitchBox {
    /**
     * Starts it with its underlay: a bridge with the interface in it, whose internal port has the addresses, because this
     * datapath takes tunnels only from there.
     */
    OpenVswitchBox(TestNetwork network, String namespace, String underlay, String... addresses) throws Exception {
        this(network, namespace);
        vsctl("add-port br-phy " + underlay);
        for (String address : addresses) {
            network.address(namespace, "br-phy", address);
        }
        network.ip(namespace, "link set br-phy up");
    }

    /** Starts it with an empty bridge br-phy. */
    OpenVswitchBox(TestNetwork network, String namespace) throws Exception {
        super(network, namespace);
        String socket = startDatabase();
        start(
                "ovs-vswitchd.err",
                Map.of(),
                List.of("ovs-vswitchd", "--pidfile", "--log-file", "-vconsole:off", "--disable-system", socket));
        await().until(() -> Files.exists(folder.resolve("ovs-vswitchd.pid")));
        vsctl("add-br br-phy -- set Bridge br-phy datapath_type=netdev");
    }
}
