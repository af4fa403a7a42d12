package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.stream.StreamAddress;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.tools.vsctl.CommandSyntax.Prepare;
import dev.culvert.tools.vsctl.CommandSyntax.Run;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** Whom a bridge obeys, and who may manage the database; ovs-vsctl(8), "OpenFlow Controller Connectivity", "Manager Connectivity". */
final class ControllerCommands {
    private static final String CONTROLLER = "Controller";
    private static final String MANAGER = "Manager";
    private static final String FAIL_MODE = "fail_mode";

    private ControllerCommands() {}

    static List<CommandSyntax> syntaxes() {
        Prepare bridges = (command, wanted) -> Bridges.want(wanted);
        Prepare controllers = (command, wanted) -> {
            Bridges.want(wanted);
            wanted.columns(CONTROLLER, "target", "inactivity_probe");
        };
        Prepare managers = (command, wanted) ->
                wanted.columns("Open_vSwitch", "manager_options").columns(MANAGER, "target", "inactivity_probe");
        Run getController = ControllerCommands::getController;
        Run deleteController = context -> deleteAll(context, realBridge(context), "controller");
        Run setController = ControllerCommands::setController;
        Run getFailMode = ControllerCommands::getFailMode;
        Run deleteFailMode = context -> context.transaction().write(realBridge(context), FAIL_MODE, Datum.EMPTY);
        Run setFailMode = ControllerCommands::setFailMode;
        Run getManager = ControllerCommands::getManager;
        Run deleteManager = context -> deleteAll(context, context.root(), "manager_options");
        Run setManager = ControllerCommands::setManager;
        int any = CommandSyntax.UNLIMITED;
        String bridge = "BRIDGE";
        String probe = "--inactivity-probe=";
        return List.of(
                new CommandSyntax("get-controller", 1, 1, bridge, "", Mode.READ, controllers, getController),
                new CommandSyntax("del-controller", 1, 1, bridge, "", Mode.WRITE, controllers, deleteController),
                new CommandSyntax(
                        "set-controller", 1, any, "BRIDGE TARGET...", probe, Mode.WRITE, controllers, setController),
                new CommandSyntax("get-fail-mode", 1, 1, bridge, "", Mode.READ, bridges, getFailMode),
                new CommandSyntax("del-fail-mode", 1, 1, bridge, "", Mode.WRITE, bridges, deleteFailMode),
                new CommandSyntax("set-fail-mode", 2, 2, "BRIDGE MODE", "", Mode.WRITE, bridges, setFailMode),
                new CommandSyntax("get-manager", 0, 0, "", "", Mode.READ, managers, getManager),
                new CommandSyntax("del-manager", 0, 0, "", "", Mode.WRITE, managers, deleteManager),
                new CommandSyntax("set-manager", 1, any, "TARGET...", probe, Mode.WRITE, managers, setManager));
    }

    private static Row realBridge(Context context) {
        return context.bridges().getReal(context.command().word(1)).row();
    }

    private static Row bridge(Context context) {
        return context.bridges().get(context.command().word(1)).row();
    }

    /** The rows that the column refers to; the transaction fails if they, or their targets, change. */
    private static List<Row> verified(Context context, Row from, String column) {
        context.transaction().verify(from, column);
        List<Row> rows = context.replica().rows(from, column);
        rows.forEach(row -> context.transaction().verify(row, "target"));
        return rows;
    }

    private static String target(Row row) {
        String target = row.text("target");
        return target == null ? "" : target;
    }

    private static void deleteAll(Context context, Row from, String column) {
        verified(context, from, column).forEach(context.transaction()::delete);
        context.transaction().write(from, column, Datum.EMPTY);
    }

    private static List<UUID> insertAll(Context context, String table, List<String> targets) {
        Transaction transaction = context.transaction();
        String probe = context.command().argument("--inactivity-probe");
        List<UUID> uuids = new ArrayList<>();
        for (String target : targets) {
            if (!StreamAddress.isActive(target) && !StreamAddress.isPassive(target)) {
                context.log().warn(Log.VSCTL, "target type \"" + target + "\" is possibly erroneous");
            }
            Row row = transaction.insert(table);
            transaction.write(row, "target", Datum.of(Atom.of(target)));
            if (probe != null) {
                transaction.write(
                        row,
                        "inactivity_probe",
                        Datum.of(Atom.of(CNumbers.strtoll(probe).value())));
            }
            uuids.add(row.uuid());
        }
        return uuids;
    }

    private static void getController(Context context) {
        context.printSorted(verified(context, bridge(context), "controller").stream()
                .map(ControllerCommands::target)
                .toList());
    }

    private static void setController(Context context) {
        Row bridge = realBridge(context);
        verified(context, bridge, "controller").forEach(context.transaction()::delete);
        List<UUID> controllers =
                insertAll(context, CONTROLLER, context.command().wordsFrom(2));
        context.transaction().write(bridge, "controller", Datum.uuids(controllers));
    }

    private static void getFailMode(Context context) {
        Row bridge = bridge(context);
        context.transaction().verify(bridge, FAIL_MODE);
        String mode = bridge.text(FAIL_MODE);
        if (mode != null && !mode.isEmpty()) {
            context.println(mode);
        }
    }

    private static void setFailMode(Context context) {
        Row bridge = realBridge(context);
        String mode = context.command().word(2);
        if (!mode.equals("standalone") && !mode.equals("secure")) {
            throw new Fatal("fail-mode must be \"standalone\" or \"secure\"");
        }
        context.transaction().write(bridge, FAIL_MODE, Datum.of(Atom.of(mode)));
    }

    private static void getManager(Context context) {
        context.printSorted(verified(context, context.root(), "manager_options").stream()
                .map(ControllerCommands::target)
                .distinct()
                .toList());
    }

    private static void setManager(Context context) {
        deleteAll(context, context.root(), "manager_options");
        List<UUID> managers = insertAll(context, MANAGER, context.command().wordsFrom(1));
        context.transaction().write(context.root(), "manager_options", Datum.uuids(managers));
    }
}
