package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.ColumnType;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import java.util.List;
import java.util.Objects;

/** Decides on the conditions {@code COLUMN[:KEY]OPERATOR VALUE} of {@code find} and {@code wait-until}; ovs-vsctl(8). */
final class Condition {
    private static final List<String> OPERATORS =
            List.of("=", "!=", "<", ">", "<=", ">=", "{=}", "{!=}", "{<}", "{>}", "{<=}", "{>=}", "{in}", "{not-in}");

    private final Values values;

    /** Reads the values typed with these values' symbols. */
    Condition(Values values) {
        this.values = values;
    }

    /**
     * Whether the row satisfies the condition.
     *
     * @throws Fatal when the argument is no condition on the row's table
     */
    boolean holds(Row row, String argument) {
        ColumnArgument condition = ColumnArgument.withOperator(row.table(), argument, OPERATORS);
        ColumnSchema column = condition.column();
        Datum have = row.get(column);
        if (condition.key() == null) {
            // The value must be one that the column could hold.
            return holds(have, condition.operator(), values.datum(column.type(), condition.value()));
        }
        if (!column.type().isMap()) {
            throw new Fatal("cannot specify key to check for non-map column " + column.name());
        }
        Atom key = values.atom(column.type().key(), condition.key());
        ColumnType valueType = new ColumnType(
                Objects.requireNonNull(column.type().value()),
                null,
                column.type().min(),
                ColumnType.UNLIMITED);
        Datum want = values.datum(valueType, condition.value());
        Atom value = have.get(key);
        boolean ofSets = condition.operator().startsWith("{");
        return (value != null || ofSets)
                && holds(value == null ? Datum.EMPTY : Datum.of(value), condition.operator(), want);
    }

    private static boolean holds(Datum have, String operator, Datum want) {
        return switch (operator) {
            case "=", "{=}" -> have.compareTo(want) == 0;
            case "!=", "{!=}" -> have.compareTo(want) != 0;
            case "<" -> have.compareTo(want) < 0;
            case ">" -> have.compareTo(want) > 0;
            case "<=" -> have.compareTo(want) <= 0;
            case ">=" -> have.compareTo(want) >= 0;
            case "{<}" -> have.size() < want.size() && Datums.includesAll(have, want);
            case "{>}" -> have.size() > want.size() && Datums.includesAll(want, have);
            case "{<=}", "{in}" -> Datums.includesAll(have, want);
            case "{>=}" -> Datums.includesAll(want, have);
            case "{not-in}" -> Datums.excludesAll(have, want);
            default -> throw new IllegalArgumentException(operator);
        };
    }
}
