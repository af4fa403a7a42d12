package dev.culvert.tools.vsctl;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The switch as its user sees it: bridges, real ones and VLAN ("fake") ones, with ports, with interfaces; ovs-vsctl(8), "Linux
 * VLAN Bridging Compatibility". Read from the database once, and kept true by whoever changes that.
 */
final class Bridges {
    private static final int MAX_VLAN = 4095;

    private final Attempt attempt;
    private final Map<String, Bridge> bridges = new HashMap<>();
    private final Map<String, Port> ports = new HashMap<>();
    private final Map<String, Interface> interfaces = new HashMap<>();

    /** A bridge. */
    static final class Bridge {
        private final String name;
        private final @Nullable Row own;
        private final @Nullable Bridge parent;
        private final int vlan;
        private final Map<Integer, Bridge> children = new HashMap<>();
        private final Map<String, Port> ports = new LinkedHashMap<>();

        private Bridge(String name, @Nullable Row own, @Nullable Bridge parent, int vlan) {
            this.name = name;
            this.own = own;
            this.parent = parent;
            this.vlan = vlan;
        }

        String name() {
            return name;
        }

        /** The row in the table Bridge; null for a VLAN bridge, which is a port. */
        @Nullable
        Row own() {
            return own;
        }

        /** The real bridge that this VLAN bridge lies in; null for a real one. */
        @Nullable
        Bridge parent() {
            return parent;
        }

        /** Itself, or for a VLAN bridge the one that it lies in. */
        Bridge real() {
            return parent == null ? this : parent;
        }

        /** The row of the real bridge. */
        Row row() {
            return Objects.requireNonNull(real().own);
        }

        /** The VLAN of a VLAN bridge, otherwise 0. */
        int vlan() {
            return vlan;
        }

        /** The VLAN bridge in this one for a VLAN, or null. */
        @Nullable
        Bridge child(int childVlan) {
            return children.get(childVlan);
        }

        List<Bridge> children() {
            return List.copyOf(children.values());
        }

        /** The ports, the local one among them. */
        List<Port> ports() {
            return List.copyOf(ports.values());
        }
    }

    /**
     * A port.
     *
     * @param row its row
     * @param bridge the bridge that it is shown in
     * @param interfaces its interfaces; more than one for a bond
     */
    record Port(Row row, Bridge bridge, List<Interface> interfaces) {
        String name() {
            return row.name();
        }
    }

    /** An interface. A class, since a record with its port would not end: each has the other. */
    static final class Interface {
        private final Row row;
        private final Port port;

        private Interface(Row row, Port port) {
            this.row = row;
            this.port = port;
        }

        Row row() {
            return row;
        }

        Port port() {
            return port;
        }

        String name() {
            return row.name();
        }
    }

    /** Whether what a column holds is what bridges are read from. */
    static boolean reads(String table, String column) {
        return switch (table) {
            case "Open_vSwitch" -> column.equals("bridges");
            case "Bridge" -> column.equals("name") || column.equals("ports");
            case "Port" ->
                switch (column) {
                    case "name", "fake_bridge", "tag", "interfaces" -> true;
                    default -> false;
                };
            case "Interface" -> column.equals("name");
            default -> false;
        };
    }

    /** Declares what must be known. */
    static void want(WantedColumns wanted) {
        wanted.columns("Open_vSwitch", "bridges")
                .columns("Bridge", "name", "controller", "fail_mode", "ports")
                .columns("Port", "name", "fake_bridge", "tag", "interfaces")
                .columns("Interface", "name", "ofport", "error");
    }

    /** Reads the switch from the database, as the transaction has changed it. */
    Bridges(Attempt attempt) {
        this.attempt = attempt;
        List<Row> rows = attempt.replica().rows(attempt.root(), "bridges");
        readBridges(rows);
        readPorts(rows);
    }

    private void readBridges(List<Row> rows) {
        Set<String> portNames = new HashSet<>();
        for (Row row : rows) {
            String name = row.name();
            if (bridges.containsKey(name)) {
                attempt.log().warn(Log.VSCTL, name + ": database contains duplicate bridge name");
                continue;
            }
            Bridge bridge = add(new Bridge(name, row, null, 0));
            for (Row port : attempt.replica().rows(row, "ports")) {
                if (portNames.add(port.name()) && isVlanBridge(port) && !bridges.containsKey(port.name())) {
                    add(new Bridge(port.name(), null, bridge, (int) vlan(port)));
                }
            }
        }
    }

    private Bridge add(Bridge bridge) {
        bridges.put(bridge.name(), bridge);
        if (bridge.parent != null) {
            Bridge conflict = bridge.parent.children.putIfAbsent(bridge.vlan, bridge);
            if (conflict != null) {
                attempt.log()
                        .warn(
                                Log.VSCTL,
                                bridge.parent.name + ": bridge has multiple VLAN bridges (" + bridge.name + " and "
                                        + conflict.name + ") for VLAN " + bridge.vlan
                                        + ", but only one is allowed");
            }
        }
        return bridge;
    }

    /** The port's VLAN, or -1 when it has none that exists. */
    private static long vlan(Row port) {
        Long tag = port.integer("tag");
        return tag != null && tag >= 0 && tag <= MAX_VLAN ? tag : -1;
    }

    private static boolean isVlanBridge(Row port) {
        return port.flag("fake_bridge") && vlan(port) >= 0;
    }

    private void readPorts(List<Row> rows) {
        Set<String> seen = new HashSet<>();
        for (Row row : rows) {
            if (!seen.add(row.name())) {
                continue;
            }
            Bridge bridge = Objects.requireNonNull(bridges.get(row.name()));
            for (Row port : attempt.replica().rows(row, "ports")) {
                readPort(bridge, port, seen);
            }
        }
    }

    private void readPort(Bridge bridge, Row row, Set<String> bridgesSeen) {
        Port known = ports.get(row.name());
        if (known != null) {
            if (known.row == row) {
                attempt.log()
                        .warn(
                                Log.VSCTL,
                                row.name() + ": port is in multiple bridges (" + bridge.name + " and "
                                        + known.bridge.name + ")");
            } else {
                attempt.log().error(Log.VSCTL, row.name() + ": database contains duplicate port name");
            }
            return;
        }
        if (isVlanBridge(row) && !bridgesSeen.add(row.name())) {
            return;
        }
        Port port = addPort(bridge, row);
        for (Row iface : attempt.replica().rows(row, "interfaces")) {
            Interface other = interfaces.get(iface.name());
            if (other == null) {
                addInterface(port, iface);
            } else if (other.row == iface) {
                attempt.log()
                        .warn(
                                Log.VSCTL,
                                iface.name() + ": interface is in multiple ports (" + other.port.name() + " and "
                                        + port.name() + ")");
            } else {
                attempt.log().error(Log.VSCTL, iface.name() + ": database contains duplicate interface name");
            }
        }
    }

    /** Adds a port that a command has made to a bridge, or to the VLAN bridge in it that its tag says. */
    Port addPort(Bridge bridge, Row row) {
        long vlan = vlan(row);
        Bridge child = vlan >= 0 ? bridge.child((int) vlan) : null;
        Port port = new Port(row, child == null ? bridge : child, new ArrayList<>());
        port.bridge.ports.put(row.name(), port);
        ports.put(row.name(), port);
        return port;
    }

    /** Adds an interface that a command has made. */
    void addInterface(Port port, Row row) {
        Interface iface = new Interface(row, port);
        port.interfaces.add(iface);
        interfaces.put(row.name(), iface);
    }

    /** Forgets a bridge, whose ports and VLAN bridges must be gone. */
    void forget(Bridge bridge) {
        if (bridge.parent != null) {
            bridge.parent.children.remove(bridge.vlan, bridge);
        }
        bridges.remove(bridge.name);
    }

    /** Forgets a port and its interfaces. */
    void forget(Port port) {
        port.interfaces.forEach(iface -> interfaces.remove(iface.name()));
        port.bridge.ports.remove(port.name());
        ports.remove(port.name());
    }

    /** Forgets an interface. */
    void forget(Interface iface) {
        iface.port.interfaces.remove(iface);
        interfaces.remove(iface.name());
    }

    /** All bridges, in no order. */
    List<Bridge> bridges() {
        return List.copyOf(bridges.values());
    }

    /** The bridge, or null. The transaction fails if there are other bridges by then. */
    @Nullable
    Bridge find(String name) {
        attempt.transaction().verify(attempt.root(), "bridges");
        return bridges.get(name);
    }

    /** The bridge; {@link Fatal} when there is none. */
    Bridge get(String name) {
        Bridge bridge = bridges.get(name);
        if (bridge == null) {
            throw new Fatal("no bridge named " + name);
        }
        attempt.transaction().verify(attempt.root(), "bridges");
        return bridge;
    }

    /** The bridge; {@link Fatal} when there is none, or it is a VLAN bridge. */
    Bridge getReal(String name) {
        Bridge bridge = get(name);
        if (bridge.parent != null) {
            throw new Fatal(name + " is a fake bridge");
        }
        return bridge;
    }

    /** The port, or null; a bridge's local port does not count. */
    @Nullable
    Port findPort(String name) {
        verifyPorts();
        Port port = ports.get(name);
        return port != null && port.bridge.name.equals(name) ? null : port;
    }

    /** The port; {@link Fatal} when there is none. */
    Port getPort(String name) {
        Port port = findPort(name);
        if (port == null) {
            throw new Fatal("no port named " + name);
        }
        return port;
    }

    /** The port of a VLAN bridge. */
    Port localPort(Bridge bridge) {
        return Objects.requireNonNull(ports.get(bridge.name));
    }

    /** The interface, or null; that of a bridge's local port does not count. */
    @Nullable
    Interface findInterface(String name) {
        verifyPorts();
        Interface iface = interfaces.get(name);
        return iface != null && iface.port.bridge.name.equals(name) ? null : iface;
    }

    /** The interface; {@link Fatal} when there is none. */
    Interface getInterface(String name) {
        Interface iface = findInterface(name);
        if (iface == null) {
            throw new Fatal("no interface named " + name);
        }
        return iface;
    }

    /**
     * Refuses a name that something has already.
     *
     * @param refusal the beginning of the message
     */
    void checkFree(String name, String refusal) {
        verifyPorts();
        if (bridges.containsKey(name)) {
            throw new Fatal(refusal + " because a bridge named " + name + " already exists");
        }
        Port port = ports.get(name);
        if (port != null) {
            throw new Fatal(
                    refusal + " because a port named " + name + " already exists on bridge " + port.bridge.name);
        }
        Interface iface = interfaces.get(name);
        if (iface != null) {
            throw new Fatal(refusal + " because an interface named " + name + " already exists on bridge "
                    + iface.port.bridge.name);
        }
    }

    /** Makes the transaction fail if any bridge has other ports by then, or any port other interfaces. */
    void verifyPorts() {
        if (!attempt.beginsToVerifyPorts()) {
            return;
        }
        Transaction transaction = attempt.transaction();
        transaction.verify(attempt.root(), "bridges");
        attempt.replica().rows("Bridge").forEach(row -> transaction.verify(row, "ports"));
        attempt.replica().rows("Port").forEach(row -> transaction.verify(row, "interfaces"));
    }
}
