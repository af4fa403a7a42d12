package dev.culvert.observe.metrics;

import dev.culvert.ofproto.RemoteCounts;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.vswitch.SwitchState;
import dev.culvert.vswitch.SwitchState.Port;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** What went through ports, tunnels, and to and from tunnels' remote ends. */
final class PortMetrics {
    private static final String REMOTE_HELP =
            " For a port with remote_ip=flow counted in frames as the flow cache has them,"
                    + " for others in packets of the tunnel.";

    /** A port and its labels, which many families have. */
    private record Labelled(Port port, Labels labels) {}

    private final Exposition out;
    private final List<Labelled> ports = new ArrayList<>();

    PortMetrics(Exposition out, SwitchState state) {
        this.out = out;
        for (SwitchState.Bridge bridge : state.bridges()) {
            for (Port port : bridge.ports()) {
                ports.add(new Labelled(
                        port, Labels.of("bridge", bridge.name(), "port", port.name(), "type", port.type())));
            }
        }
    }

    void write() throws IOException {
        out.family(
                MetricType.GAUGE,
                "port_up",
                "Whether the port is open, and its device, if it has one, is up with a carrier.");
        for (Labelled each : ports) {
            out.sample(each.labels, each.port.isUp() ? 1 : 0);
        }
        counter("port_receive_packets", "rx_packets", "Packets that came in by the port.");
        counter("port_receive_bytes", "rx_bytes", "Bytes that came in by the port, from the Ethernet header on.");
        counter("port_receive_dropped", "rx_dropped", "Packets that came in by the port and were dropped.");
        counter("port_receive_errors", "rx_errors", "Packets that came in by the port damaged.");
        counter("port_transmit_packets", "tx_packets", "Packets that left by the port.");
        counter("port_transmit_bytes", "tx_bytes", "Bytes that left by the port, from the Ethernet header on.");
        counter("port_transmit_dropped", "tx_dropped", "Packets that should have left by the port and were dropped.");
        counter("port_transmit_errors", "tx_errors", "Packets that the kernel refused to send.");
        drops();
        tunnels();
        remotes();
    }

    private void drops() throws IOException {
        out.family(
                MetricType.COUNTER,
                "port_drops",
                "Packets that were dropped for something that the port has to do with, by coverage/show's reasons.");
        for (Labelled each : ports) {
            for (DropReason reason : DropReason.values()) {
                Long count = each.port.drops().get(reason);
                if (count != null) {
                    out.sample(each.labels.and("reason", reason.counter()), count);
                }
            }
        }
    }

    private void counter(String name, String key, String help) throws IOException {
        out.family(MetricType.COUNTER, name, help);
        for (Labelled each : ports) {
            Long value = each.port.statistics().get(key);
            if (value != null) {
                out.sample(each.labels, value);
            }
        }
    }

    private void tunnels() throws IOException {
        out.family(MetricType.INFO, "tunnel", "How a tunnel is configured; without secrets.");
        for (Labelled each : ports) {
            TunnelConfig tunnel = each.port.tunnel();
            if (tunnel != null) {
                out.info(each.labels.and(
                        "remote", tunnel.remote().text(),
                        "local", tunnel.local().text(),
                        "key", tunnel.inKey().text(),
                        "ipsec_peer", Objects.requireNonNullElse(each.port.ipsecPeer(), "")));
            }
        }
        out.family(
                MetricType.GAUGE,
                "tunnel_path_mtu_bytes",
                "Bytes of outer IP that the tunnel's path takes in one piece.");
        for (Labelled each : ports) {
            SwitchState.Egress way = each.port.way();
            if (way != null) {
                out.sample(each.labels, way.mtu());
            }
        }
        out.family(
                MetricType.GAUGE,
                "tunnel_ipsec_associations",
                "CHILD_SAs that the tunnel's packets may come and go by.");
        for (Labelled each : ports) {
            if (each.port.ipsecPeer() != null) {
                out.sample(each.labels, each.port.associations());
            }
        }
    }

    private void remotes() throws IOException {
        remote("remote_receive_packets", "Packets that came from a tunnel's remote end." + REMOTE_HELP, true, false);
        remote(
                "remote_receive_bytes",
                "Bytes of frames that came from a tunnel's remote end." + REMOTE_HELP,
                true,
                true);
        remote("remote_transmit_packets", "Packets that left for a tunnel's remote end.", false, false);
        remote("remote_transmit_bytes", "Bytes of frames that left for a tunnel's remote end.", false, true);
    }

    private void remote(String name, String help, boolean received, boolean bytes) throws IOException {
        out.family(MetricType.COUNTER, name, help);
        String key = (received ? "rx_" : "tx_") + (bytes ? "bytes" : "packets");
        for (Labelled each : ports) {
            TunnelConfig tunnel = each.port.tunnel();
            Long value = each.port.statistics().get(key);
            if (tunnel != null && value != null && tunnel.remote().isFixed()) {
                out.sample(each.labels.and("remote", tunnel.remote().address().toString()), value);
            } else if (received) {
                for (RemoteCounts.Count count : each.port.remotes()) {
                    IpAddress remote = count.remote();
                    out.sample(
                            each.labels.and("remote", remote == null ? "other" : remote.toString()),
                            bytes ? count.bytes() : count.packets());
                }
            }
        }
    }
}
