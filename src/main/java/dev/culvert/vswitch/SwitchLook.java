package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.MacTable;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ofproto.RemoteCounts;
import dev.culvert.vswitch.SwitchState.DatapathState;
import dev.culvert.vswitch.SwitchState.Egress;
import dev.culvert.vswitch.SwitchState.MacState;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** Takes down how a switch is. The conductor's. */
final class SwitchLook {
    private static final System.Logger LOG = System.getLogger("bridge");

    private final Reconciler reconciler;
    private final Datapath datapath;
    private final Backer backer;
    private final IpsecTunnels ipsec;
    private final PortStatistics statistics;
    private final Coverage coverage;
    private final BridgeSockets sockets;
    private final Supplier<SwitchState.DatabaseState> database;

    SwitchLook(
            Reconciler reconciler,
            Datapath datapath,
            Backer backer,
            IpsecTunnels ipsec,
            PortStatistics statistics,
            Coverage coverage,
            BridgeSockets sockets,
            Supplier<SwitchState.DatabaseState> database) {
        this.reconciler = reconciler;
        this.datapath = datapath;
        this.backer = backer;
        this.ipsec = ipsec;
        this.statistics = statistics;
        this.coverage = coverage;
        this.sockets = sockets;
        this.database = database;
    }

    SwitchState state() {
        ipsec.look();
        Map<Integer, Link> links = links();
        long now = System.nanoTime();
        List<SwitchState.Bridge> bridges = new ArrayList<>();
        for (RunningBridge bridge : reconciler.bridges()) {
            bridges.add(bridge(bridge, links));
        }
        bridges.sort(Comparator.comparing(SwitchState.Bridge::name));
        return new SwitchState(now, bridges, datapath(), ipsec.peerStatuses(), database.get());
    }

    private DatapathState datapath() {
        return new DatapathState(
                datapath.statistics(),
                coverage.drops(),
                backer.flowLimit(),
                datapath.kernelFlows(),
                backer.tickNanos(),
                datapath.loads());
    }

    private Map<Integer, Link> links() {
        try {
            return statistics.links();
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "statistics: {0}", e.getMessage());
            return Map.of();
        }
    }

    private SwitchState.Bridge bridge(RunningBridge bridge, Map<Integer, Link> links) {
        List<SwitchState.Port> ports = new ArrayList<>();
        new TreeMap<>(bridge.interfaces).values().forEach(present -> ports.add(port(bridge, present, links)));
        MacTable macs = bridge.ofproto.macs();
        long[] counts = macs.counts();
        return new SwitchState.Bridge(
                bridge.name(),
                bridge.mac,
                bridge.datapathId,
                ports,
                new MacState(macs.size(), macs.limit(), counts[0], counts[1], counts[2], counts[3]),
                bridge.ofproto.normal() == null ? 0 : 1,
                sockets.statistics(bridge),
                sockets.controllers(bridge));
    }

    private SwitchState.Port port(RunningBridge bridge, RunningInterface present, Map<Integer, Link> links) {
        OfPort port = present.port;
        Link device = present.link;
        Paths.Path path = present.path;
        String name = present.config.name();
        RemoteCounts remotes = port == null ? null : port.remotes();
        PortCounters counters = port == null ? null : datapath.counters(port.datapathPort());
        Map.Entry<String, Integer> associations = port == null ? null : ipsec.associations(name);
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
                associations == null ? null : associations.getKey(),
                associations == null ? 0 : associations.getValue(),
                remotes == null ? List.of() : remotes.counts(),
                counters == null ? Map.of() : counters.drops(),
                port == null
                        ? Map.of()
                        : statistics.of(present, port, device == null ? null : links.get(device.ifindex())));
    }

    private static String type(RunningBridge bridge, RunningInterface present) {
        String type = present.config.type();
        return present.config.name().equals(bridge.name()) ? "internal" : type.isEmpty() ? "system" : type;
    }
}
