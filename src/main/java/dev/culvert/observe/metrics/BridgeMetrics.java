package dev.culvert.observe.metrics;

import dev.culvert.openflow.service.ControllerStatus;
import dev.culvert.vswitch.SwitchState.Bridge;
import java.io.IOException;
import java.util.List;
import java.util.function.ToLongFunction;

/** What bridges have learned, and what OpenFlow does for them. */
final class BridgeMetrics {
    private final Exposition out;
    private final List<Bridge> bridges;

    BridgeMetrics(Exposition out, List<Bridge> bridges) {
        this.out = out;
        this.bridges = bridges;
    }

    void write() throws IOException {
        gauge(
                "mac_entries",
                "Stations in the MAC table.",
                bridge -> bridge.macs().entries());
        gauge(
                "mac_limit",
                "Stations that the MAC table takes.",
                bridge -> bridge.macs().limit());
        counter(
                "mac_learned",
                "Stations that were learned.",
                bridge -> bridge.macs().learned());
        counter(
                "mac_expired",
                "Stations that were silent for too long.",
                bridge -> bridge.macs().expired());
        counter(
                "mac_evicted",
                "Stations that made room for others.",
                bridge -> bridge.macs().evicted());
        counter(
                "mac_moved",
                "Stations that were seen on another port.",
                bridge -> bridge.macs().moved());
        gauge("openflow_flows", "OpenFlow flows of the bridge.", Bridge::flows);
        gauge(
                "openflow_sessions",
                "OpenFlow conversations, with tools and controllers.",
                bridge -> bridge.openFlow().sessions());
        counter(
                "openflow_received_messages",
                "OpenFlow messages from all peers.",
                bridge -> bridge.openFlow().received());
        counter(
                "openflow_sent_messages",
                "OpenFlow messages to all peers.",
                bridge -> bridge.openFlow().sent());
        counter(
                "openflow_sent_errors",
                "OpenFlow requests that were refused.",
                bridge -> bridge.openFlow().errors());
        out.family(
                MetricType.GAUGE, "openflow_controller_connected", "Whether a controller of the bridge is connected.");
        for (Bridge bridge : bridges) {
            for (ControllerStatus controller : bridge.controllers()) {
                out.sample(
                        labels(bridge).and("controller", controller.config().target()), controller.connected() ? 1 : 0);
            }
        }
    }

    private static Labels labels(Bridge bridge) {
        return Labels.of("bridge", bridge.name());
    }

    private void gauge(String name, String help, ToLongFunction<Bridge> value) throws IOException {
        samples(MetricType.GAUGE, name, help, value);
    }

    private void counter(String name, String help, ToLongFunction<Bridge> value) throws IOException {
        samples(MetricType.COUNTER, name, help, value);
    }

    private void samples(MetricType type, String name, String help, ToLongFunction<Bridge> value) throws IOException {
        out.family(type, (name.startsWith("openflow_") ? "" : "bridge_") + name, help);
        for (Bridge bridge : bridges) {
            out.sample(labels(bridge), value.applyAsLong(bridge));
        }
    }
}
