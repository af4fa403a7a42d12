package dev.culvert.vswitch;

import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.ofproto.OfPort;
import dev.culvert.vswitch.SwitchState.Egress;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Takes down how a switch is. The conductor's. */
final class SwitchLook {
    private static final System.Logger LOG = System.getLogger("bridge");

    private final Reconciler reconciler;
    private final IpsecTunnels ipsec;
    private final PortStatistics statistics;

    SwitchLook(Reconciler reconciler, IpsecTunnels ipsec, PortStatistics statistics) {
        this.reconciler = reconciler;
        this.ipsec = ipsec;
        this.statistics = statistics;
    }

    SwitchState state() {
        Map<Integer, Link> links = links();
        List<SwitchState.Bridge> bridges = new ArrayList<>();
        for (RunningBridge bridge : reconciler.bridges()) {
            List<SwitchState.Port> ports = new ArrayList<>();
            new TreeMap<>(bridge.interfaces).values().forEach(present -> ports.add(port(bridge, present, links)));
            bridges.add(new SwitchState.Bridge(bridge.name(), bridge.mac, bridge.datapathId, ports));
        }
        bridges.sort(Comparator.comparing(SwitchState.Bridge::name));
        return new SwitchState(bridges);
    }

    private Map<Integer, Link> links() {
        try {
            return statistics.links();
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "statistics: {0}", e.getMessage());
            return Map.of();
        }
    }

    private SwitchState.Port port(RunningBridge bridge, RunningInterface present, Map<Integer, Link> links) {
        OfPort port = present.port;
        Link device = present.link;
        Paths.Path path = present.path;
        String name = present.config.name();
        return new SwitchState.Port(
                name,
                port == null ? -1 : port.number(),
                port == null ? OfPort.NO_DEVICE : port.datapathPort(),
                type(bridge, present),
                device == null ? 0 : device.ifindex(),
                present.mac(),
                present.adminUp(),
                present.linkUp(),
                present.error,
                present.tunnel,
                path == null ? null : new Egress(path.egress(), path.mtu()),
                present.tunnel == null ? Map.of() : ipsec.status(name),
                port == null
                        ? Map.of()
                        : statistics.of(present, port, device == null ? null : links.get(device.ifindex())));
    }

    private static String type(RunningBridge bridge, RunningInterface present) {
        String type = present.config.type();
        return present.config.name().equals(bridge.name()) ? "internal" : type.isEmpty() ? "system" : type;
    }
}
