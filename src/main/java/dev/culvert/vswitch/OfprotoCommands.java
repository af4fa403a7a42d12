package dev.culvert.vswitch;

import dev.culvert.ofproto.OfPort;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.text.FlowText;
import dev.culvert.openflow.text.MatchText;
import dev.culvert.openflow.text.PrintOptions;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.unixctl.UnixctlException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** {@code ofproto/*}, {@code bridge/*}, {@code qos/*} and what there is to ask about tunnels' ports. */
final class OfprotoCommands {
    private static final long SECOND = 1_000_000_000L;
    private static final String SOURCE_PORTS = "net/ipv4/ip_local_port_range";
    private static final int MAX_PORT = 65535;

    private final SwitchCommands commands;
    private final BridgeSockets sockets;

    OfprotoCommands(SwitchCommands commands, BridgeSockets sockets) {
        this.commands = commands;
        this.sockets = sockets;
    }

    void register() {
        commands.add("ofproto/list", "", 0, 0, _ -> bridges());
        commands.add("ofproto/list-tunnels", "", 0, 0, _ -> tunnels());
        commands.add("tnl/ports/show", "-v", 0, 1, arguments -> tunnelPorts(arguments.contains("-v")));
        commands.add("tnl/egress_port_range", "min max", 0, 2, OfprotoCommands::sourcePorts);
        commands.add("bridge/dump-flows", "[--offload-stats] bridge", 1, 2, this::flows);
        commands.add("bridge/reconnect", "[bridge]", 0, 1, this::reconnect);
        commands.add(
                "qos/show-types",
                "interface",
                1,
                1,
                arguments -> "No QoS types supported for interface: " + present(arguments.getFirst()));
        commands.add(
                "qos/show", "interface", 1, 1, arguments -> "QoS not configured on " + present(arguments.getFirst()));
    }

    private String present(String name) throws UnixctlException {
        if (commands.openInterface(name) == null) {
            throw new UnixctlException("no such interface");
        }
        return name + "\n";
    }

    private String bridges() {
        StringBuilder text = new StringBuilder();
        commands.bridges().forEach(bridge -> text.append(bridge.name()).append('\n'));
        return text.toString();
    }

    private String tunnels() {
        StringBuilder text = new StringBuilder();
        for (RunningBridge bridge : commands.bridges()) {
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

    /** The sockets that tunnels are received by: how many use each, or what arrives there. */
    private String tunnelPorts(boolean verbose) {
        Map<String, Integer> users = new TreeMap<>();
        Map<String, RunningInterface> first = new TreeMap<>();
        for (RunningBridge bridge : commands.bridges()) {
            for (RunningInterface present : bridge.interfaces.values()) {
                TunnelConfig tunnel = present.tunnel;
                if (tunnel != null && present.port != null) {
                    users.merge(deviceName(tunnel), 1, Integer::sum);
                    first.putIfAbsent(deviceName(tunnel), present);
                }
            }
        }
        StringBuilder text = new StringBuilder("Listening ports:\n");
        first.forEach((name, present) -> {
            TunnelConfig tunnel = present.tunnel;
            OfPort port = present.port;
            if (tunnel != null && port != null) {
                String what = verbose ? " : " + arriving(tunnel) : " ref_cnt=" + users.get(name);
                text.append("%s (%d)%s\n".formatted(name, port.datapathPort(), what));
            }
        });
        return text.toString();
    }

    private static String arriving(TunnelConfig tunnel) {
        boolean udp = tunnel.type().isUdp();
        return "ip(proto=%d,frag=no)%s".formatted(udp ? 17 : 47, udp ? ",udp(dst=" + tunnel.port() + ")" : "");
    }

    /** The name that Open vSwitch's datapath has for what tunnels of a kind and port are received by. */
    private static String deviceName(TunnelConfig tunnel) {
        return switch (tunnel.type()) {
            case GRE, IP6GRE -> "gre_sys";
            case VXLAN -> "vxlan_sys_" + tunnel.port();
            case GENEVE -> "genev_sys_" + tunnel.port();
        };
    }

    /** The source ports of UDP tunnels are the kernel's choice, out of the range that it has for all programs. */
    private static String sourcePorts(List<String> arguments) throws UnixctlException {
        if (arguments.size() < 2) {
            return "Tunnel UDP source port range: "
                    + HostSetting.read(SOURCE_PORTS).replace('\t', '-');
        }
        for (int i = 0; i < 2; i++) {
            int port = Reconciler.number(arguments.get(i), 0, 0, MAX_PORT + 1);
            if (port < 1 || port > MAX_PORT) {
                return i == 0 ? "Invalid min." : "Invalid max.";
            }
        }
        throw new UnixctlException("source ports are the host's choice: see ip_local_port_range in ip(7)");
    }

    private String flows(List<String> arguments) throws UnixctlException {
        RunningBridge bridge = commands.bridge(arguments.getLast(), "Unknown bridge");
        boolean offload = arguments.size() > 1 && arguments.getFirst().equals("--offload-stats");
        StringBuilder text = new StringBuilder();
        for (FlowStats flow : sockets.view(bridge).flows(FlowQuery.ALL)) {
            text.append(flow.table() == 0 ? "" : "table_id=" + flow.table() + ", ");
            text.append("duration=%ds, n_packets=%d, n_bytes=%d, "
                    .formatted(flow.durationNanos() / SECOND, flow.packets(), flow.bytes()));
            text.append(offload ? "n_offload_packets=0, n_offload_bytes=0, " : "");
            text.append(MatchText.format(flow.priority(), flow.match(), PrintOptions.PLAIN));
            text.append(",actions=")
                    .append(FlowText.actions(flow, PrintOptions.PLAIN))
                    .append('\n');
        }
        return text.toString();
    }

    private String reconnect(List<String> arguments) throws UnixctlException {
        for (RunningBridge bridge : commands.bridges(arguments, "Unknown bridge")) {
            sockets.reconnect(bridge);
        }
        return "";
    }
}
