package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.client.TransactionBuilder;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes back what has gone through the interfaces, as far as it differs from the copy of the database. A broadcast changes that
 * for all of ten thousand tunnels: it is written in portions, of which each fits into memory and lets others in between. The
 * conductor's.
 */
final class StatisticsWriter {
    /** Rows of one transaction at most. */
    private static final int ROWS_MAX = 500;

    private final Datapath datapath;
    private final PortStatistics statistics;
    private final Reconciler reconciler;
    private Map<Integer, Link> links = Map.of();
    private final Queue<RunningInterface> pending = new ArrayDeque<>();

    StatisticsWriter(Datapath datapath, PortStatistics statistics, Reconciler reconciler) {
        this.datapath = datapath;
        this.statistics = statistics;
        this.reconciler = reconciler;
    }

    /** Begins with the first interface. */
    void begin() throws LinuxException {
        links = statistics.links();
        pending.clear();
        for (RunningBridge bridge : reconciler.bridges()) {
            pending.addAll(bridge.interfaces.values());
        }
    }

    /** Whether there are interfaces that have not had their turn. */
    boolean isPending() {
        return !pending.isEmpty();
    }

    /** Writes what went through the next interfaces, until as many rows have changed as fit into one transaction. */
    void write(TransactionBuilder changes, Replica replica) {
        int changed = 0;
        for (RunningInterface present = pending.poll(); present != null; present = pending.poll()) {
            ReplicaRow row = replica.row("Interface", present.config.row());
            OfPort port = present.port;
            if (row == null || port == null) {
                continue;
            }
            Link device = present.link;
            Datum now = statistics(present, port, device == null ? null : links.get(device.ifindex()));
            if (!row.get("statistics").equals(now)) {
                changes.set(row, "statistics", now);
                if (++changed == ROWS_MAX) {
                    return;
                }
            }
        }
    }

    /** What is to be in the database; the very same as before where nothing has gone through since. */
    private Datum statistics(RunningInterface present, OfPort port, @Nullable Link link) {
        PortCounters counters = datapath.counters(port.datapathPort());
        if (link != null || counters == null) {
            return counted(present, port, link);
        }
        long[] now = {
            counters.rxPackets(), counters.rxBytes(), counters.txPackets(), counters.txBytes(),
            counters.rxDropped(), counters.rxErrors(), counters.txDropped(), counters.txErrors()
        };
        Datum known = present.statistics;
        if (known == null || !Arrays.equals(now, present.counted)) {
            known = counted(present, port, null);
            present.statistics = known;
            present.counted = now;
        }
        return known;
    }

    private Datum counted(RunningInterface present, OfPort port, @Nullable Link link) {
        Map<Atom, Atom> values = new TreeMap<>();
        statistics.of(present, port, link).forEach((name, value) -> values.put(Atom.of(name), Atom.of(value)));
        return Datum.map(values);
    }
}
