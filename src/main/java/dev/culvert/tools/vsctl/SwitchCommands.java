package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.tools.vsctl.CommandSyntax.Prepare;
import dev.culvert.tools.vsctl.CommandSyntax.Run;
import java.util.List;

/** Commands for the switch as a whole: {@code init}, {@code emer-reset}, and its TLS keys; ovs-vsctl(8). */
final class SwitchCommands {
    private static final String ROOT = "Open_vSwitch";
    private static final String OTHER_CONFIG = "other_config";
    private static final String FAIL_MODE = "fail_mode";
    private static final List<String> KEYS = List.of("private_key", "certificate", "ca_cert");
    private static final String BOOTSTRAP = "bootstrap_ca_cert";

    private SwitchCommands() {}

    static List<CommandSyntax> syntaxes() {
        Prepare getSsl = (command, wanted) ->
                wanted.columns(ROOT, "ssl").columns("SSL", KEYS).columns("SSL", BOOTSTRAP);
        Prepare ssl = (command, wanted) -> wanted.columns(ROOT, "ssl");
        Run printSsl = SwitchCommands::getSsl;
        Run deleteSsl = SwitchCommands::deleteSsl;
        Run setSsl = SwitchCommands::setSsl;
        Prepare all = (command, wanted) -> wantForReset(wanted);
        Run reset = SwitchCommands::reset;
        return List.of(
                // A run without any row in Open_vSwitch makes one, so there is nothing left to do.
                new CommandSyntax("init", 0, 0, "", "", Mode.WRITE, Prepare.NOTHING, Run.NOTHING),
                new CommandSyntax("get-ssl", 0, 0, "", "", Mode.READ, getSsl, printSsl),
                new CommandSyntax("del-ssl", 0, 0, "", "", Mode.WRITE, ssl, deleteSsl),
                new CommandSyntax(
                        "set-ssl", 3, 3, "PRIVATE-KEY CERTIFICATE CA-CERT", "--bootstrap", Mode.WRITE, ssl, setSsl),
                new CommandSyntax("emer-reset", 0, 0, "", "", Mode.WRITE, all, reset));
    }

    private static void getSsl(Context context) {
        context.transaction().verify(context.root(), "ssl");
        for (Row row : context.replica().rows(context.root(), "ssl")) {
            KEYS.forEach(column -> context.transaction().verify(row, column));
            context.transaction().verify(row, BOOTSTRAP);
            context.println("Private key: " + row.text("private_key"));
            context.println("Certificate: " + row.text("certificate"));
            context.println("CA Certificate: " + row.text("ca_cert"));
            context.println("Bootstrap: " + row.flag(BOOTSTRAP));
        }
    }

    private static void deleteSsl(Context context) {
        List<Row> rows = context.replica().rows(context.root(), "ssl");
        if (!rows.isEmpty()) {
            context.transaction().verify(context.root(), "ssl");
            rows.forEach(context.transaction()::delete);
            context.transaction().write(context.root(), "ssl", Datum.EMPTY);
        }
    }

    private static void setSsl(Context context) {
        Transaction transaction = context.transaction();
        transaction.verify(context.root(), "ssl");
        context.replica().rows(context.root(), "ssl").forEach(transaction::delete);
        Row row = transaction.insert("SSL");
        for (int i = 0; i < KEYS.size(); i++) {
            transaction.write(
                    row, KEYS.get(i), Datum.of(Atom.of(context.command().word(i + 1))));
        }
        boolean bootstrap = context.command().has("--bootstrap");
        transaction.write(row, BOOTSTRAP, Datum.of(Atom.of(bootstrap)));
        transaction.write(context.root(), "ssl", Datum.of(Atom.of(row.uuid())));
    }

    private static void wantForReset(WantedColumns wanted) {
        wanted.columns(ROOT, "manager_options", "ssl")
                .columns("Bridge", "controller", FAIL_MODE, "mirrors", "netflow", "sflow", "ipfix")
                .columns("Bridge", "flood_vlans", OTHER_CONFIG)
                .columns("Port", OTHER_CONFIG)
                .columns("Interface", "ingress_policing_rate", "ingress_policing_burst");
    }

    private static void reset(Context context) {
        Transaction transaction = context.transaction();
        Replica replica = context.replica();
        transaction.write(context.root(), "manager_options", Datum.EMPTY);
        transaction.write(context.root(), "ssl", Datum.EMPTY);
        for (Row bridge : replica.rows("Bridge")) {
            for (String column :
                    List.of("controller", FAIL_MODE, "mirrors", "netflow", "sflow", "ipfix", "flood_vlans")) {
                transaction.write(bridge, column, Datum.EMPTY);
            }
            // The bridge's MAC address is its identity rather than its configuration.
            Atom hwaddr = Atom.of("hwaddr");
            Atom address = bridge.get(OTHER_CONFIG).get(hwaddr);
            transaction.write(bridge, OTHER_CONFIG, address == null ? Datum.EMPTY : Datum.pair(hwaddr, address));
        }
        replica.rows("Port").forEach(port -> transaction.write(port, OTHER_CONFIG, Datum.EMPTY));
        for (Row iface : replica.rows("Interface")) {
            transaction.write(iface, "ingress_policing_rate", Datum.of(Atom.of(0L)));
            transaction.write(iface, "ingress_policing_burst", Datum.of(Atom.of(0L)));
        }
        // Of these, the ones that this run knows: other commands of the line may have asked for them.
        for (String table : List.of(
                "Mirror", "Controller", "Manager", "NetFlow", "SSL", "sFlow", "IPFIX", "Flow_Sample_Collector_Set")) {
            replica.rows(table).forEach(transaction::delete);
        }
        context.forgetBridges();
    }
}
