package dev.culvert.openflow.message;

/** A request for statistics or descriptions: {@code OFPT_STATS_REQUEST}, a multipart request since OpenFlow 1.3. */
public sealed interface StatsRequest extends Message {
    /** Who made the switch. */
    record Description() implements StatsRequest {}

    /**
     * Flows.
     *
     * @param query which
     * @param nicira whether in Nicira's form (NXST_FLOW), an extension of OpenFlow 1.0
     */
    record Flows(FlowQuery query, boolean nicira) implements StatsRequest {}

    /**
     * The sum over flows.
     *
     * @param query which
     * @param nicira whether in Nicira's form (NXST_AGGREGATE), an extension of OpenFlow 1.0
     */
    record Aggregate(FlowQuery query, boolean nicira) implements StatsRequest {}

    /** The tables' counters. */
    record Tables() implements StatsRequest {}

    /** What the tables can do; OpenFlow 1.3 and later. A request that sets features is not among these. */
    record TableFeatureList() implements StatsRequest {}

    /**
     * Ports' counters.
     *
     * @param port which, or ANY
     */
    record Ports(int port) implements StatsRequest {}

    /**
     * Ports' descriptions; Open vSwitch answers it in every version.
     *
     * @param port which, or ANY; on the wire in OpenFlow 1.5
     */
    record PortDescriptions(int port) implements StatsRequest {}

    /**
     * Queues' counters.
     *
     * @param port the queues' port, or ANY
     * @param queue which, or {@link #ALL_QUEUES}
     */
    record Queues(int port, int queue) implements StatsRequest {}

    /** Every queue. */
    int ALL_QUEUES = 0xffffffff;
}
