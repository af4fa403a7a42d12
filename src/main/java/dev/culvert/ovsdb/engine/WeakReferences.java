package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.BaseType;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.Datums;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.engine.Database.RowKey;
import dev.culvert.ovsdb.engine.Transaction.Touched;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Weak references: those that lead to no row vanish when a transaction commits, if their column may lose them. */
final class WeakReferences {
    private final Transaction transaction;

    WeakReferences(Transaction transaction) {
        this.transaction = transaction;
    }

    void prune() throws OvsdbException {
        Database database = transaction.database();
        for (Touched row : List.copyOf(transaction.touched())) {
            if (row.after == null && row.before != null) {
                for (RowKey source :
                        database.weakReferrers(new RowKey(row.table.schema().name(), row.uuid))) {
                    Table table = database.table(source.table());
                    if (table != null) {
                        transaction.touch(table, source.uuid());
                    }
                }
            }
        }
        for (Touched row : transaction.touched()) {
            for (ColumnSchema column : row.table.schema().referring(Strength.WEAK)) {
                if (row.after != null) {
                    row.after = prune(row, row.after, column);
                }
            }
        }
    }

    private Row prune(Touched touched, Row row, ColumnSchema column) throws OvsdbException {
        Datum value = row.get(column);
        BaseType valueType = column.type().value();
        Datum kept = Datums.keepIf(
                value,
                i -> isAlive(column.type().key(), value.key(i))
                        && (valueType == null || isAlive(valueType, value.value(i))));
        if (kept.size() < value.size() && kept.size() < column.type().min()) {
            throw new OvsdbException(OvsdbError.CONSTRAINT_VIOLATION, explain(touched, column, value, kept));
        }
        return row.with(column, kept);
    }

    private boolean isAlive(BaseType type, Atom atom) {
        String name = References.target(type, Strength.WEAK);
        Table table = name == null ? null : transaction.database().table(name);
        return table == null || transaction.row(table, ((Atom.OfUuid) atom).value()) != null;
    }

    private static String explain(Touched row, ColumnSchema column, Datum value, Datum kept) {
        String inserted = "(inserted within this transaction) ";
        if (row.before == null && hasZero(value)) {
            // The server's own spelling, which programs may compare.
            return "Weak reference column \"" + column.name() + "\" in \"" + row.table.schema() + "\" row " + row.uuid
                    + " " + inserted + "contained all-zeros UUID (probably as the default value for this column) but "
                    + "deleting this value caused a constraint volation because this column is not allowed to be "
                    + "empty.";
        }
        return "Deletion of " + (value.size() - kept.size()) + " weak reference(s) to deleted (or never-existing) rows "
                + "from column \"" + column.name() + "\" in \"" + row.table.schema() + "\" row " + row.uuid + " "
                + (row.before == null ? inserted : "")
                + "caused this column to become empty, but constraints on this column disallow an empty column.";
    }

    private static boolean hasZero(Datum value) {
        for (int i = 0; i < value.size(); i++) {
            if (isZero(value.key(i)) || (value.hasValues() && isZero(value.value(i)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isZero(@Nullable Atom atom) {
        return atom instanceof Atom.OfUuid(UUID uuid) && uuid.equals(Atom.ZERO_UUID);
    }
}
