package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.BaseType;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Constraint.Reference;
import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Finds the references in a row's values. */
final class References {
    private References() {}

    /** Sees one reference. */
    @FunctionalInterface
    interface Visitor {
        void visit(ColumnSchema column, String table, UUID target) throws OvsdbException;
    }

    /** Visits every reference of some strength; a row's references to itself are none. */
    static void visit(TableSchema table, Row row, Strength strength, Visitor visitor) throws OvsdbException {
        for (ColumnSchema column : table.referring(strength)) {
            visitColumn(column, row, strength, visitor);
        }
    }

    private static void visitColumn(ColumnSchema column, Row row, Strength strength, Visitor visitor)
            throws OvsdbException {
        Datum value = row.get(column);
        String keyTable = target(column.type().key(), strength);
        String valueTable =
                column.type().value() == null ? null : target(column.type().value(), strength);
        for (int i = 0; i < value.size(); i++) {
            if (keyTable != null) {
                visitAtom(column, row, keyTable, value.key(i), visitor);
            }
            if (valueTable != null) {
                visitAtom(column, row, valueTable, value.value(i), visitor);
            }
        }
    }

    private static void visitAtom(ColumnSchema column, Row row, String table, Atom atom, Visitor visitor)
            throws OvsdbException {
        UUID target = ((Atom.OfUuid) atom).value();
        if (!target.equals(row.uuid())) {
            visitor.visit(column, table, target);
        }
    }

    /** The table that values of a type refer to, or null if they do not with that strength. */
    static @Nullable String target(BaseType type, Strength strength) {
        Reference reference = type.reference();
        return reference != null && reference.strength() == strength ? reference.table() : null;
    }
}
