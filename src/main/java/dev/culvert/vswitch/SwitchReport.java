package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.Megaflow;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.MacTable;
import dev.culvert.ofproto.OfPort;
import dev.culvert.packet.FlowText;
import dev.culvert.tunnel.TunnelConfig;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the switch tells a person who asks by ovs-appctl, in the form that ovs-vswitchd 3.1 gives it. */
final class SwitchReport {
    private static final long SECOND = 1_000_000_000L;

    private final Datapath datapath;
    private final Backer backer;
    private final Reconciler reconciler;

    SwitchReport(Datapath datapath, Backer backer, Reconciler reconciler) {
        this.datapath = datapath;
        this.backer = backer;
        this.reconciler = reconciler;
    }

    /** {@code fdb/show}: port, VLAN, address and age in seconds of what a bridge has learned. */
    String macs(RunningBridge bridge) {
        StringBuilder text = new StringBuilder(" port  VLAN  MAC                Age\n");
        long now = System.nanoTime();
        List<MacTable.Entry> entries = new ArrayList<>(bridge.ofproto.macs().entries());
        entries.sort(Comparator.comparingLong(MacTable.Entry::usedNanos));
        for (MacTable.Entry entry : entries) {
            int number = entry.port().number();
            String port = number == OfPort.LOCAL ? "LOCAL" : Integer.toString(number);
            text.append("%5s  %4d  %s  %3d\n"
                    .formatted(port, entry.vlan(), Macs.format(entry.mac()), (now - entry.usedNanos()) / SECOND));
        }
        return text.toString();
    }

    /** {@code fdb/stats-show}. */
    String macStatistics(RunningBridge bridge) {
        MacTable macs = bridge.ofproto.macs();
        long[] counts = macs.counts();
        return """
                Statistics for bridge "%s":
                  Current/maximum MAC entries in the table: %d/%d
                  Current static MAC entries in the table : 0
                  Total number of learned MAC entries     : %d
                  Total number of expired MAC entries     : %d
                  Total number of evicted MAC entries     : %d
                  Total number of port moved MAC entries  : %d
                """.formatted(
                        bridge.name(), macs.entries().size(), macs.limit(), counts[0], counts[1], counts[2], counts[3]);
    }

    /** {@code dpif/show}: the datapath's lookups, and each bridge's ports with both of their numbers. */
    String datapaths() {
        DatapathStatistics statistics = datapath.statistics();
        StringBuilder text = new StringBuilder();
        text.append("netdev@ovs-netdev: hit:%d missed:%d\n".formatted(statistics.hits(), statistics.misses()));
        for (RunningBridge bridge : sortedBridges()) {
            text.append("  ").append(bridge.name()).append(":\n");
            for (RunningInterface present : new TreeMap<>(bridge.interfaces).values()) {
                OfPort port = present.port;
                if (port != null) {
                    String number = port.datapathPort() == OfPort.NO_DEVICE ? "none" : "" + port.datapathPort();
                    text.append("    %s %d/%s: (%s)\n"
                            .formatted(port.name(), port.number(), number, kind(bridge, present)));
                }
            }
        }
        return text.toString();
    }

    private static String kind(RunningBridge bridge, RunningInterface present) {
        String type = present.config.type();
        if (type.equals("internal") || present.config.name().equals(bridge.name())) {
            return "tap";
        }
        if (InterfaceOpener.hasDevice(present.config)) {
            return type.isEmpty() ? "system" : type;
        }
        StringBuilder text = new StringBuilder(type);
        String separator = ": ";
        for (Map.Entry<String, String> option : new TreeMap<>(present.config.options()).entrySet()) {
            text.append(separator).append(option.getKey()).append('=').append(option.getValue());
            separator = ", ";
        }
        return text.toString();
    }

    /** {@code dpif/dump-flows}: the cached flows of a bridge, with what they carried. */
    String flows(RunningBridge bridge) {
        StringBuilder text = new StringBuilder();
        long now = System.nanoTime();
        for (Megaflow flow : backer.flows(bridge.ofproto)) {
            String used =
                    flow.usedNanos() == 0 ? "never" : "%.3fs".formatted((double) (now - flow.usedNanos()) / SECOND);
            text.append("%s, packets:%d, bytes:%d, used:%s, actions:%s\n"
                    .formatted(
                            FlowText.format(flow.key(), flow.mask()),
                            flow.packets(),
                            flow.bytes(),
                            used,
                            dev.culvert.datapath.Action.format(flow.actions())));
        }
        return text.toString();
    }

    /** {@code ofproto/list}: the bridges' names. */
    String bridges() {
        StringBuilder text = new StringBuilder();
        sortedBridges().forEach(bridge -> text.append(bridge.name()).append('\n'));
        return text.toString();
    }

    /** {@code ofproto/list-tunnels}: each tunnel's ends, key and what differs from the default. */
    String tunnels() {
        StringBuilder text = new StringBuilder();
        for (RunningBridge bridge : reconciler.bridges()) {
            for (RunningInterface present : bridge.interfaces.values()) {
                TunnelConfig tunnel = present.tunnel;
                OfPort port = present.port;
                if (tunnel != null && port != null) {
                    text.append(tunnel.describe(port.name(), port.datapathPort()))
                            .append('\n');
                }
            }
        }
        return text.toString();
    }

    /** {@code tnl/ports/show}: the sockets that tunnels are received by, and how many use each. */
    String tunnelPorts() {
        Map<String, Integer> users = new TreeMap<>();
        Map<String, Integer> numbers = new TreeMap<>();
        for (RunningBridge bridge : reconciler.bridges()) {
            for (RunningInterface present : bridge.interfaces.values()) {
                TunnelConfig tunnel = present.tunnel;
                OfPort port = present.port;
                if (tunnel != null && port != null) {
                    users.merge(deviceName(tunnel), 1, Integer::sum);
                    numbers.putIfAbsent(deviceName(tunnel), port.datapathPort());
                }
            }
        }
        StringBuilder text = new StringBuilder("Listening ports:\n");
        users.forEach((name, count) ->
                text.append("%s (%d) ref_cnt=%d\n".formatted(name, numbers.getOrDefault(name, 0), count)));
        return text.toString();
    }

    /** The name that Open vSwitch's datapath has for what tunnels of a kind and port are received by. */
    private static String deviceName(TunnelConfig tunnel) {
        return switch (tunnel.type()) {
            case GRE, IP6GRE -> "gre_sys";
            case VXLAN -> "vxlan_sys_" + tunnel.port();
            case GENEVE -> "genev_sys_" + tunnel.port();
        };
    }

    /** {@code coverage/show}: packets that were dropped, by reason, and what was done for paths that are too narrow. */
    String drops() {
        StringBuilder text = new StringBuilder();
        datapath.drops()
                .forEach((reason, count) -> text.append("%-32s %d\n".formatted("drop_" + reason.counter(), count)));
        DatapathStatistics statistics = datapath.statistics();
        text.append("%-32s %d\n".formatted("path_mtu_resegmented", statistics.resegmented()));
        text.append("%-32s %d\n".formatted("path_mtu_answered", statistics.answered()));
        text.append("%-32s %d\n".formatted("path_mtu_fragmented", statistics.fragmented()));
        text.append("%-32s %d\n".formatted("upcall_lost", statistics.lost()));
        return text.toString();
    }

    @Nullable
    RunningBridge bridge(String name) {
        return reconciler.bridge(name);
    }

    private List<RunningBridge> sortedBridges() {
        List<RunningBridge> sorted = new ArrayList<>(reconciler.bridges());
        sorted.sort(Comparator.comparing(RunningBridge::name));
        return sorted;
    }
}
