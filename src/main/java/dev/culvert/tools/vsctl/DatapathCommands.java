package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import dev.culvert.tools.vsctl.CommandSyntax.Prepare;
import dev.culvert.tools.vsctl.CommandSyntax.Run;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Commands for a datapath's zones and capabilities; ovs-vsctl(8), "Conntrack Zone Commands", "Datapath Capabilities Command". */
final class DatapathCommands {
    private static final String ZONE_PREFIX = "zone=";
    private static final String ZONES = "ct_zones";
    private static final String POLICY = "timeout_policy";
    private static final String TIMEOUTS = "timeouts";
    private static final String POLICIES = "CT_Timeout_Policy";

    private DatapathCommands() {}

    static List<CommandSyntax> syntaxes() {
        Prepare zones = (command, wanted) -> wanted.columns("Open_vSwitch", "datapaths")
                .columns("Datapath", ZONES)
                .columns("CT_Zone", POLICY)
                .columns(POLICIES, TIMEOUTS);
        Prepare capabilities =
                (command, wanted) -> wanted.columns("Open_vSwitch", "datapaths").columns("Datapath", "capabilities");
        Run add = DatapathCommands::addZone;
        Run delete = DatapathCommands::deleteZone;
        Run list = DatapathCommands::listZones;
        Run listCapabilities = DatapathCommands::listCapabilities;
        int any = CommandSyntax.UNLIMITED;
        return List.of(
                new CommandSyntax("add-zone-tp", 3, any, "", "--may-exist", Mode.WRITE, zones, add),
                new CommandSyntax("del-zone-tp", 2, 2, "", "--if-exists", Mode.WRITE, zones, delete),
                new CommandSyntax("list-zone-tp", 1, 1, "", "", Mode.READ, zones, list),
                new CommandSyntax("list-dp-cap", 1, 1, "", "", Mode.READ, capabilities, listCapabilities));
    }

    private static Row datapath(Context context, String complaint) {
        Row datapath = referred(
                context, context.root(), "datapaths", Atom.of(context.command().word(1)));
        if (datapath == null) {
            throw new Fatal(complaint);
        }
        return datapath;
    }

    private static Row datapath(Context context) {
        return datapath(context, "datapath " + context.command().word(1) + " does not exist");
    }

    /** The row that a map of references has for a key, or null. */
    private static @Nullable Row referred(Context context, Row from, String column, Atom key) {
        Atom reference = from.get(column).get(key);
        if (!(reference instanceof Atom.OfUuid(var uuid))) {
            return null;
        }
        String table = Replica.referredTable(Names.known(from.table(), column).type());
        return table == null ? null : context.replica().row(table, uuid);
    }

    /** The number after {@code zone=}, decimal, or octal or hexadecimal by its prefix; what follows it is passed over. */
    private static long zone(String argument) {
        int at = ZONE_PREFIX.length();
        if (argument.startsWith(ZONE_PREFIX) && argument.length() > at) {
            boolean hexadecimal = argument.startsWith("0x", at) || argument.startsWith("0X", at);
            int radix = hexadecimal ? 16 : argument.charAt(at) == '0' ? 8 : 10;
            int start = hexadecimal ? at + 2 : at;
            int end = start;
            while (end < argument.length() && Character.digit(argument.charAt(end), radix) >= 0 && end - start < 15) {
                end++;
            }
            if (end > start) {
                return Long.parseLong(argument, start, end, radix);
            }
        }
        throw new Fatal("invalid zone argument, " + argument);
    }

    private static void addZone(Context context) {
        Command command = context.command();
        Row datapath = datapath(context);
        Atom zone = Atom.of(zone(command.word(2)));
        Row row = referred(context, datapath, ZONES, zone);
        if (row != null && !command.has("--may-exist")) {
            throw new Fatal("zone id " + zone.toText() + " already exists");
        }
        Row policy = policy(context, command.wordsFrom(3));
        Transaction transaction = context.transaction();
        if (row != null) {
            transaction.write(row, POLICY, Datum.of(Atom.of(policy.uuid())));
        } else {
            Row added = transaction.insert("CT_Zone");
            transaction.write(added, POLICY, Datum.of(Atom.of(policy.uuid())));
            transaction.put(datapath, Names.known(datapath.table(), ZONES), Datum.pair(zone, Atom.of(added.uuid())));
        }
    }

    /** The policy of these timeouts: one that is there already, or a new one. */
    private static Row policy(Context context, List<String> settings) {
        Map<Atom, Atom> timeouts = new HashMap<>();
        for (String setting : settings) {
            int end = 0;
            while (end < setting.length() && ":=(, \t\r\n".indexOf(setting.charAt(end)) < 0) {
                end++;
            }
            String value = end < setting.length() ? setting.substring(end + 1) : "";
            Atom timeout = Atom.of((long) CNumbers.atoi(value));
            // Of two timeouts for one event the shorter stays.
            timeouts.merge(Atom.of(setting.substring(0, end)), timeout, (a, b) -> a.compareTo(b) < 0 ? a : b);
        }
        Datum wanted = Datum.map(timeouts);
        for (Row row : context.replica().rows(POLICIES)) {
            if (row.get(TIMEOUTS).equals(wanted)) {
                return row;
            }
        }
        Row row = context.transaction().insert(POLICIES);
        context.transaction().write(row, TIMEOUTS, wanted);
        return row;
    }

    private static void deleteZone(Context context) {
        Row datapath = datapath(context);
        Atom zone = Atom.of(zone(context.command().word(2)));
        if (referred(context, datapath, ZONES, zone) != null) {
            context.transaction().take(datapath, ZONES, Datum.of(zone));
        } else if (!context.command().has("--if-exists")) {
            throw new Fatal("zone id " + zone.toText() + " does not exist");
        }
    }

    private static void listZones(Context context) {
        Row datapath = datapath(context, "datapath: " + context.command().word(1) + " record not found");
        for (Atom zone : datapath.get(ZONES).keys()) {
            Row row = referred(context, datapath, ZONES, zone);
            List<Row> policies = row == null ? List.of() : context.replica().rows(row, POLICY);
            String timeouts = policies.isEmpty()
                    ? "system default"
                    : pairs(policies.getFirst().get(TIMEOUTS));
            context.println(("Zone:" + zone.toText() + ", Timeout Policies: " + timeouts).stripTrailing());
        }
    }

    private static String pairs(Datum datum) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < datum.size(); i++) {
            text.append(i > 0 ? " " : "").append(Row.string(datum.key(i))).append('=');
            text.append(datum.value(i).toText());
        }
        return text.toString();
    }

    private static void listCapabilities(Context context) {
        Row datapath = datapath(context, "datapath \"" + context.command().word(1) + "\" record not found");
        Datum capabilities = datapath.get("capabilities");
        BucketMap<String, String> ordered = BucketMap.byString();
        for (int i = 0; i < capabilities.size(); i++) {
            ordered.put(Row.string(capabilities.key(i)), Row.string(capabilities.value(i)));
        }
        StringBuilder line = new StringBuilder();
        for (BucketMap.Entry<String, String> entry : ordered) {
            line.append(line.isEmpty() ? "" : " ")
                    .append(entry.key())
                    .append('=')
                    .append(entry.value());
        }
        context.println(line.toString());
    }
}
