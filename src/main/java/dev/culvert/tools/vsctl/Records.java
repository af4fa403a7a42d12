package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Rows by the names that people type: a UUID or its beginning, {@code .} for the only row, or a name of the table's kind. */
final class Records {
    /** The least number of a UUID's characters that may stand for it. */
    private static final int LEAST_BEGINNING = 4;

    private final Replica replica;
    private final Transaction transaction;

    Records(Context context) {
        this.replica = context.replica();
        this.transaction = context.transaction();
    }

    /**
     * How rows of a table are named beside their UUIDs.
     *
     * @param table the table whose column has the name
     * @param column that column
     * @param reference the column beside it that refers to the row meant; null when the row with the name is meant
     */
    record Naming(String table, String column, @Nullable String reference) {
        /** The naming of the table's rows, or null. */
        static @Nullable Naming of(String table) {
            return switch (table) {
                case "Bridge", "Port", "Interface", "Mirror", "Flow_Table" -> new Naming(table, "name", null);
                case "Manager" -> new Naming(table, "target", null);
                case "Flow_Sample_Collector_Set" -> new Naming(table, "id", null);
                case "Controller" -> new Naming("Bridge", "name", "controller");
                case "NetFlow" -> new Naming("Bridge", "name", "netflow");
                case "sFlow" -> new Naming("Bridge", "name", "sflow");
                case "IPFIX" -> new Naming("Bridge", "name", "ipfix");
                case "AutoAttach" -> new Naming("Bridge", "name", "auto_attach");
                case "QoS" -> new Naming("Port", "name", "qos");
                default -> null;
            };
        }

        /** The naming in words, as {@code --help} has it. */
        String inWords(String namedTable) {
            if (reference == null) {
                return "by \"" + column + "\"";
            }
            String of = table.equals(namedTable) ? "" : " of " + table;
            return "via \"" + reference + "\"" + of + " with matching \"" + column + "\"";
        }
    }

    /** Declares what must be known to find the table's rows. */
    static void want(TableSchema table, WantedColumns wanted) {
        wanted.table(table.name());
        Naming naming = Naming.of(table.name());
        if (naming != null) {
            wanted.columns(naming.table(), naming.column());
            if (naming.reference() != null) {
                wanted.columns(naming.table(), naming.reference());
            }
        }
    }

    /** The row of the name; {@link Fatal} when there is none. */
    Row get(TableSchema table, String name) {
        Row row = find(table, name);
        if (row == null) {
            throw new Fatal("no row \"" + name + "\" in table " + table.name());
        }
        return row;
    }

    /** The row of the name, or null; {@link Fatal} when there are several. */
    @Nullable
    Row find(TableSchema table, String name) {
        UUID uuid = Uuids.parse(name);
        Row row = uuid == null ? null : replica.row(table.name(), uuid);
        if (row == null && name.equals(".")) {
            List<Row> rows = replica.rows(table.name());
            row = rows.size() == 1 ? rows.getFirst() : null;
        }
        if (row == null) {
            row = named(table, name);
        }
        return row == null && isBeginning(name) ? beginning(table, name) : row;
    }

    private @Nullable Row named(TableSchema table, String name) {
        Naming naming = Naming.of(table.name());
        if (naming == null) {
            return null;
        }
        Row found = null;
        TableSchema namedTable = Objects.requireNonNull(replica.schema().table(naming.table()));
        ColumnSchema column = Objects.requireNonNull(namedTable.column(naming.column()));
        for (Row row : transaction.candidates(namedTable, column, name)) {
            Datum names = row.get(column);
            if (row.exists() && names.size() == 1 && matches(names.key(0), name)) {
                if (found != null) {
                    throw new Fatal("multiple rows in " + naming.table() + " match \"" + name + "\"");
                }
                found = row;
            }
        }
        if (found == null || naming.reference() == null) {
            return found;
        }
        transaction.verify(found, naming.reference());
        List<UUID> referred = found.references(naming.reference());
        return referred.size() == 1 ? replica.row(table.name(), referred.getFirst()) : null;
    }

    private static boolean matches(Atom atom, String name) {
        return switch (atom) {
            case Atom.OfInteger(long value) ->
                !name.isEmpty()
                        && name.chars().allMatch(c -> c >= '0' && c <= '9')
                        && value == CNumbers.strtoll(name).value();
            case Atom.OfString(String value) ->
                value.equals(name)
                        || (Utf8.length(name) >= LEAST_BEGINNING
                                && Uuids.parse(value) != null
                                && value.startsWith(name));
            default -> false;
        };
    }

    private static boolean isBeginning(String text) {
        if (text.length() < LEAST_BEGINNING
                || text.length() > Atom.ZERO_UUID.toString().length()) {
            return false;
        }
        // The rest of any UUID makes it whole if it is a beginning at all.
        return Uuids.parse(text + Atom.ZERO_UUID.toString().substring(text.length())) != null;
    }

    private @Nullable Row beginning(TableSchema table, String text) {
        Row found = null;
        for (Row row : replica.rows(table.name())) {
            if (row.uuid().toString().startsWith(text)) {
                if (found != null) {
                    throw new Fatal(table.name() + " contains 2 or more rows whose UUIDs begin with " + text
                            + ": at least " + found.uuid() + " and " + row.uuid());
                }
                found = row;
            }
        }
        return found;
    }
}
