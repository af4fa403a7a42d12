package dev.culvert.vswitch;

import dev.culvert.openflow.service.ControllerConfig;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaRow;
import dev.culvert.stream.TlsFiles;
import dev.culvert.vswitch.SwitchConfig.BridgeConfig;
import dev.culvert.vswitch.SwitchConfig.InterfaceConfig;
import dev.culvert.vswitch.SwitchConfig.PortConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Reads the configuration out of the copy of an Open_vSwitch database. */
final class ConfigReader {
    private static final System.Logger LOG = System.getLogger("bridge");

    private ConfigReader() {}

    /** Reads everything; null where the database has no row in its root table yet. */
    static @Nullable SwitchConfig read(Replica replica) {
        List<ReplicaRow> roots = replica.rows("Open_vSwitch");
        if (roots.isEmpty()) {
            return null;
        }
        ReplicaRow root = roots.getFirst();
        List<BridgeConfig> bridges = new ArrayList<>();
        for (ReplicaRow bridge : replica.follow(root, "bridges", "Bridge")) {
            String name = bridge.string("name");
            if (name.indexOf('/') < 0) {
                bridges.add(bridge(replica, bridge));
            } else { // its sockets bear its name, and would be made wherever the name leads to
                LOG.log(System.Logger.Level.WARNING, "ignoring bridge with invalid name \"{0}\"", name);
            }
        }
        return new SwitchConfig(
                root.uuid(),
                root.integer("next_cfg").orElse(0),
                root.stringMap("other_config"),
                tls(replica, root),
                List.copyOf(bridges));
    }

    private static @Nullable TlsFiles tls(Replica replica, ReplicaRow root) {
        List<ReplicaRow> rows = replica.follow(root, "ssl", "SSL");
        if (rows.isEmpty()) {
            return null;
        }
        ReplicaRow row = rows.getFirst();
        return TlsFiles.NONE
                .withPrivateKey(path(row.string("private_key")))
                .withCertificate(path(row.string("certificate")))
                .withCaCertificate(path(row.string("ca_cert")), row.bool("bootstrap_ca_cert", false));
    }

    private static @Nullable Path path(String name) {
        return name.isEmpty() ? null : Path.of(name);
    }

    private static BridgeConfig bridge(Replica replica, ReplicaRow row) {
        List<PortConfig> ports = new ArrayList<>();
        for (ReplicaRow port : replica.follow(row, "ports", "Port")) {
            ports.add(port(replica, port));
        }
        Map<UUID, ControllerConfig> controllers = new LinkedHashMap<>();
        for (ReplicaRow controller : replica.follow(row, "controller", "Controller")) {
            controllers.put(controller.uuid(), controller(controller));
        }
        return new BridgeConfig(
                row.uuid(),
                row.string("name"),
                row.string("datapath_type"),
                optional(row, "fail_mode"),
                row.stringMap("other_config"),
                Collections.unmodifiableMap(controllers),
                row.strings("protocols"),
                List.copyOf(ports));
    }

    private static ControllerConfig controller(ReplicaRow row) {
        ControllerConfig standard = new ControllerConfig(row.string("target"));
        String type = optional(row, "type");
        return new ControllerConfig(
                standard.target(),
                type == null ? standard.service() : type.equals("service"),
                patience(row, "inactivity_probe", standard.inactivityProbe()),
                patience(row, "max_backoff", standard.maxBackoff()),
                row.bool("enable_async_messages", true));
    }

    /** A time in milliseconds that, unless it is zero, is at least a second. */
    private static Duration patience(ReplicaRow row, String column, Duration standard) {
        Integer millis = integer(row, column);
        if (millis == null) {
            return standard;
        }
        return millis <= 0 ? Duration.ZERO : Duration.ofMillis(Math.max(millis, 1000));
    }

    private static PortConfig port(Replica replica, ReplicaRow row) {
        List<InterfaceConfig> interfaces = new ArrayList<>();
        for (ReplicaRow device : replica.follow(row, "interfaces", "Interface")) {
            interfaces.add(device(device));
        }
        Set<Integer> trunks = new HashSet<>();
        row.integers("trunks").forEach(vlan -> trunks.add(vlan.intValue()));
        return new PortConfig(
                row.uuid(),
                row.string("name"),
                integer(row, "tag"),
                trunks,
                optional(row, "vlan_mode"),
                row.bool("protected", false),
                row.stringMap("other_config"),
                List.copyOf(interfaces));
    }

    private static InterfaceConfig device(ReplicaRow row) {
        return new InterfaceConfig(
                row.uuid(),
                row.string("name"),
                row.string("type"),
                row.stringMap("options"),
                integer(row, "ofport"),
                integer(row, "ofport_request"),
                integer(row, "mtu_request"),
                optional(row, "mac"));
    }

    private static @Nullable Integer integer(ReplicaRow row, String column) {
        OptionalLong value = row.integer(column);
        return value.isPresent() ? (Integer) Math.clamp(value.getAsLong(), Integer.MIN_VALUE, Integer.MAX_VALUE) : null;
    }

    private static @Nullable String optional(ReplicaRow row, String column) {
        return row.get(column).isEmpty() ? null : row.string(column);
    }
}
