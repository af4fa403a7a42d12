package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.tools.vsctl.Bridges.Bridge;
import dev.culvert.tools.vsctl.Bridges.Interface;
import dev.culvert.tools.vsctl.Bridges.Port;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.tools.vsctl.CommandSyntax.Prepare;
import dev.culvert.tools.vsctl.CommandSyntax.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Port, bond and interface commands; ovs-vsctl(8), "Port Commands", "Bond Commands", "Interface Commands". */
final class PortCommands {
    private static final String MAY_EXIST = "--may-exist";
    private static final String IF_EXISTS = "--if-exists";

    private PortCommands() {}

    static List<CommandSyntax> syntaxes() {
        Prepare bridges = (command, wanted) -> Bridges.want(wanted);
        Run listPorts = PortCommands::listPorts;
        Run addPort = PortCommands::addPort;
        Run deletePort = PortCommands::deletePort;
        Run portToBridge = context -> context.println(
                context.bridges().getPort(context.command().word(1)).bridge().name());
        Run addBond = PortCommands::addBond;
        Run addBondInterface = PortCommands::addBondInterface;
        Run deleteBondInterface = PortCommands::deleteBondInterface;
        Run listInterfaces = PortCommands::listInterfaces;
        Run interfaceToBridge = context -> context.println(context.bridges()
                .getInterface(context.command().word(1))
                .port()
                .bridge()
                .name());
        int any = CommandSyntax.UNLIMITED;
        String newPort = "BRIDGE NEW-PORT [COLUMN[:KEY]=VALUE]...";
        String bond = "BRIDGE BOND IFACE... [COLUMN[:KEY]=VALUE]...";
        String delete = "--if-exists,--with-iface";
        String fake = "--may-exist,--fake-iface";
        return List.of(
                new CommandSyntax("list-ports", 1, 1, "BRIDGE", "", Mode.READ, bridges, listPorts),
                new CommandSyntax("add-port", 2, any, newPort, MAY_EXIST, Mode.WRITE, bridges, addPort),
                new CommandSyntax("del-port", 1, 2, "[BRIDGE] PORT|IFACE", delete, Mode.WRITE, bridges, deletePort),
                new CommandSyntax("port-to-br", 1, 1, "PORT", "", Mode.READ, bridges, portToBridge),
                new CommandSyntax("add-bond", 4, any, bond, fake, Mode.WRITE, bridges, addBond),
                new CommandSyntax(
                        "add-bond-iface", 2, 2, "BOND IFACE", MAY_EXIST, Mode.WRITE, bridges, addBondInterface),
                new CommandSyntax(
                        "del-bond-iface", 1, 2, "[BOND] IFACE", IF_EXISTS, Mode.WRITE, bridges, deleteBondInterface),
                new CommandSyntax("list-ifaces", 1, 1, "BRIDGE", "", Mode.READ, bridges, listInterfaces),
                new CommandSyntax("iface-to-br", 1, 1, "IFACE", "", Mode.READ, bridges, interfaceToBridge));
    }

    private static void listPorts(Context context) {
        Bridge bridge = context.bridges().get(context.command().word(1));
        context.transaction().verify(bridge.row(), "ports");
        context.printSorted(bridge.ports().stream()
                .map(Port::name)
                .filter(name -> !name.equals(bridge.name()))
                .toList());
    }

    private static void listInterfaces(Context context) {
        Bridge bridge = context.bridges().get(context.command().word(1));
        context.bridges().verifyPorts();
        context.printSorted(bridge.ports().stream()
                .flatMap(port -> port.interfaces().stream())
                .map(Interface::name)
                .filter(name -> !name.equals(bridge.name()))
                .toList());
    }

    private static void addPort(Context context) {
        Command command = context.command();
        addPort(context, List.of(command.word(2)), command.wordsFrom(3));
    }

    private static void addBond(Context context) {
        List<String> words = context.command().wordsFrom(3);
        int n = 0;
        while (n < words.size() && words.get(n).indexOf('=') < 0) {
            n++;
        }
        if (n < 2) {
            throw new Fatal("add-bond requires at least 2 interfaces, but only " + n + " were specified");
        }
        addPort(context, words.subList(0, n), words.subList(n, words.size()));
    }

    private static void addPort(Context context, List<String> interfaceNames, List<String> settings) {
        Command command = context.command();
        String bridgeName = command.word(1);
        String name = command.word(2);
        if (name.isEmpty()) {
            throw new Fatal("port name must not be empty string");
        }
        if (interfaceNames.contains("")) {
            throw new Fatal("interface name must not be empty string");
        }
        Bridges bridges = context.bridges();
        Port existing = command.has(MAY_EXIST) ? bridges.findPort(name) : null;
        if (existing != null) {
            checkSame(context, existing, bridgeName, interfaceNames);
            return;
        }
        bridges.checkFree(name, "cannot create a port named " + name);
        for (String iface : interfaceNames) {
            bridges.checkFree(iface, "cannot create an interface named " + iface);
        }
        Bridge bridge = bridges.get(bridgeName);
        List<Row> interfaces = new ArrayList<>();
        interfaceNames.forEach(iface -> interfaces.add(insertInterface(context, iface)));
        Row port = insertPort(context, bridge, name, interfaces);
        settings.forEach(setting -> ModifyCommands.assign(context, port, setting, false));
        BridgeCommands.insertPort(context.transaction(), bridge.row(), port);
        Port added = bridges.addPort(bridge, port);
        interfaces.forEach(iface -> bridges.addInterface(added, iface));
    }

    private static void checkSame(Context context, Port port, String bridge, List<String> interfaces) {
        String but = "\"" + context.command().quoted() + "\" but " + port.name();
        if (!port.bridge().name().equals(bridge)) {
            throw new Fatal(
                    but + " is actually attached to bridge " + port.bridge().name());
        }
        List<String> have = context.replica().rows(port.row(), "interfaces").stream()
                .map(Row::name)
                .sorted(Utf8.ORDER)
                .toList();
        if (!have.equals(interfaces.stream().sorted(Utf8.ORDER).toList())) {
            throw new Fatal(but + " actually has interface(s) " + String.join(", ", have));
        }
    }

    private static Row insertInterface(Context context, String name) {
        Row iface = context.transaction().insert("Interface");
        context.transaction().write(iface, "name", Datum.of(Atom.of(name)));
        context.expectInterface(iface);
        return iface;
    }

    private static Row insertPort(Context context, Bridge bridge, String name, List<Row> interfaces) {
        Transaction transaction = context.transaction();
        Row port = transaction.insert("Port");
        transaction.write(port, "name", Datum.of(Atom.of(name)));
        List<UUID> uuids = interfaces.stream().map(Row::uuid).toList();
        transaction.write(port, "interfaces", Datum.uuids(uuids));
        boolean fakeInterface = context.command().has("--fake-iface");
        transaction.write(port, "bond_fake_iface", Datum.of(Atom.of(fakeInterface)));
        if (bridge.parent() != null) {
            transaction.write(port, "tag", Datum.of(Atom.of((long) bridge.vlan())));
        }
        return port;
    }

    private static void addBondInterface(Context context) {
        Command command = context.command();
        Bridges bridges = context.bridges();
        Port port = bridges.getPort(command.word(1));
        String name = command.word(2);
        Interface existing = command.has(MAY_EXIST) ? bridges.findInterface(name) : null;
        if (existing != null) {
            if (existing.port().row() != port.row()) {
                throw new Fatal("\"" + command.quoted() + "\" but " + name + " is actually attached to port "
                        + existing.port().name());
            }
            return;
        }
        bridges.checkFree(name, "cannot create an interface named " + name);
        Row iface = insertInterface(context, name);
        context.transaction().put(port.row(), "interfaces", Datum.of(Atom.of(iface.uuid())));
        bridges.addInterface(port, iface);
    }

    private static void deleteBondInterface(Context context) {
        Command command = context.command();
        Bridges bridges = context.bridges();
        String name = command.lastWord();
        Interface iface = command.has(IF_EXISTS) ? bridges.findInterface(name) : bridges.getInterface(name);
        if (iface == null) {
            return;
        }
        if (command.size() > 2) {
            String portName = command.word(1);
            if (bridges.getPort(portName).row() != iface.port().row()) {
                throw new Fatal("port " + portName + " does not have an interface " + name);
            }
        }
        if (iface.port().interfaces().size() < 2) {
            throw new Fatal(
                    "cannot delete last interface from port " + iface.port().name());
        }
        context.transaction()
                .take(
                        iface.port().row(),
                        "interfaces",
                        Datum.of(Atom.of(iface.row().uuid())));
        bridges.forget(iface);
        context.transaction().delete(iface.row());
    }

    private static void deletePort(Context context) {
        Command command = context.command();
        Bridges bridges = context.bridges();
        boolean mustExist = !command.has(IF_EXISTS);
        String target = command.lastWord();
        if (bridges.find(target) != null) {
            if (mustExist) {
                throw new Fatal("cannot delete port " + target + " because it is the local port for bridge " + target
                        + " (deleting this port requires deleting the entire bridge)");
            }
            return;
        }
        Port port = bridges.findPort(target);
        if (port == null && command.has("--with-iface")) {
            Interface iface = bridges.findInterface(target);
            port = iface == null ? null : iface.port();
        }
        if (port == null) {
            if (mustExist) {
                throw new Fatal(
                        (command.has("--with-iface") ? "no port or interface named " : "no port named ") + target);
            }
            return;
        }
        if (command.size() == 3) {
            checkBridge(bridges.get(command.word(1)), port, command);
        }
        BridgeCommands.deletePort(context, port);
    }

    private static void checkBridge(Bridge bridge, Port port, Command command) {
        if (port.bridge() == bridge) {
            return;
        }
        String hasNot = "bridge " + command.word(1) + " does not have a port " + command.word(2);
        boolean inChild = port.bridge().parent() == bridge;
        throw new Fatal(
                inChild
                        ? hasNot + " (although its child bridge "
                                + port.bridge().name() + " does)"
                        : hasNot);
    }
}
