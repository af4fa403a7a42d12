package dev.culvert.tools.vsctl;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * Tables and columns by the names that people type: any beginning that is unambiguous, in whatever case, with {@code -} for
 * {@code _}.
 */
final class Names {
    private static final int EXACT = Integer.MAX_VALUE;

    private Names() {}

    /** The table of the name; {@link Fatal} when none or several could be meant. */
    static TableSchema table(DatabaseSchema schema, String name) {
        List<TableSchema> best = best(schema.tables(), TableSchema::name, name);
        if (best.isEmpty()) {
            throw new Fatal("unknown table \"" + name + "\"");
        } else if (best.size() > 1) {
            throw new Fatal("\"" + name + "\" matches multiple table names: " + join(best, TableSchema::name));
        }
        return best.getFirst();
    }

    /** The column of the name; {@link Fatal} when none or several could be meant. */
    static ColumnSchema column(TableSchema table, String name) {
        List<ColumnSchema> best = best(columns(table), ColumnSchema::name, name);
        if (best.isEmpty()) {
            throw new Fatal(table.name() + " does not contain a column whose name matches \"" + name + "\"");
        } else if (best.size() > 1) {
            throw new Fatal(table.name() + " contains more than one column whose name matches \"" + name + "\": "
                    + join(best, ColumnSchema::name));
        }
        return best.getFirst();
    }

    /** The table's columns by name, without those that every table has. */
    static List<ColumnSchema> columns(TableSchema table) {
        return table.columns().subList(TableSchema.VERSION + 1, table.columns().size());
    }

    /** The column of exactly this name, which the schema has for certain. */
    static ColumnSchema known(TableSchema table, String column) {
        return Objects.requireNonNull(table.column(column), column);
    }

    private static <T> List<T> best(Collection<T> candidates, Function<T, String> nameOf, String typed) {
        List<T> best = new ArrayList<>();
        int bestScore = 1;
        for (T candidate : candidates) {
            int score = score(nameOf.apply(candidate), typed);
            if (score >= bestScore) {
                if (score > bestScore) {
                    best.clear();
                }
                best.add(candidate);
                bestScore = score;
            }
        }
        return best;
    }

    private static int score(String name, String typed) {
        if (name.equals(typed)) {
            return EXACT;
        }
        if (typed.length() > name.length()) {
            return 0;
        }
        for (int i = 0; i < typed.length(); i++) {
            if (folded(name.charAt(i)) != folded(typed.charAt(i))) {
                return 0;
            }
        }
        return typed.length() == name.length() ? EXACT - 1 : typed.length();
    }

    private static char folded(char c) {
        return c == '-' ? '_' : c >= 'A' && c <= 'Z' ? (char) (c + ('a' - 'A')) : c;
    }

    private static <T> String join(List<T> items, Function<T, String> nameOf) {
        return String.join(", ", items.stream().map(nameOf).sorted().toList());
    }
}
