package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.AtomicType;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.tools.vsctl.CommandSyntax.Mode;
import java.util.ArrayList;
import java.util.List;
import java.util.StringTokenizer;
import org.jspecify.annotations.Nullable;

/** The commands that read any table: {@code list}, {@code find}, {@code get}, {@code wait-until}; and {@code comment}. */
final class QueryCommands {
    private static final String UUID_COLUMN = "_uuid";
    private static final ColumnType UUID_TYPE = ColumnType.scalar(AtomicType.UUID);

    private final DatabaseSchema schema;

    /** The commands for a database of the schema. */
    QueryCommands(DatabaseSchema schema) {
        this.schema = schema;
    }

    List<CommandSyntax> syntaxes() {
        int any = CommandSyntax.UNLIMITED;
        return List.of(
                new CommandSyntax(
                        "comment",
                        0,
                        any,
                        "[ARG]...",
                        "",
                        Mode.READ,
                        CommandSyntax.Prepare.NOTHING,
                        CommandSyntax.Run.NOTHING),
                new CommandSyntax(
                        "get",
                        2,
                        any,
                        "TABLE RECORD [COLUMN[:KEY]]...",
                        "--if-exists,--id=",
                        Mode.READ,
                        this::wantForGet,
                        this::get),
                new CommandSyntax(
                        "list",
                        1,
                        any,
                        "TABLE [RECORD]...",
                        "--if-exists,--columns=",
                        Mode.READ,
                        this::wantListed,
                        this::list),
                new CommandSyntax(
                        "find",
                        1,
                        any,
                        "TABLE [COLUMN[:KEY]=VALUE]...",
                        "--columns=",
                        Mode.READ,
                        this::wantForFind,
                        this::find),
                new CommandSyntax(
                        "wait-until",
                        2,
                        any,
                        "TABLE RECORD [COLUMN[:KEY]=VALUE]...",
                        "",
                        Mode.READ,
                        this::wantForWait,
                        this::waitUntil));
    }

    private TableSchema table(Command command) {
        return Names.table(schema, command.word(1));
    }

    private TableSchema wantTable(Command command, WantedColumns wanted) {
        TableSchema table = table(command);
        Records.want(table, wanted);
        return table;
    }

    private static void wantColumns(TableSchema table, List<String> arguments, WantedColumns wanted) {
        for (String argument : arguments) {
            wanted.columns(table.name(), ColumnArgument.column(table, argument).name());
        }
    }

    private void wantForGet(Command command, WantedColumns wanted) {
        TableSchema table = wantTable(command, wanted);
        List<String> arguments = command.wordsFrom(3);
        wantColumns(
                table, arguments.stream().filter(argument -> !isUuid(argument)).toList(), wanted);
    }

    private static boolean isUuid(String argument) {
        return argument.equalsIgnoreCase(UUID_COLUMN) || argument.equalsIgnoreCase("-uuid");
    }

    private void get(Context context) {
        Command command = context.command();
        String id = command.argument("--id");
        boolean mustExist = !command.has("--if-exists");
        if (id != null && !mustExist) {
            throw new Fatal("--if-exists and --id may not be specified together");
        }
        TableSchema table = table(command);
        Records records = new Records(context);
        String name = command.word(2);
        Row row = mustExist ? records.get(table, name) : records.find(table, name);
        if (row == null) {
            return;
        }
        if (id != null) {
            boolean used = context.symbols().isKnown(id);
            Symbols.Symbol symbol = context.symbols().create(id);
            if (used) {
                throw new Fatal("row id \"" + id + "\" specified on \"get\" command was used before it was defined");
            }
            symbol.standFor(row.uuid());
        }
        for (String argument : command.wordsFrom(3)) {
            context.println(isUuid(argument) ? row.uuid().toString() : valueOf(context, row, argument, mustExist));
        }
    }

    private static String valueOf(Context context, Row row, String argument, boolean mustExist) {
        ColumnArgument place = ColumnArgument.place(row.table(), argument);
        ColumnSchema column = place.column();
        context.transaction().verify(row, column);
        Datum datum = row.get(column);
        if (place.key() == null) {
            return datum.toText(column.type());
        }
        if (!column.type().isMap()) {
            throw new Fatal("cannot specify key to get for non-map column " + column.name());
        }
        Atom value = datum.get(new Values(context.symbols()).atom(column.type().key(), place.key()));
        if (value == null && mustExist) {
            throw new Fatal("no key \"" + place.key() + "\" in " + row.table().name() + " record \""
                    + context.command().word(2) + "\" column " + column.name());
        }
        return value == null ? "" : value.toText();
    }

    /** The columns to list, null for the row's UUID; all when no names are given. */
    private static List<@Nullable ColumnSchema> listed(TableSchema table, @Nullable String names) {
        List<@Nullable ColumnSchema> columns = new ArrayList<>();
        if (names == null) {
            columns.add(null);
            columns.addAll(Names.columns(table));
            return columns;
        }
        StringTokenizer tokens = new StringTokenizer(names, ", ");
        while (tokens.hasMoreTokens()) {
            String name = tokens.nextToken();
            columns.add(name.equalsIgnoreCase(UUID_COLUMN) ? null : Names.column(table, name));
        }
        if (columns.isEmpty()) {
            throw new Fatal("must specify at least one column name");
        }
        return columns;
    }

    private void wantListed(Command command, WantedColumns wanted) {
        TableSchema table = wantTable(command, wanted);
        for (ColumnSchema column : listed(table, command.argument("--columns"))) {
            if (column != null) {
                wanted.columns(table.name(), column.name());
            }
        }
    }

    private void list(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        List<@Nullable ColumnSchema> columns = listed(table, command.argument("--columns"));
        Table result = Table.of(headings(columns));
        context.setTable(result);
        if (command.size() <= 2) {
            context.replica().rows(table.name()).forEach(row -> addRow(result, row, columns));
            return;
        }
        Records records = new Records(context);
        for (String name : command.wordsFrom(2)) {
            Row row = command.has("--if-exists") ? records.find(table, name) : records.get(table, name);
            if (row != null) {
                addRow(result, row, columns);
            }
        }
    }

    private static List<String> headings(List<@Nullable ColumnSchema> columns) {
        return columns.stream()
                .map(column -> column == null ? UUID_COLUMN : column.name())
                .toList();
    }

    private static void addRow(Table result, Row row, List<@Nullable ColumnSchema> columns) {
        List<Table.Cell> cells = new ArrayList<>(columns.size());
        for (ColumnSchema column : columns) {
            cells.add(
                    column == null
                            ? new Table.Cell(Datum.of(Atom.of(row.uuid())), UUID_TYPE)
                            : new Table.Cell(row.get(column), column.type()));
        }
        result.rows().add(cells);
    }

    private void wantForFind(Command command, WantedColumns wanted) {
        wantListed(command, wanted);
        wantColumns(table(command), command.wordsFrom(2), wanted);
    }

    private void find(Context context) {
        Command command = context.command();
        TableSchema table = table(command);
        List<@Nullable ColumnSchema> columns = listed(table, command.argument("--columns"));
        Table result = Table.of(headings(columns));
        context.setTable(result);
        Condition condition = new Condition(new Values(context.symbols()));
        for (Row row : context.replica().rows(table.name())) {
            if (command.wordsFrom(2).stream().allMatch(argument -> condition.holds(row, argument))) {
                addRow(result, row, columns);
            }
        }
    }

    private void wantForWait(Command command, WantedColumns wanted) {
        wantColumns(wantTable(command, wanted), command.wordsFrom(3), wanted);
    }

    private void waitUntil(Context context) {
        Command command = context.command();
        Row row = new Records(context).find(table(command), command.word(2));
        Condition condition = new Condition(new Values(context.symbols()));
        if (row == null || !command.wordsFrom(3).stream().allMatch(argument -> condition.holds(row, argument))) {
            context.waitForChange();
        }
    }
}
