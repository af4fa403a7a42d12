package dev.culvert.observe.metrics;

import dev.culvert.datapath.DatapathStatistics;
import dev.culvert.datapath.ThreadLoad;
import dev.culvert.vswitch.SwitchState.DatapathState;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** What the datapath has done: its flow cache, its drops, and how busy it is. */
final class DatapathMetrics {
    private static final double NANOS = 1e9;

    private final Exposition out;
    private final DatapathState state;

    DatapathMetrics(Exposition out, DatapathState state) {
        this.out = out;
        this.state = state;
    }

    void write() throws IOException {
        DatapathStatistics statistics = state.statistics();
        counter(
                "cache_hits",
                "Packets that a cached flow covered, those that the kernel forwarded included.",
                statistics.hits());
        counter("upcalls", "Packets that no cached flow covered, and that asked what to do.", statistics.misses());
        counter("upcalls_lost", "Packets that could not ask, because too many others did.", statistics.lost());
        gauge("flows", "Flows in the cache; one that several threads have counts for each.", statistics.flows());
        gauge("flow_limit", "Flows that may be cached.", state.flowLimit());
        gauge("masks", "Different masks among the cached flows.", statistics.masks());
        gauge("kernel_flows", "Cached flows that the kernel forwards.", state.kernelFlows());
        counter("resegmented_packets", "TCP packets that were cut smaller to fit a path.", statistics.resegmented());
        counter(
                "path_mtu_answers",
                "Senders that were told by ICMP of a path that is too narrow.",
                statistics.answered());
        counter("fragmented_packets", "Packets that left in outer fragments.", statistics.fragmented());
        out.family(
                MetricType.GAUGE,
                "datapath_revalidation_seconds",
                "How long it took last to look through all cached flows.");
        out.sample(Labels.NONE, state.revalidationNanos() / NANOS);
        out.family(MetricType.COUNTER, "drops", "Packets that were dropped, by coverage/show's reasons.");
        for (Map.Entry<String, Long> drop : new TreeMap<>(state.drops()).entrySet()) {
            out.sample(Labels.of("reason", drop.getKey()), drop.getValue());
        }
        out.family(
                MetricType.COUNTER,
                "datapath_busy_seconds",
                "Time that a datapath thread did not wait for packets; its rate is the duty cycle.");
        for (ThreadLoad thread : state.threads()) {
            out.sample(Labels.of("thread", thread.name()), thread.busyNanos() / NANOS);
        }
    }

    private void counter(String name, String help, long value) throws IOException {
        out.family(MetricType.COUNTER, "datapath_" + name, help);
        out.sample(Labels.NONE, value);
    }

    private void gauge(String name, String help, long value) throws IOException {
        out.family(MetricType.GAUGE, "datapath_" + name, help);
        out.sample(Labels.NONE, value);
    }
}
