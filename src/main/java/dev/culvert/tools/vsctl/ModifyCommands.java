package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The commands that change any table: {@code set}, {@code add}, {@code remove}, {@code clear}, {@code create}, {@code
 * destroy}. As nobody reads what the last command of a line writes, that one changes single elements without touching what
 * else is in the column, so that it cannot be in the way of another client.
 */
final class ModifyCommands {
    private static final String IF_EXISTS = "--if-exists";

    private final DatabaseSchema schema;
    private final Log log;

    /** The commands for a database of the schema. */
    ModifyCommands(DatabaseSchema schema, Log log) {
        this.schema = schema;
        this.log = log;
    }

    List<CommandSyntax> syntaxes() {
        int any = CommandSyntax.UNLIMITED;
        return List.of(
                new CommandSyntax(
                        "set",
                        3,
                        any,
                        "TABLE RECORD COLUMN[:KEY]=VALUE...",
                        IF_EXISTS,
                        Mode.WRITE,
                        this::wantForSet,
                        this::set),
                new CommandSyntax(
                        "add",
                        4,
                        any,
                        "TABLE RECORD COLUMN [KEY=]VALUE...",
                        IF_EXISTS,
                        Mode.WRITE,
                        this::wantOneColumn,
                        this::add),
                new CommandSyntax(
                        "remove",
                        4,
                        any,
                        "TABLE RECORD COLUMN KEY|VALUE|KEY=VALUE...",
                        IF_EXISTS,
                        Mode.WRITE,
                        this::wantOneColumn,
                        this::remove),
                new CommandSyntax(
                        "clear",
                        3,
                        any,
                        "TABLE RECORD COLUMN...",
                        IF_EXISTS,
                        Mode.WRITE,
                        this::wantForClear,
                        this::clear),
                new CommandSyntax(
                        "create",
                        2,
                        any,
                        "TABLE COLUMN[:KEY]=VALUE...",
                        "--id=",
                        Mode.WRITE,
                        this::prepareCreate,
                        this::create,
                        ModifyCommands::nameCreated),
                new CommandSyntax(
                        "destroy",
                        1,
                        any,
                        "TABLE [RECORD]...",
                        "--if-exists,--all",
                        Mode.WRITE,
                        (command, wanted) -> Records.want(table(command), wanted),
                        this::destroy));
    }

    private TableSchema table(Command command) {
        return Names.table(schema, command.word(1));
    }

    /** The row that the command names; null if there is none and there need be none. */
    private static @Nullable Row record(Context context, TableSchema table, String name) {
        Records records = new Records(context);
        return context.command().has(IF_EXISTS) ? records.find(table, name) : records.get(table, name);
    }

    private void wantForSet(Command command, WantedColumns wanted) {
        TableSchema table = table(command);
        Records.want(table, wanted);
        for (String argument : command.wordsFrom(3)) {
            wanted.columns(table.name(), ColumnArgument.column(table, argument).name());
        }
    }

    private void set(Context context) {
        Command command = context.command();
        Row row = record(context, table(command), command.word(2));
        if (row == null) {
            return;
        }
        boolean ofBridges = false;
        for (String argument : command.wordsFrom(3)) {
            ColumnSchema column = assign(context, row, argument, context.isLast());
            ofBridges |= Bridges.reads(row.table().name(), column.name());
        }
        if (ofBridges) {
            context.forgetBridges();
        }
    }

    /**
     * Carries out an argument {@code COLUMN[:KEY]=VALUE}.
     *
     * @param single whether a pair may be put into its map without regard to the others
     * @return the column
     * @throws Fatal when that is not possible
     */
    static ColumnSchema assign(Context context, Row row, String argument, boolean single) {
        ColumnArgument assignment = ColumnArgument.assignment(row.table(), argument);
        ColumnSchema column = assignment.column();
        checkMutable(row, column);
        Values values = new Values(context.symbols());
        if (assignment.key() == null) {
            context.transaction().write(row, column, values.datum(column.type(), assignment.value()));
            return column;
        }
        if (!column.type().isMap()) {
            throw new Fatal("cannot specify key to set for non-map column " + column.name());
        }
        Atom key = values.atom(column.type().key(), assignment.key());
        Datum pair =
                Datum.pair(key, values.atom(Objects.requireNonNull(column.type().value()), assignment.value()));
        if (single) {
            context.transaction().put(row, column, pair);
        } else {
            context.transaction().verify(row, column);
            context.transaction().write(row, column, Datums.union(pair, row.get(column)));
        }
        return column;
    }

    /** The bridges must be read again if they were read from what has changed. */
    private static void changed(Context context, TableSchema table, ColumnSchema column) {
        if (Bridges.reads(table.name(), column.name())) {
            context.forgetBridges();
        }
    }

    private static void checkMutable(Row row, ColumnSchema column) {
        boolean isNew = row.change() != null && row.change().isInsertion();
        if (!column.mutable() && !isNew) {
            throw new Fatal("cannot modify read-only column " + column.name() + " in table "
                    + row.table().name());
        }
    }

    private void wantOneColumn(Command command, WantedColumns wanted) {
        TableSchema table = table(command);
        Records.want(table, wanted);
        wanted.columns(table.name(), Names.column(table, command.word(3)).name());
    }

    private void add(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        ColumnSchema column = Names.column(table, command.word(3));
        Row row = record(context, table, command.word(2));
        if (row == null) {
            return;
        }
        checkMutable(row, column);
        Values values = new Values(context.symbols());
        ColumnType type = column.type();
        Datum sum = context.isLast() ? Datum.EMPTY : row.get(column);
        for (String argument : command.wordsFrom(4)) {
            sum = Datums.union(sum, values.datum(type.withBounds(1, ColumnType.UNLIMITED), argument));
        }
        if (context.isLast()) {
            for (int i = 0; i < sum.size(); i++) {
                Datum element = type.isMap() ? Datum.pair(sum.key(i), sum.value(i)) : Datum.of(sum.key(i));
                context.transaction().put(row, column, element);
            }
        } else {
            if (sum.size() > type.max()) {
                throw new Fatal(outOfBounds("add", sum, row, column, "maximum", type.max()));
            }
            context.transaction().verify(row, column);
            context.transaction().write(row, column, sum);
        }
        changed(context, table, column);
    }

    private static String outOfBounds(
            String command, Datum datum, Row row, ColumnSchema column, String bound, long limit) {
        return "\"" + command + "\" operation would put " + datum.size()
                + (column.type().isMap() ? " pairs" : " values") + " in column " + column.name() + " of table "
                + row.table().name() + " but the " + bound + " number is " + limit;
    }

    private void remove(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        ColumnSchema column = Names.column(table, command.word(3));
        Row row = record(context, table, command.word(2));
        if (row == null) {
            return;
        }
        checkMutable(row, column);
        Datum rest = row.get(column);
        for (String argument : command.wordsFrom(4)) {
            rest = Datums.subtract(rest, removed(context, column.type(), argument));
        }
        if (rest.size() < column.type().min()) {
            throw new Fatal(outOfBounds(
                    "remove", rest, row, column, "minimum", column.type().min()));
        }
        context.transaction().verify(row, column);
        context.transaction().write(row, column, rest);
        changed(context, table, column);
    }

    /** What to remove: elements or pairs, or from a map all pairs of some keys. */
    private static Datum removed(Context context, ColumnType type, String argument) {
        Values values = new Values(context.symbols());
        ColumnType loose = type.withBounds(1, ColumnType.UNLIMITED);
        try {
            return values.datum(loose, argument);
        } catch (Fatal e) {
            if (!type.isMap()) {
                throw e;
            }
            return values.datum(new ColumnType(type.key(), null, 1, ColumnType.UNLIMITED), argument);
        }
    }

    private void wantForClear(Command command, WantedColumns wanted) {
        TableSchema table = table(command);
        Records.want(table, wanted);
        for (String name : command.wordsFrom(3)) {
            wanted.columns(table.name(), Names.column(table, name).name());
        }
    }

    private void clear(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        Row row = record(context, table, command.word(2));
        if (row == null) {
            return;
        }
        for (String name : command.wordsFrom(3)) {
            ColumnSchema column = Names.column(table, name);
            checkMutable(row, column);
            if (column.type().min() > 0) {
                throw new Fatal("\"clear\" operation cannot be applied to column " + column.name() + " of table "
                        + table.name() + ", which is not allowed to be empty");
            }
            context.transaction().write(row, column, Datum.EMPTY);
            changed(context, table, column);
        }
    }

    private void prepareCreate(Command command, WantedColumns wanted) {
        TableSchema table = table(command);
        if (!command.has("--id") && !table.isRoot()) {
            log.warn(
                    Log.DATABASE,
                    "applying \"create\" command to table " + table.name()
                            + " without --id option will have no effect");
        }
    }

    private void create(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        String id = command.argument("--id");
        UUID uuid = UUID.randomUUID();
        UUID wanted = id == null ? null : Uuids.parse(id);
        if (wanted != null) {
            uuid = wanted;
        } else if (id != null) {
            Symbols.Symbol symbol = context.symbols().create(id);
            if (table.isRoot()) {
                symbol.isRoot();
            }
            uuid = symbol.uuid();
        }
        Row row = context.transaction().insert(table, uuid, wanted != null);
        command.wordsFrom(2).forEach(argument -> assign(context, row, argument, false));
        context.output().append(uuid);
    }

    /** Prints the UUID that the server chose in place of the one that stood for it. */
    private static void nameCreated(Context context) {
        UUID here = UUID.fromString(context.output().toString());
        UUID inDatabase = context.insertedUuid(here);
        context.output().setLength(0);
        context.println((inDatabase == null ? here : inDatabase).toString());
    }

    private void destroy(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        boolean all = command.has("--all");
        if (all && command.size() > 2) {
            throw new Fatal("--all and records argument should not be specified together");
        }
        if (all && command.has(IF_EXISTS)) {
            throw new Fatal("--all and --if-exists should not be specified together");
        }
        if (!all && command.size() == 2) {
            log.warn(Log.DATABASE, "either --all or records argument should be specified");
            return;
        }
        if (all) {
            context.replica().rows(table.name()).forEach(context.transaction()::delete);
        } else {
            for (String name : command.wordsFrom(2)) {
                Row row = record(context, table, name);
                if (row != null) {
                    context.transaction().delete(row);
                }
            }
        }
        context.forgetBridges();
    }
}
