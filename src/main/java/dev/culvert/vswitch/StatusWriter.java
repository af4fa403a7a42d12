package dev.culvert.vswitch;

import dev.culvert.linux.EthtoolInfo;
import dev.culvert.linux.Link;
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

    private static final Datum UP = text("up");
    private static final Datum DOWN = text("down");
    private static final Datum ZERO = integer(0);

    private final Netlink netlink;
    private final Reconciler reconciler;
    private final IpsecTunnels ipsec;
    private final Map<String, EthtoolInfo> drivers = new HashMap<>();

    /** The interfaces that tunnels leave by, as they are found while one state is written. */
    private final Map<Integer, Optional<Link>> egresses = new HashMap<>();

    /** And what is said of the tunnels of a path. */
    private final Map<Paths.Path, Datum> pathStatuses = new HashMap<>();

    StatusWriter(Netlink netlink, Reconciler reconciler, IpsecTunnels ipsec) {
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
        pathStatuses.clear();
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
        changes.set(row, "mac_in_use", link == null ? present.randomMacText : text(Macs.format(link.mac())));
        changes.set(row, "admin_state", present.adminUp() ? UP : DOWN);
        changes.set(row, "link_state", present.linkUp() ? UP : DOWN);
        changes.set(row, "link_resets", present.linkResets == 0 ? ZERO : integer(present.linkResets));
        changes.set(row, "ifindex", link == null ? ZERO : integer(link.ifindex()));
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
            changes.set(row, "status", tunnelStatus(present));
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

    /** By which interface a tunnel's packets leave, and what fits into it; and how it is protected, if it is. */
    private Datum tunnelStatus(RunningInterface present) {
        Map<String, String> secret = ipsec.status(present.config.name());
        Paths.Path path = present.path;
        if (!secret.isEmpty()) {
            Map<String, String> status = new TreeMap<>(secret);
            status.putAll(pathStatus(path));
            return Datum.stringMap(status);
        }
        // what ten thousand tunnels have in common is made once
        return path == null
                ? Datum.EMPTY
                : pathStatuses.computeIfAbsent(path, known -> Datum.stringMap(pathStatus(known)));
    }

    private Map<String, String> pathStatus(Paths.@Nullable Path path) {
        Link device = path == null ? null : egress(path.egress());
        return path == null || device == null
                ? Map.of()
                : Map.of(
                        "tunnel_egress_iface", device.name(),
                        "tunnel_egress_iface_carrier", device.carrier() ? "up" : "down",
                        "tunnel_path_mtu", Integer.toString(path.mtu()));
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

    static Datum text(String value) {
        return Datum.of(Atom.of(value));
    }

    static Datum integer(long value) {
        return Datum.of(Atom.of(value));
    }
}
