package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.tools.vsctl.CommandSyntax.Prepare;
import dev.culvert.tools.vsctl.CommandSyntax.Run;
import java.util.List;

/** The mappings from I-SIDs to VLANs that Auto Attach announces; ovs-vsctl(8), "Auto Attach Commands". */
final class AutoAttachCommands {
    private static final String AUTO_ATTACH = "auto_attach";
    private static final String MAPPINGS = "mappings";

    private AutoAttachCommands() {}

    static List<CommandSyntax> syntaxes() {
        Prepare mappings = (command, wanted) -> {
            Bridges.want(wanted);
            wanted.columns("Bridge", AUTO_ATTACH).columns("AutoAttach", MAPPINGS);
        };
        Run add = AutoAttachCommands::add;
        Run delete = AutoAttachCommands::delete;
        Run get = AutoAttachCommands::get;
        String mapping = "BRIDGE ARG ARG";
        return List.of(
                new CommandSyntax("add-aa-mapping", 3, 3, mapping, "", Mode.WRITE, mappings, add),
                new CommandSyntax("del-aa-mapping", 3, 3, mapping, "", Mode.WRITE, mappings, delete),
                new CommandSyntax("get-aa-mapping", 1, 1, "BRIDGE", "", Mode.READ, mappings, get));
    }

    private static Atom number(String text) {
        CNumbers.Prefix number = CNumbers.strtoll(text);
        if (number.end() == 0) {
            throw new Fatal("Invalid argument " + text);
        }
        return Atom.of(number.value());
    }

    private static Row bridge(Context context) {
        return context.bridges().get(context.command().word(1)).row();
    }

    private static void add(Context context) {
        Atom isid = number(context.command().word(2));
        Atom vlan = number(context.command().word(3));
        Row bridge = bridge(context);
        Transaction transaction = context.transaction();
        List<Row> rows = context.replica().rows(bridge, AUTO_ATTACH);
        Row row;
        if (rows.isEmpty()) {
            row = transaction.insert("AutoAttach");
            transaction.write(bridge, AUTO_ATTACH, Datum.of(Atom.of(row.uuid())));
        } else {
            row = rows.getFirst();
        }
        Datum mappings = row.get(MAPPINGS);
        Atom present = mappings.get(isid);
        // An I-SID has one VLAN; of two, the lower one stays.
        Datum others = Datums.subtract(mappings, Datum.of(isid));
        Atom lower = present != null && present.compareTo(vlan) < 0 ? present : vlan;
        transaction.write(row, MAPPINGS, Datums.union(others, Datum.pair(isid, lower)));
    }

    private static void delete(Context context) {
        Atom isid = number(context.command().word(2));
        Atom vlan = number(context.command().word(3));
        for (Row row : context.replica().rows(bridge(context), AUTO_ATTACH)) {
            Datum mappings = row.get(MAPPINGS);
            if (vlan.equals(mappings.get(isid))) {
                // Other I-SIDs on the same VLAN go as well.
                Datum rest = Datums.keepIf(
                        mappings,
                        i -> !mappings.key(i).equals(isid) && !mappings.value(i).equals(vlan));
                context.transaction().write(row, MAPPINGS, rest);
            }
        }
    }

    private static void get(Context context) {
        Row bridge = bridge(context);
        context.transaction().verify(bridge, AUTO_ATTACH);
        for (Row row : context.replica().rows(bridge, AUTO_ATTACH)) {
            context.transaction().verify(row, MAPPINGS);
            Datum mappings = row.get(MAPPINGS);
            for (int i = 0; i < mappings.size(); i++) {
                context.println(
                        mappings.key(i).toText() + " " + mappings.value(i).toText());
            }
        }
    }
}
