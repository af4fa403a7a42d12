package dev.culvert.openflow.service;

import dev.culvert.openflow.OfPort;
import dev.culvert.openflow.field.Match;
import dev.culvert.openflow.message.Action;
import dev.culvert.openflow.message.FlowQuery;
import dev.culvert.openflow.message.FlowStats;
import dev.culvert.openflow.message.FragmentHandling;
import dev.culvert.openflow.message.PortConfig;
import dev.culvert.openflow.message.PortDescription;
import dev.culvert.openflow.message.PortFeature;
import dev.culvert.openflow.message.PortState;
import dev.culvert.openflow.message.PortStats;
import dev.culvert.openflow.message.PortStats.Counter;
import dev.culvert.openflow.message.SwitchDescription;
import dev.culvert.openflow.message.TableFeatures;
import dev.culvert.openflow.message.TableStats;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** A bridge with two ports and the flow of a fresh bridge: enough of a switch for tools to look at. */
public final class TwoPortSwitch implements OpenFlowSwitch {
    private static final int TABLES = 254;

    private final String name;
    private final Thread owner;
    private final List<FlowStats> flows = new ArrayList<>();
    private FragmentHandling fragments = FragmentHandling.NORMAL;

    /** A bridge of that name, whose methods only {@code owner} may call. */
    public TwoPortSwitch(String name, Thread owner) {
        this.name = name;
        this.owner = owner;
        flows.add(FlowStats.permanent(
                0, 0, Match.ANY, 1_500_000_000L, 1, 7, 700, List.of(new Action.Output(OfPort.NORMAL, 0))));
    }

    /** More flows than the first; before the service starts. */
    public void add(FlowStats flow) {
        flows.add(flow);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public long datapathId() {
        check();
        return 0xaa55aa550000L;
    }

    @Override
    public int tableCount() {
        check();
        return TABLES;
    }

    @Override
    public SwitchDescription description() {
        check();
        return new SwitchDescription("Nicira, Inc.", "Open vSwitch", "3.1.0", "None", "None");
    }

    @Override
    public List<PortDescription> ports() {
        check();
        return List.of(
                new PortDescription(
                        OfPort.LOCAL, 0xaa55aa550000L, name, Set.of(PortConfig.PORT_DOWN), Set.of(PortState.LINK_DOWN)),
                new PortDescription(
                        1,
                        0xaa55aa55000fL,
                        "p1",
                        Set.of(),
                        Set.of(PortState.LIVE),
                        Set.of(PortFeature.FD_10GB, PortFeature.COPPER),
                        Set.of(PortFeature.FD_10GB, PortFeature.AUTO_NEG),
                        Set.of(PortFeature.FD_10GB, PortFeature.FD_1GB),
                        Set.of(PortFeature.FIBER),
                        10_000_000,
                        10_000_000),
                new PortDescription(2, 0xaa55aa55000eL, "a-long-name-123456", Set.of(), Set.of(PortState.LIVE)));
    }

    @Override
    public List<PortStats> portStats() {
        check();
        return List.of(
                PortStats.of(OfPort.LOCAL, 3_250_000_000L, Map.of(Counter.RX_PACKETS, 1L, Counter.TX_PACKETS, 2L)),
                PortStats.of(1, 3_000_000_000L, Map.of(Counter.RX_BYTES, 1L << 40, Counter.COLLISIONS, 5L)),
                new PortStats(
                        2,
                        3_000_000_000L,
                        List.of(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L, 12L),
                        List.of(1L, 2L, 3L),
                        List.of(
                                new PortStats.CustomCounter("reassembled", 4),
                                new PortStats.CustomCounter("fragmented", 5),
                                new PortStats.CustomCounter("too_big", 6),
                                new PortStats.CustomCounter("segmented", 7))));
    }

    @Override
    public List<FlowStats> flows(FlowQuery query) {
        check();
        return flows.stream().filter(query::selects).toList();
    }

    @Override
    public List<TableStats> tables() {
        check();
        return Stream.iterate(0, table -> table < TABLES, table -> table + 1)
                .map(table -> new TableStats(
                        table,
                        table == 0 ? flows.size() : 0,
                        table == 0 ? 7 : 0,
                        table == 0 ? 7 : 0,
                        Optional.of(TableFeatures.uniform(table, TABLES, 1_000_000))))
                .toList();
    }

    @Override
    public FragmentHandling fragmentHandling() {
        check();
        return fragments;
    }

    @Override
    public boolean setFragmentHandling(FragmentHandling handling) {
        check();
        boolean known = handling != FragmentHandling.REASSEMBLE;
        fragments = known ? handling : fragments;
        return known;
    }

    private void check() {
        if (Thread.currentThread() != owner) {
            throw new IllegalStateException("called by " + Thread.currentThread());
        }
    }
}
