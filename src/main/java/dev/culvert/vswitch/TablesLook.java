package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.DatapathFlowText;
import dev.culvert.datapath.Megaflow;
import dev.culvert.ofproto.Backer;
import dev.culvert.ofproto.MacTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.PriorityQueue;

/** Takes down a part of a bridge's tables. The conductor's. */
final class TablesLook {
    private final Datapath datapath;
    private final Backer backer;

    TablesLook(Datapath datapath, Backer backer) {
        this.datapath = datapath;
        this.backer = backer;
    }

    /** @param limit rows of each table at most */
    BridgeTables of(RunningBridge bridge, int limit) {
        long now = System.nanoTime();
        MacTable macs = bridge.ofproto.macs();
        List<Backer.CachedFlow> flows = backer.flows(bridge.ofproto);
        Map<Integer, String> names = datapath.ports();
        return new BridgeTables(
                most(macs.entries(), Comparator.comparingLong(MacTable.Entry::usedNanos), limit).stream()
                        .map(entry -> station(entry, now))
                        .toList(),
                macs.size(),
                most(flows, Comparator.comparingLong(flow -> flow.flow().packets()), limit).stream()
                        .map(flow -> flow(flow, names, now))
                        .toList(),
                flows.size());
    }

    private static BridgeTables.Station station(MacTable.Entry entry, long now) {
        return new BridgeTables.Station(
                entry.port().name(),
                entry.vlan(),
                Macs.format(entry.mac()),
                Math.max(0, now - entry.usedNanos()),
                entry.isStatic());
    }

    private static BridgeTables.Flow flow(Backer.CachedFlow cached, Map<Integer, String> names, long now) {
        Megaflow flow = cached.flow();
        long used = flow.usedNanos();
        return new BridgeTables.Flow(
                DatapathFlowText.match(cached.key(), flow.mask(), false, names),
                DatapathFlowText.actions(flow.actions(), names),
                flow.packets(),
                flow.bytes(),
                used == 0 ? -1 : Math.max(0, now - used),
                flow.inKernel(),
                flow.inKernel() ? "" : Objects.requireNonNullElse(flow.refusal(), ""));
    }

    /** The greatest of many, the greatest first, without sorting all: there may be a hundred thousand. */
    static <T> List<T> most(Collection<T> all, Comparator<? super T> order, int limit) {
        PriorityQueue<T> kept = new PriorityQueue<>(order);
        for (T each : all) {
            if (kept.size() < limit) {
                kept.add(each);
            } else if (limit > 0 && order.compare(each, kept.element()) > 0) {
                kept.remove();
                kept.add(each);
            }
        }
        List<T> sorted = new ArrayList<>(kept);
        sorted.sort(order.reversed());
        return sorted;
    }
}
