package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.EthtoolInfo;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinkStatistics;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.FlowRule;
import dev.culvert.ofproto.OfPort;
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
import dev.culvert.openflow.message.SwitchDescription;
import dev.culvert.openflow.message.TableFeatures;
import dev.culvert.openflow.message.TableStats;
import dev.culvert.openflow.service.OpenFlowSwitch;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** A running bridge as OpenFlow sees it. The conductor's. */
final class BridgeView implements OpenFlowSwitch {
    /** As many tables as Open vSwitch shows; the last of its 255 is its own. */
    private static final int TABLES = 254;

    /** Made when somebody first asks: a list of 254 tables, each with all that come after it. */
    private static final class Features {
        static final List<TableFeatures> TABLES = IntStream.range(0, BridgeView.TABLES)
                .mapToObj(table -> TableFeatures.uniform(table, BridgeView.TABLES, MAX_ENTRIES))
                .toList();
    }

    /** Flows of a table, as Open vSwitch tells. */
    private static final int MAX_ENTRIES = 1_000_000;

    private static final long SECOND = 1_000_000_000L;
    private static final long MILLISECOND = 1_000_000L;
    private static final int KILOBITS = 1000;

    private final RunningBridge bridge;
    private final Datapath datapath;
    private final Netlink netlink;
    private final Map<OfPort, Long> born = new WeakHashMap<>();

    BridgeView(RunningBridge bridge, Datapath datapath, Netlink netlink) {
        this.bridge = bridge;
        this.datapath = datapath;
        this.netlink = netlink;
    }

    @Override
    public String name() {
        return bridge.name();
    }

    @Override
    public long datapathId() {
        return bridge.datapathId;
    }

    @Override
    public int tableCount() {
        return TABLES;
    }

    @Override
    public SwitchDescription description() {
        Map<String, String> other = bridge.config.otherConfig();
        return new SwitchDescription(
                "Nicira, Inc.",
                "Open vSwitch",
                StatusWriter.OVS_VERSION,
                other.getOrDefault("dp-sn", "None"),
                other.getOrDefault("dp-desc", bridge.name()));
    }

    @Override
    public List<PortDescription> ports() {
        List<PortDescription> described = new ArrayList<>();
        for (RunningInterface present : bridge.interfaces.values()) {
            OfPort port = present.port;
            if (port != null) {
                described.add(describe(present, port));
            }
        }
        return described;
    }

    static PortDescription describe(RunningInterface present, OfPort port) {
        Set<PortConfig> config = present.adminUp() ? Set.of() : EnumSet.of(PortConfig.PORT_DOWN);
        Set<PortState> state = EnumSet.of(present.linkUp() ? PortState.LIVE : PortState.LINK_DOWN);
        int number = wire(port.number());
        Link link = present.link;
        if (link == null) {
            return new PortDescription(number, present.mac(), port.name(), config, state);
        }
        Set<PortFeature> current = Set.of();
        int speed = 0;
        try {
            EthtoolInfo driver = EthtoolInfo.of(link.name());
            speed = Math.max(0, driver.speedMbps());
            current = features(speed);
        } catch (LinuxException e) {
            return new PortDescription(number, present.mac(), port.name(), config, state);
        }
        return new PortDescription(
                number,
                present.mac(),
                port.name(),
                config,
                state,
                current,
                Set.of(),
                Set.of(),
                Set.of(),
                speed * KILOBITS,
                0);
    }

    private static Set<PortFeature> features(int megabits) {
        return switch (megabits) {
            case 10 -> EnumSet.of(PortFeature.FD_10MB, PortFeature.COPPER);
            case 100 -> EnumSet.of(PortFeature.FD_100MB, PortFeature.COPPER);
            case 1_000 -> EnumSet.of(PortFeature.FD_1GB, PortFeature.COPPER);
            case 10_000 -> EnumSet.of(PortFeature.FD_10GB, PortFeature.COPPER);
            case 40_000 -> EnumSet.of(PortFeature.FD_40GB);
            case 100_000 -> EnumSet.of(PortFeature.FD_100GB);
            default -> Set.of();
        };
    }

    /** A port's number in the 32-bit form of OpenFlow 1.1 and later. */
    private static int wire(int number) {
        return dev.culvert.openflow.OfPort.fromOf10(number);
    }

    @Override
    public List<PortStats> portStats() {
        List<PortStats> all = new ArrayList<>();
        for (RunningInterface present : bridge.interfaces.values()) {
            OfPort port = present.port;
            if (port != null) {
                long age = System.nanoTime() - born.computeIfAbsent(port, _ -> System.nanoTime());
                all.add(new PortStats(wire(port.number()), age, counters(present, port), List.of(), List.of()));
            }
        }
        return all;
    }

    private List<Long> counters(RunningInterface present, OfPort port) {
        Link link = present.link;
        if (link != null && !present.config.type().equals("internal")) {
            try {
                Link now = netlink.link(link.ifindex()).orElse(null);
                if (now != null) {
                    return kernel(now.statistics(), datapath.counters(port.datapathPort()));
                }
            } catch (LinuxException e) {
                return own(null, PortStats.UNSUPPORTED);
            }
        }
        // an internal port is a device, in which no frame is ever damaged
        return own(datapath.counters(port.datapathPort()), link == null ? PortStats.UNSUPPORTED : 0);
    }

    /** In the order of {@link PortStats.Counter}; the port's own counters know of what left beside the device. */
    private static List<Long> kernel(LinkStatistics kernel, @Nullable PortCounters counters) {
        long packets = counters == null ? 0 : counters.besideTxPackets();
        long bytes = counters == null ? 0 : counters.besideTxBytes();
        return List.of(
                kernel.receivedPackets(),
                kernel.sentPackets() + packets,
                kernel.receivedBytes(),
                kernel.sentBytes() + bytes,
                kernel.receiveDropped(),
                kernel.sendDropped(),
                kernel.receiveErrors(),
                kernel.sendErrors(),
                kernel.receiveFrameErrors(),
                kernel.receiveOverErrors(),
                kernel.receiveCrcErrors(),
                kernel.collisions());
    }

    private static List<Long> own(@Nullable PortCounters counters, long damaged) {
        long none = PortStats.UNSUPPORTED;
        return counters == null
                ? List.of(0L, 0L, 0L, 0L, none, none, none, none, none, none, none, none)
                : List.of(
                        counters.rxPackets(),
                        counters.txPackets(),
                        counters.rxBytes(),
                        counters.txBytes(),
                        counters.rxDropped(),
                        counters.txDropped(),
                        counters.rxErrors(),
                        counters.txErrors(),
                        damaged,
                        damaged,
                        damaged,
                        damaged);
    }

    /** The bridge's own flow; the one that stands in for controllers is hidden, as it is in Open vSwitch. */
    private @Nullable FlowRule shown() {
        return bridge.failOpen.isOpen() ? null : bridge.ofproto.normal();
    }

    @Override
    public List<FlowStats> flows(FlowQuery query) {
        FlowRule normal = shown();
        if (normal == null) {
            return List.of();
        }
        long now = System.nanoTime();
        FlowStats flow = FlowStats.permanent(
                0,
                0,
                Match.ANY,
                (now - normal.createdNanos()) / MILLISECOND * MILLISECOND, // as Open vSwitch counts it
                (int) ((now - normal.usedNanos()) / SECOND),
                normal.packets(),
                normal.bytes(),
                List.of(new Action.Output(dev.culvert.openflow.OfPort.NORMAL, 0)));
        return query.selects(flow) ? List.of(flow) : List.of();
    }

    @Override
    public List<TableStats> tables() {
        List<TableStats> tables = new ArrayList<>();
        FlowRule normal = shown();
        long lookups = datapath.statistics().hits() + datapath.statistics().misses();
        for (int table = 0; table < TABLES; table++) {
            boolean first = table == 0 && normal != null;
            tables.add(new TableStats(
                    table,
                    first ? 1 : 0,
                    table == 0 ? lookups : 0,
                    first && normal != null ? normal.packets() : 0,
                    Optional.of(Features.TABLES.get(table))));
        }
        return tables;
    }

    @Override
    public FragmentHandling fragmentHandling() {
        return FragmentHandling.NORMAL;
    }

    @Override
    public boolean setFragmentHandling(FragmentHandling handling) {
        return handling == FragmentHandling.NORMAL;
    }
}
