package dev.culvert.openflow.service;

import dev.culvert.openflow.message.ActionKind;
import dev.culvert.openflow.message.AggregateStats;
import dev.culvert.openflow.message.Capability;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.FragmentHandling;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.QueueStats;
import dev.culvert.openflow.message.SwitchDescription;
import dev.culvert.openflow.message.TableStats;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a bridge shows to OpenFlow. {@link OpenFlowService} calls all of it on the executor that its owner gave it, and nowhere
 * else, so that an implementation needs no locks. No method may block.
 */
public interface OpenFlowSwitch {
    /** The bridge's name. */
    String name();

    /** Its 64-bit datapath identity. */
    long datapathId();

    /** How many packets it buffers for controllers; 0 if none, as Open vSwitch since 2.7. */
    default int bufferCount() {
        return 0;
    }

    /** How many flow tables a controller sees, 1 to 254. */
    int tableCount();

    /** What it can do. Open vSwitch's answer, bundles left out until there are some. */
    default Set<Capability> capabilities() {
        return EnumSet.of(
                Capability.FLOW_STATS,
                Capability.TABLE_STATS,
                Capability.PORT_STATS,
                Capability.GROUP_STATS,
                Capability.QUEUE_STATS,
                Capability.ARP_MATCH_IP);
    }

    /** The kinds of action that flows can have; told in OpenFlow 1.0. */
    default Set<ActionKind> actions() {
        return EnumSet.allOf(ActionKind.class);
    }

    /** Who made it. */
    SwitchDescription description();

    /** Its ports, in any order. */
    List<PortDescription> ports();

    /** The counters of all its ports. */
    List<PortStats> portStats();

    /** The counters of all queues of its ports. */
    default List<QueueStats> queueStats() {
        return List.of();
    }

    /** The flows that {@code query} selects. */
    List<FlowStats> flows(FlowQuery query);

    /** The sum over the flows that {@code query} selects. */
    default AggregateStats aggregate(FlowQuery query) {
        long packets = 0;
        long bytes = 0;
        List<FlowStats> flows = flows(query);
        for (FlowStats flow : flows) {
            packets += flow.packets() == PortStats.UNSUPPORTED ? 0 : flow.packets();
            bytes += flow.bytes() == PortStats.UNSUPPORTED ? 0 : flow.bytes();
        }
        return new AggregateStats(packets, bytes, flows.size());
    }

    /** Its tables' counters and abilities, in the order of their numbers. */
    List<TableStats> tables();

    /** What it does with IP fragments. */
    FragmentHandling fragmentHandling();

    /**
     * Changes what it does with IP fragments.
     *
     * @return whether it can
     */
    boolean setFragmentHandling(FragmentHandling handling);
}
