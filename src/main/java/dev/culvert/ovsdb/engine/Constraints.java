package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbError;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.engine.Transaction.Touched;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a table demands of its rows together: their number, and indexes (RFC 7047 section 3.2). */
final class Constraints {
    private Constraints() {}

    static void checkMaxRows(Transaction transaction) throws OvsdbException {
        Map<Table, Integer> more = new LinkedHashMap<>();
        for (Touched row : transaction.touched()) {
            int delta = (row.after == null ? 0 : 1) - (row.before == null ? 0 : 1);
            more.merge(row.table, delta, Integer::sum);
        }
        for (Map.Entry<Table, Integer> entry : more.entrySet()) {
            Table table = entry.getKey();
            long rows = table.rows().size() + entry.getValue();
            if (rows > table.schema().maxRows()) {
                throw new OvsdbException(
                        OvsdbError.CONSTRAINT_VIOLATION,
                        "transaction causes \"" + table.schema() + "\" table to contain " + rows
                                + " rows, greater than the schema-defined limit of "
                                + table.schema().maxRows() + " row(s)");
            }
        }
    }

    /** Identifies an index's values among all indexes of all tables. */
    private record IndexKey(Table table, int index, List<Datum> values) {}

    static void checkIndexes(Transaction transaction) throws OvsdbException {
        Map<IndexKey, Touched> taken = new HashMap<>();
        for (Touched row : transaction.touched()) {
            List<List<ColumnSchema>> indexes = row.table.schema().indexes();
            for (int i = 0; row.after != null && i < indexes.size(); i++) {
                List<Datum> values = Table.indexValues(indexes.get(i), row.after);
                Touched other = taken.put(new IndexKey(row.table, i, values), row);
                UUID old = row.table.indexed(i, values);
                Row untouched = old == null || transaction.isTouched(row.table, old) ? null : row.table.row(old);
                if (other != null && other.after != null) {
                    throw duplicate(indexes.get(i), row, row.after, other, other.after);
                } else if (untouched != null) {
                    throw duplicate(indexes.get(i), row, row.after, null, untouched);
                }
            }
        }
    }

    private static OvsdbException duplicate(
            List<ColumnSchema> index, Touched a, Row aRow, @Nullable Touched b, Row bRow) {
        // The greater row comes first, so that the message is always the same.
        boolean swap = compare(a.table, aRow, bRow) < 0;
        return new OvsdbException(
                OvsdbError.CONSTRAINT_VIOLATION,
                "Transaction causes multiple rows in \"" + a.table.schema() + "\" table to have identical values ("
                        + valuesText(index, aRow) + ") for index on column" + (index.size() > 1 ? "s " : " ")
                        + english(index.stream()
                                .map(column -> "\"" + column.name() + "\"")
                                .toList()) + ".  "
                        + history("First", index, swap ? b : a, swap ? bRow : aRow) + "  "
                        + history("Second", index, swap ? a : b, swap ? aRow : bRow));
    }

    private static int compare(Table table, Row a, Row b) {
        int order = 0;
        for (ColumnSchema column : table.schema().columns()) {
            order = order != 0 ? order : a.get(column).compareTo(b.get(column));
        }
        return order;
    }

    private static String history(String title, List<ColumnSchema> index, @Nullable Touched touched, Row row) {
        String text = title + " row, with UUID " + row.uuid() + ", ";
        if (touched == null || !touched.isChanged() || touched.after == null) {
            return text + "existed in the database before this transaction and was not modified by the transaction.";
        } else if (touched.before == null) {
            return text + "was inserted by this transaction.";
        } else if (Table.indexValues(index, touched.before).equals(Table.indexValues(index, touched.after))) {
            return text + "existed in the database before this transaction, which modified some of the row's columns "
                    + "but not any columns in this index.";
        }
        return text + "had the following index values before the transaction: " + valuesText(index, touched.before)
                + ".";
    }

    private static String valuesText(List<ColumnSchema> index, Row row) {
        return english(index.stream()
                .map(column -> row.get(column).toText(column.type()))
                .toList());
    }

    private static String english(List<String> words) {
        List<String> parts = new ArrayList<>();
        for (int i = 0; i < words.size(); i++) {
            boolean last = i > 0 && i == words.size() - 1;
            String before = i == 0 ? "" : !last ? ", " : words.size() > 2 ? ", and " : " and ";
            parts.add(before + words.get(i));
        }
        return String.join("", parts);
    }
}
