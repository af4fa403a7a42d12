package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.tools.vsctl.Bridges.Bridge;
import dev.culvert.tools.vsctl.Bridges.Port;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.tools.vsctl.CommandSyntax.Prepare;
import dev.culvert.tools.vsctl.CommandSyntax.Run;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Bridge commands; ovs-vsctl(8), "Bridge Commands". */
final class BridgeCommands {
    private static final String EXTERNAL_IDS = "external_ids";
    private static final int MAX_VLAN = 4095;
    /** The exit status of {@code br-exists} for no. */
    private static final int NO = 2;

    private BridgeCommands() {}

    static List<CommandSyntax> syntaxes() {
        Prepare bridges = (command, wanted) -> Bridges.want(wanted);
        Prepare externalIds = (command, wanted) -> {
            Bridges.want(wanted);
            wanted.columns("Bridge", EXTERNAL_IDS).columns("Port", EXTERNAL_IDS);
        };
        Run add = BridgeCommands::add;
        Run delete = BridgeCommands::delete;
        Run list = BridgeCommands::list;
        Run exists = BridgeCommands::exists;
        Run toVlan = context -> context.println(String.valueOf(named(context).vlan()));
        Run toParent = context -> context.println(named(context).real().name());
        Run setId = BridgeCommands::setExternalId;
        Run getId = BridgeCommands::getExternalId;
        String bridge = "BRIDGE";
        return List.of(
                new CommandSyntax(
                        "add-br", 1, 3, "NEW-BRIDGE [PARENT] [NEW-VLAN]", "--may-exist", Mode.WRITE, bridges, add),
                new CommandSyntax("del-br", 1, 1, bridge, "--if-exists", Mode.WRITE, bridges, delete),
                new CommandSyntax("list-br", 0, 0, "", "--real,--fake", Mode.READ, bridges, list),
                new CommandSyntax("br-exists", 1, 1, bridge, "", Mode.READ, bridges, exists),
                new CommandSyntax("br-to-vlan", 1, 1, bridge, "", Mode.READ, bridges, toVlan),
                new CommandSyntax("br-to-parent", 1, 1, bridge, "", Mode.READ, bridges, toParent),
                new CommandSyntax("br-set-external-id", 2, 3, "BRIDGE KEY [VALUE]", "", Mode.WRITE, externalIds, setId),
                new CommandSyntax("br-get-external-id", 1, 2, "BRIDGE [KEY]", "", Mode.READ, externalIds, getId));
    }

    private static Bridge named(Context context) {
        return context.bridges().get(context.command().word(1));
    }

    private static void add(Context context) {
        Command command = context.command();
        String name = command.word(1);
        if (name.isEmpty()) {
            throw new Fatal("bridge name must not be empty string");
        }
        String parent = command.optionalWord(2);
        if (parent != null && command.size() != 4) {
            throw new Fatal("'" + command.word(0) + "' command takes exactly 1 or 3 arguments");
        }
        int vlan = parent == null ? 0 : CNumbers.atoi(command.word(3));
        if (vlan < 0 || vlan > MAX_VLAN) {
            throw new Fatal(command.word(0) + ": vlan must be between 0 and 4095");
        }
        Bridges bridges = context.bridges();
        Bridge existing = command.has("--may-exist") ? bridges.find(name) : null;
        if (existing != null) {
            checkSame(existing, parent, vlan);
            return;
        }
        bridges.checkFree(name, "cannot create a bridge named " + name);
        context.expectInterface(parent == null ? addReal(context, name) : addVlanBridge(context, name, parent, vlan));
        context.forgetBridges();
    }

    private static void checkSame(Bridge bridge, @Nullable String parent, int vlan) {
        String name = bridge.name();
        if (parent == null) {
            if (bridge.parent() != null) {
                throw new Fatal("\"--may-exist add-br " + name + "\" but " + name + " is a VLAN bridge for VLAN "
                        + bridge.vlan());
            }
            return;
        }
        String wanted = "\"--may-exist add-br " + name + " " + parent + " " + vlan + "\" but " + name;
        if (bridge.parent() == null) {
            throw new Fatal(wanted + " is not a VLAN bridge");
        } else if (!bridge.real().name().equals(parent)) {
            throw new Fatal(wanted + " has the wrong parent " + bridge.real().name());
        } else if (bridge.vlan() != vlan) {
            throw new Fatal(wanted + " is a VLAN bridge for the wrong VLAN " + bridge.vlan());
        }
    }

    private static Row insertLocalPort(Transaction transaction, String name, Row iface) {
        transaction.write(iface, "name", Datum.of(Atom.of(name)));
        transaction.write(iface, "type", Datum.of(Atom.of("internal")));
        Row port = transaction.insert("Port");
        transaction.write(port, "name", Datum.of(Atom.of(name)));
        transaction.write(port, "interfaces", Datum.of(Atom.of(iface.uuid())));
        return port;
    }

    private static Row addReal(Context context, String name) {
        Transaction transaction = context.transaction();
        Row iface = transaction.insert("Interface");
        Row port = insertLocalPort(transaction, name, iface);
        Row bridge = transaction.insert("Bridge");
        transaction.write(bridge, "name", Datum.of(Atom.of(name)));
        transaction.write(bridge, "ports", Datum.of(Atom.of(port.uuid())));
        Row root = context.root();
        transaction.write(root, "bridges", Datums.union(root.get("bridges"), Datum.of(Atom.of(bridge.uuid()))));
        return iface;
    }

    private static Row addVlanBridge(Context context, String name, String parentName, int vlan) {
        Bridge parent = context.bridges().find(parentName);
        if (parent != null && parent.parent() != null) {
            throw new Fatal("cannot create bridge with fake bridge as parent");
        }
        if (parent == null) {
            throw new Fatal("parent bridge " + parentName + " does not exist");
        }
        Bridge conflict = parent.child(vlan);
        if (conflict != null) {
            throw new Fatal("bridge " + parentName + " already has a child VLAN bridge " + conflict.name() + " on VLAN "
                    + vlan);
        }
        Transaction transaction = context.transaction();
        Row iface = transaction.insert("Interface");
        Row port = insertLocalPort(transaction, name, iface);
        transaction.write(port, "fake_bridge", Datum.of(Atom.of(true)));
        transaction.write(port, "tag", Datum.of(Atom.of((long) vlan)));
        insertPort(transaction, parent.row(), port);
        return iface;
    }

    /** Puts a port among a bridge's. */
    static void insertPort(Transaction transaction, Row bridge, Row port) {
        transaction.include(bridge, "ports", Atom.of(port.uuid()));
    }

    /** Takes a port out of its bridge and deletes it with its interfaces. */
    static void deletePort(Context context, Port port) {
        Transaction transaction = context.transaction();
        Row bridge = port.bridge().row();
        transaction.exclude(bridge, "ports", Atom.of(port.row().uuid()));
        context.bridges().forget(port);
        port.interfaces().forEach(iface -> transaction.delete(iface.row()));
        transaction.delete(port.row());
    }

    private static void delete(Context context) {
        String name = context.command().word(1);
        Bridges bridges = context.bridges();
        Bridge bridge = context.command().has("--if-exists") ? bridges.find(name) : bridges.get(name);
        if (bridge != null) {
            delete(context, bridge);
        }
    }

    private static void delete(Context context, Bridge bridge) {
        bridge.children().forEach(child -> delete(context, child));
        bridge.ports().forEach(port -> deletePort(context, port));
        context.bridges().forget(bridge);
        Row row = bridge.own();
        if (row == null) {
            return;
        }
        Transaction transaction = context.transaction();
        // These rows live without references, and would keep the bridge from going.
        for (Row set : context.replica().rows("Flow_Sample_Collector_Set")) {
            if (set.references("bridge").contains(row.uuid())) {
                transaction.delete(set);
            }
        }
        transaction.delete(row);
        Row root = context.root();
        transaction.write(root, "bridges", Datums.subtract(root.get("bridges"), Datum.of(Atom.of(row.uuid()))));
    }

    private static void list(Context context) {
        boolean real = context.command().has("--real");
        boolean fake = context.command().has("--fake");
        context.printSorted(context.bridges().bridges().stream()
                .filter(bridge -> real == fake || (bridge.parent() == null ? real : fake))
                .map(Bridge::name)
                .toList());
    }

    private static void exists(Context context) {
        if (context.bridges().find(context.command().word(1)) == null) {
            throw Fatal.exit(NO);
        }
    }

    /** The row that has a bridge's external IDs: for a VLAN bridge that of its port. */
    private static Row rowWithIds(Context context, Bridge bridge) {
        Row own = bridge.own();
        return own == null ? context.bridges().localPort(bridge).row() : own;
    }

    /** What stands before the keys of a VLAN bridge's external IDs. */
    private static String prefix(Bridge bridge) {
        return bridge.own() == null ? "fake-bridge-" : "";
    }

    private static void setExternalId(Context context) {
        Bridge bridge = named(context);
        Row row = rowWithIds(context, bridge);
        Atom key = Atom.of(prefix(bridge) + context.command().word(2));
        String value = context.command().optionalWord(3);
        Datum others = Datums.subtract(row.get(EXTERNAL_IDS), Datum.of(key));
        context.transaction().verify(row, EXTERNAL_IDS);
        context.transaction()
                .write(
                        row,
                        EXTERNAL_IDS,
                        value == null ? others : Datums.union(others, Datum.pair(key, Atom.of(value))));
    }

    private static void getExternalId(Context context) {
        Bridge bridge = named(context);
        Row row = rowWithIds(context, bridge);
        context.transaction().verify(row, EXTERNAL_IDS);
        Datum ids = row.get(EXTERNAL_IDS);
        String prefix = prefix(bridge);
        String wanted = context.command().optionalWord(2);
        for (int i = 0; i < ids.size(); i++) {
            String key = Row.string(ids.key(i));
            String value = Row.string(ids.value(i));
            if (wanted == null && key.startsWith(prefix)) {
                context.println(key.substring(prefix.length()) + "=" + value);
            } else if (wanted != null && key.equals(prefix + wanted)) {
                context.println(value);
            }
        }
    }
}
