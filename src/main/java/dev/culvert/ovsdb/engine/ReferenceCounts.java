package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.engine.Database.RowKey;
import dev.culvert.ovsdb.engine.Transaction.Touched;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Strong references: they must lead to rows, rows with any cannot be deleted, and rows without any are garbage. */
final class ReferenceCounts {
    private static final String VIOLATION = "referential integrity violation";

    private final Transaction transaction;
    private final Map<RowKey, Integer> deltas = new HashMap<>();

    ReferenceCounts(Transaction transaction) {
        this.transaction = transaction;
    }

    /** By how much the transaction changes the numbers of references that the tables keep. */
    Map<RowKey, Integer> deltas() {
        return deltas;
    }

    void check() throws OvsdbException {
        for (Touched row : List.copyOf(transaction.touched())) {
            count(row, row.before, -1);
            count(row, row.after, 1);
        }
        for (Touched row : transaction.touched()) {
            if (row.after == null && references(row) != 0) {
                throw new OvsdbException(
                        VIOLATION,
                        "cannot delete " + row.table.schema() + " row " + row.uuid + " because of " + references(row)
                                + " remaining reference(s)");
            }
        }
        collectGarbage();
    }

    private void count(Touched source, @Nullable Row row, int delta) throws OvsdbException {
        if (row == null) {
            return;
        }
        References.visit(source.table.schema(), row, Strength.STRONG, (column, name, uuid) -> {
            Table table = transaction.database().table(name);
            if (table == null || transaction.touch(table, uuid) == null) {
                throw new OvsdbException(
                        VIOLATION,
                        "Table " + source.table.schema() + " column " + column.name() + " row " + source.uuid
                                + " references nonexistent row " + uuid + " in table " + name + ".");
            }
            deltas.merge(new RowKey(name, uuid), delta, Integer::sum);
        });
    }

    private int references(Touched row) {
        RowKey key = new RowKey(row.table.schema().name(), row.uuid);
        return row.table.strongReferences(row.uuid) + deltas.getOrDefault(key, 0);
    }

    private void collectGarbage() throws OvsdbException {
        ArrayDeque<Touched> suspects = new ArrayDeque<>(transaction.touched());
        for (Touched row = suspects.poll(); row != null; row = suspects.poll()) {
            Row garbage = row.after;
            if (garbage == null || row.table.schema().isRoot() || references(row) != 0) {
                continue;
            }
            row.after = null;
            References.visit(row.table.schema(), garbage, Strength.STRONG, (_, name, uuid) -> {
                deltas.merge(new RowKey(name, uuid), -1, Integer::sum);
                Table table = transaction.database().table(name);
                Touched target = table == null ? null : transaction.touch(table, uuid);
                if (target != null) {
                    suspects.add(target);
                }
            });
        }
    }
}
