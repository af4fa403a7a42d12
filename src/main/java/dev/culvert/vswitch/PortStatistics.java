package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinkStatistics;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.OfPort;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What went through an interface, by the keys of {@code Interface.statistics} (ovs-vswitchd.conf.db(5)): for a device of this
 * host the kernel's own counts, seen from the device, for others the datapath's.
 */
final class PortStatistics {
    private final Datapath datapath;
    private final Netlink netlink;

    PortStatistics(Datapath datapath, Netlink netlink) {
        this.datapath = datapath;
        this.netlink = netlink;
    }

    /** The devices of this host with what the kernel has counted of them. */
    Map<Integer, Link> links() throws LinuxException {
        Map<Integer, Link> links = new HashMap<>();
        netlink.links().forEach(link -> links.put(link.ifindex(), link)); // one may come twice while others change
        return links;
    }

    /**
     * What went through an interface.
     *
     * @param link its device as it is now; null for one without
     */
    Map<String, Long> of(RunningInterface present, OfPort port, @Nullable Link link) {
        Map<String, Long> values = new TreeMap<>();
        PortCounters counters = datapath.counters(port.datapathPort());
        boolean internal =
                counters != null && link != null && present.config.type().equals("internal");
        if (link != null && !internal) {
            kernel(values, link.statistics(), counters);
        } else if (counters != null) {
            values.put("rx_packets", counters.rxPackets());
            values.put("rx_bytes", counters.rxBytes());
            values.put("tx_packets", counters.txPackets());
            values.put("tx_bytes", counters.txBytes());
            values.put("rx_dropped", counters.rxDropped());
            values.put("rx_errors", counters.rxErrors());
            values.put("tx_dropped", counters.txDropped());
            values.put("tx_errors", counters.txErrors());
            if (link != null) {
                lineErrors(values, link.statistics(), 0);
            }
        } else if (port.peer() != null) {
            long[] crossed = port.crossed();
            values.put("rx_packets", crossed[0]);
            values.put("rx_bytes", crossed[1]);
            values.put("tx_packets", crossed[2]);
            values.put("tx_bytes", crossed[3]);
        }
        return values;
    }

    /** @param counters know of what left beside the device */
    private static void kernel(Map<String, Long> values, LinkStatistics kernel, @Nullable PortCounters counters) {
        values.put("rx_packets", kernel.receivedPackets());
        values.put("rx_bytes", kernel.receivedBytes());
        values.put("tx_packets", kernel.sentPackets() + (counters == null ? 0 : counters.besideTxPackets()));
        values.put("tx_bytes", kernel.sentBytes() + (counters == null ? 0 : counters.besideTxBytes()));
        values.put("rx_dropped", kernel.receiveDropped());
        values.put("rx_errors", kernel.receiveErrors());
        values.put("tx_dropped", kernel.sendDropped());
        values.put("tx_errors", kernel.sendErrors());
        lineErrors(values, kernel, kernel.receivedMulticast());
    }

    private static void lineErrors(Map<String, Long> values, LinkStatistics kernel, long multicast) {
        values.put("rx_multicast_packets", multicast);
        values.put("rx_frame_err", kernel.receiveFrameErrors());
        values.put("rx_over_err", kernel.receiveOverErrors());
        values.put("rx_crc_err", kernel.receiveCrcErrors());
        values.put("rx_missed_errors", kernel.receiveMissedErrors());
        values.put("collisions", kernel.collisions());
    }
}
