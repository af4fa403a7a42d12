package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinkStatistics;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.client.TransactionBuilder;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
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
    private final Netlink netlink;
    private final Reconciler reconciler;
    private final Map<Integer, Link> links = new HashMap<>();
    private final Queue<RunningInterface> pending = new ArrayDeque<>();

    StatisticsWriter(Datapath datapath, Netlink netlink, Reconciler reconciler) {
        this.datapath = datapath;
        this.netlink = netlink;
        this.reconciler = reconciler;
    }

    /** Begins with the first interface. */
    void begin() throws LinuxException {
        links.clear();
        for (Link link : netlink.links()) {
            links.put(link.ifindex(), link);
        }
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
        PortCounters counters = datapath.counters(port.datapathPort());
        boolean internal =
                counters != null && link != null && present.config.type().equals("internal");
        if (link != null && !internal) {
            kernelStatistics(values, link.statistics(), counters);
        } else if (counters != null) {
            put(values, "rx_packets", counters.rxPackets());
            put(values, "rx_bytes", counters.rxBytes());
            put(values, "tx_packets", counters.txPackets());
            put(values, "tx_bytes", counters.txBytes());
            put(values, "rx_dropped", counters.rxDropped());
            put(values, "rx_errors", counters.rxErrors());
            put(values, "tx_dropped", counters.txDropped());
            put(values, "tx_errors", counters.txErrors());
            if (link != null) {
                lineErrors(values, link.statistics(), 0);
            }
        } else if (port.peer() != null) {
            long[] crossed = port.crossed();
            put(values, "rx_packets", crossed[0]);
            put(values, "rx_bytes", crossed[1]);
            put(values, "tx_packets", crossed[2]);
            put(values, "tx_bytes", crossed[3]);
        }
        return Datum.map(values);
    }

    /** @param counters know of what left beside the device */
    private static void kernelStatistics(
            Map<Atom, Atom> values, LinkStatistics kernel, @Nullable PortCounters counters) {
        put(values, "rx_packets", kernel.receivedPackets());
        put(values, "rx_bytes", kernel.receivedBytes());
        put(values, "tx_packets", kernel.sentPackets() + (counters == null ? 0 : counters.besideTxPackets()));
        put(values, "tx_bytes", kernel.sentBytes() + (counters == null ? 0 : counters.besideTxBytes()));
        put(values, "rx_dropped", kernel.receiveDropped());
        put(values, "rx_errors", kernel.receiveErrors());
        put(values, "tx_dropped", kernel.sendDropped());
        put(values, "tx_errors", kernel.sendErrors());
        lineErrors(values, kernel, kernel.receivedMulticast());
    }

    private static void lineErrors(Map<Atom, Atom> values, LinkStatistics kernel, long multicast) {
        put(values, "rx_multicast_packets", multicast);
        put(values, "rx_frame_err", kernel.receiveFrameErrors());
        put(values, "rx_over_err", kernel.receiveOverErrors());
        put(values, "rx_crc_err", kernel.receiveCrcErrors());
        put(values, "rx_missed_errors", kernel.receiveMissedErrors());
        put(values, "collisions", kernel.collisions());
    }

    private static void put(Map<Atom, Atom> values, String name, long value) {
        values.put(Atom.of(name), Atom.of(value));
    }
}
