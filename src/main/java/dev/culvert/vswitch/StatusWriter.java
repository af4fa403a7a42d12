package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.PortCounters;
import dev.culvert.linux.EthtoolInfo;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinkStatistics;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.ofproto.OfPort;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.ovsdb.client.TransactionBuilder;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes back what has become of the configuration: the columns of ovs-vswitchd.conf.db(5) that belong to the switch. Only
 * what differs from the copy of the database is written, so an idle switch writes nothing.
 */
final class StatusWriter {
    /** What scripts compare with: the release whose behaviour this switch follows. */
    static final String OVS_VERSION = "3.1.0";

    private static final Map<String, String> OS_RELEASE = osRelease();

    private static final long MEGABIT = 1_000_000L;

    private final Datapath datapath;
    private final Netlink netlink;
    private final Reconciler reconciler;
    private final IpsecTunnels ipsec;
    private final Map<String, EthtoolInfo> drivers = new HashMap<>();

    /** The interfaces that tunnels leave by, as they are found while one state is written. */
    private final Map<Integer, Optional<Link>> egresses = new HashMap<>();

    StatusWriter(Datapath datapath, Netlink netlink, Reconciler reconciler, IpsecTunnels ipsec) {
        this.datapath = datapath;
        this.netlink = netlink;
        this.reconciler = reconciler;
        this.ipsec = ipsec;
    }

    /** Writes what the switch is, once it runs. */
    void writeIdentity(TransactionBuilder changes, ReplicaRow root, @Nullable DatabaseSchema schema) {
        changes.set(root, "ovs_version", text(OVS_VERSION));
        changes.set(root, "datapath_types", Datum.strings(java.util.List.of("netdev", "system")));
        changes.set(
                root,
                "iface_types",
                Datum.strings(
                        java.util.List.of("geneve", "gre", "internal", "ip6gre", "patch", "system", "tap", "vxlan")));
        if (schema != null) {
            changes.set(root, "db_version", text(schema.version()));
        }
        writeHost(changes, root, "system_type", "ID");
        writeHost(changes, root, "system_version", "VERSION_ID");
        changes.set(root, "dpdk_initialized", Datum.of(Atom.of(false)));
        changes.set(root, "dpdk_version", text("none"));
    }

    /** Says what host this is, unless somebody has said so already: where Open vSwitch's scripts run, they do. */
    private static void writeHost(TransactionBuilder changes, ReplicaRow root, String column, String name) {
        String value = OS_RELEASE.get(name);
        if (value != null && root.get(column).isEmpty()) {
            changes.set(root, column, text(value));
        }
    }

    /** os-release(5), which is like a shell's assignments. */
    private static Map<String, String> osRelease() {
        Map<String, String> values = new HashMap<>();
        try {
            for (String line : Files.readAllLines(Path.of("/etc/os-release"))) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    values.put(
                            line.substring(0, equals),
                            line.substring(equals + 1).replaceAll("^[\"']|[\"']$", ""));
                }
            }
        } catch (IOException e) {
            return Map.of();
        }
        return values;
    }

    /** How many values the copy of the database has, as {@code memory/show} counts them: one for each column of each row. */
    long cells(Replica replica) {
        DatabaseSchema schema = replica.schema();
        long cells = 0;
        if (schema != null) {
            for (TableSchema table : schema.tables()) {
                cells += (long) replica.rows(table.name()).size()
                        * table.columns().size();
            }
        }
        return cells;
    }

    /** Writes how bridges and interfaces are. */
    void writeState(TransactionBuilder changes, Replica replica) {
        ipsec.look();
        egresses.clear();
        for (ReplicaRow row : replica.rows("Datapath")) {
            changes.set(row, "capabilities", Datum.stringMap(DatapathFeatures.capabilities()));
        }
        drivers.keySet()
                .removeIf(
                        name -> reconciler.bridges().stream().noneMatch(bridge -> bridge.interfaces.containsKey(name)));
        for (RunningBridge bridge : reconciler.bridges()) {
            ReplicaRow row = replica.row("Bridge", bridge.config.row());
            if (row != null) {
                changes.set(row, "datapath_id", text("%016x".formatted(bridge.datapathId)));
                changes.set(row, "datapath_version", text("<built-in>"));
            }
            for (RunningInterface present : bridge.interfaces.values()) {
                ReplicaRow device = replica.row("Interface", present.config.row());
                if (device != null) {
                    writeInterface(changes, device, present);
                }
            }
        }
    }

    private void writeInterface(TransactionBuilder changes, ReplicaRow row, RunningInterface present) {
        String error = present.error;
        OfPort port = present.port;
        changes.set(row, "error", error == null ? Datum.EMPTY : text(error));
        changes.set(row, "ofport", integer(port == null ? -1 : port.number()));
        if (port == null) {
            for (String column : new String[] {
                "mac_in_use", "admin_state", "link_state", "ifindex", "mtu", "link_speed", "duplex", "link_resets"
            }) {
                changes.set(row, column, Datum.EMPTY);
            }
            changes.set(row, "status", Datum.EMPTY);
            changes.set(row, "statistics", Datum.EMPTY);
            return;
        }
        Link link = present.link;
        changes.set(row, "mac_in_use", text(Macs.format(present.mac())));
        changes.set(row, "admin_state", text(present.adminUp() ? "up" : "down"));
        changes.set(row, "link_state", text(present.linkUp() ? "up" : "down"));
        changes.set(row, "link_resets", integer(present.linkResets));
        changes.set(row, "ifindex", integer(link == null ? 0 : link.ifindex()));
        changes.set(row, "mtu", link == null ? Datum.EMPTY : integer(link.mtu()));
        if (link != null) {
            EthtoolInfo driver = driver(link.name());
            changes.set(
                    row,
                    "link_speed",
                    driver == null || driver.speedMbps() <= 0 ? Datum.EMPTY : integer(driver.speedMbps() * MEGABIT));
            changes.set(row, "duplex", driver == null ? Datum.EMPTY : duplex(driver));
            changes.set(row, "status", driver == null ? Datum.EMPTY : Datum.stringMap(driverStatus(driver)));
        } else {
            changes.set(row, "status", Datum.stringMap(tunnelStatus(present)));
        }
    }

    private @Nullable EthtoolInfo driver(String name) {
        EthtoolInfo known = drivers.get(name);
        if (known == null) {
            try {
                known = EthtoolInfo.of(name);
                drivers.put(name, known);
            } catch (LinuxException e) {
                return null; // it has just gone; the next change of links says so
            }
        }
        return known;
    }

    private static Datum duplex(EthtoolInfo driver) {
        return switch (driver.duplex()) {
            case FULL -> text("full");
            case HALF -> text("half");
            case UNKNOWN -> Datum.EMPTY;
        };
    }

    private static Map<String, String> driverStatus(EthtoolInfo driver) {
        Map<String, String> status = new TreeMap<>();
        status.put("driver_name", driver.driver());
        status.put("driver_version", driver.version());
        status.put("firmware_version", driver.firmware());
        return status;
    }

    /** By which interface a tunnel's packets leave, and what fits into it. */
    private Map<String, String> tunnelStatus(RunningInterface present) {
        Map<String, String> status = new TreeMap<>(ipsec.status(present.config.name()));
        Paths.Path path = present.path;
        Link device = path == null ? null : egress(path.egress());
        if (path != null && device != null) {
            status.put("tunnel_egress_iface", device.name());
            status.put("tunnel_egress_iface_carrier", device.carrier() ? "up" : "down");
            status.put("tunnel_path_mtu", Integer.toString(path.mtu()));
        }
        return status;
    }

    private @Nullable Link egress(int ifindex) {
        return egresses.computeIfAbsent(ifindex, index -> {
                    try {
                        return netlink.link(index);
                    } catch (LinuxException e) {
                        return Optional.empty();
                    }
                })
                .orElse(null);
    }

    /** Writes what went through each interface. */
    void writeStatistics(TransactionBuilder changes, Replica replica) throws LinuxException {
        Map<Integer, Link> links = new HashMap<>();
        for (Link link : netlink.links()) {
            links.put(link.ifindex(), link);
        }
        for (RunningBridge bridge : reconciler.bridges()) {
            for (RunningInterface present : bridge.interfaces.values()) {
                ReplicaRow row = replica.row("Interface", present.config.row());
                OfPort port = present.port;
                if (row != null && port != null) {
                    Link device = present.link;
                    Link now = device == null ? null : links.get(device.ifindex());
                    changes.set(row, "statistics", statistics(present, port, now));
                }
            }
        }
    }

    private Datum statistics(RunningInterface present, OfPort port, @Nullable Link link) {
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

    static Datum text(String value) {
        return Datum.of(Atom.of(value));
    }

    static Datum integer(long value) {
        return Datum.of(Atom.of(value));
    }
}
