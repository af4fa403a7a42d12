package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** {@code show}: the configuration as a tree; ovs-vsctl(8). */
final class ShowCommand {
    /**
     * What is shown of a table's rows.
     *
     * @param name the column by which a row is introduced; empty for its UUID
     * @param columns the columns shown below that, in order; references are followed
     */
    private record Shown(String name, List<String> columns) {}

    private static final String ROOT = "Open_vSwitch";
    private static final int INDENT = 4;
    private static final Map<String, Shown> TABLES = Map.of(
            ROOT,
            new Shown("", List.of("manager_options", "bridges", "ovs_version")),
            "Bridge",
            new Shown("name", List.of("controller", "fail_mode", "datapath_type", "ports")),
            "Port",
            new Shown("name", List.of("tag", "trunks", "interfaces")),
            "Interface",
            new Shown("name", List.of("type", "options", "error", "bfd_status")),
            "Controller",
            new Shown("target", List.of("is_connected")),
            "Manager",
            new Shown("target", List.of("is_connected")));

    private final Context context;
    private final Set<String> open = new HashSet<>();

    private ShowCommand(Context context) {
        this.context = context;
    }

    static CommandSyntax syntax() {
        return new CommandSyntax("show", 0, 0, "", "", Mode.READ, (command, wanted) -> want(wanted), ShowCommand::show);
    }

    private static void want(WantedColumns wanted) {
        TABLES.forEach((table, shown) -> {
            wanted.columns(table, shown.columns());
            if (!shown.name().isEmpty()) {
                wanted.columns(table, shown.name());
            }
        });
    }

    private static void show(Context context) {
        ShowCommand command = new ShowCommand(context);
        context.replica().rows(ROOT).forEach(row -> command.show(row, 0));
    }

    private void show(Row row, int level) {
        String table = row.table().name();
        Shown shown = TABLES.get(table);
        if (shown == null) {
            return;
        }
        if (shown.name().isEmpty()) {
            line(level, row.uuid().toString());
        } else {
            line(level, table + " " + text(row, Names.known(row.table(), shown.name())));
        }
        // No table within itself, or a loop of references would have no end.
        if (!open.add(table)) {
            return;
        }
        for (String name : shown.columns()) {
            ColumnSchema column = Names.known(row.table(), name);
            String referred = Replica.referredTable(column.type());
            if (referred != null) {
                for (UUID uuid : row.references(name)) {
                    Row target = context.replica().row(referred, uuid);
                    if (target != null) {
                        show(target, level + 1);
                    }
                }
            } else if (!row.get(column).equals(column.type().defaultDatum())) {
                line(level + 1, name + ": " + text(row, column));
            }
        }
        open.remove(table);
    }

    private static String text(Row row, ColumnSchema column) {
        Datum datum = row.get(column);
        return datum.toText(column.type());
    }

    private void line(int level, String text) {
        context.output().repeat(' ', level * INDENT).append(text).append('\n');
    }
}
