package dev.culvert.openflow.message;

import java.util.List;

/**
 * Statistics or descriptions. A long list travels as several messages; each holds a part of the list, and all but the last
 * say that more follow ({@link Envelope#more}).
 */
public sealed interface StatsReply extends Message {
    /**
     * Who made the switch.
     *
     * @param description the texts
     */
    record Description(SwitchDescription description) implements StatsReply {}

    /**
     * Flows.
     *
     * @param flows a part of them
     * @param nicira whether in Nicira's form
     */
    record Flows(List<FlowStats> flows, boolean nicira) implements StatsReply {}

    /**
     * The sum over flows.
     *
     * @param stats the sum
     * @param nicira whether in Nicira's form
     */
    record Aggregate(AggregateStats stats, boolean nicira) implements StatsReply {}

    /**
     * The tables' counters.
     *
     * @param tables a part of them
     */
    record Tables(List<TableStats> tables) implements StatsReply {}

    /**
     * What the tables can do.
     *
     * @param tables a part of them
     */
    record TableFeatureList(List<TableFeatures> tables) implements StatsReply {}

    /**
     * Ports' counters.
     *
     * @param ports a part of them
     */
    record Ports(List<PortStats> ports) implements StatsReply {}

    /**
     * Ports' descriptions.
     *
     * @param ports a part of them
     */
    record PortDescriptions(List<PortDescription> ports) implements StatsReply {}

    /**
     * Queues' counters.
     *
     * @param queues a part of them
     */
    record Queues(List<QueueStats> queues) implements StatsReply {}
}
