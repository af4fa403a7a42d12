package dev.culvert.ovsdb.client;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which tables and columns a client copies. A table or column that the server's schema does not have is passed over, so that one
 * program can work with servers of several versions. Immutable.
 */
public final class Selection {
    private final Map<String, Predicate<String>> tables;

    private Selection(Map<String, Predicate<String>> tables) {
        this.tables = Collections.unmodifiableMap(tables);
    }

    /**
     * Nothing.
     *
     * @return a selection to add to
     */
    public static Selection none() {
        return new Selection(Map.of());
    }

    /**
     * Adds a table with all its columns.
     *
     * @param table its name
     * @return the larger selection
     */
    public Selection table(String table) {
        return with(table, _ -> true);
    }

    /**
     * Adds a table with some of its columns.
     *
     * @param table its name
     * @param columns the columns to copy
     * @return the larger selection
     */
    public Selection table(String table, String... columns) {
        return with(table, Set.of(columns)::contains);
    }

    /**
     * Adds a table without some of its columns, such as those that the client writes itself.
     *
     * @param table its name
     * @param columns the columns not to copy
     * @return the larger selection
     */
    public Selection tableExcept(String table, String... columns) {
        Set<String> omitted = Set.of(columns);
        return with(table, column -> !omitted.contains(column));
    }

    private Selection with(String table, Predicate<String> columns) {
        Map<String, Predicate<String>> larger = new LinkedHashMap<>(tables);
        larger.put(table, columns);
        return new Selection(larger);
    }

    /** Whether a table is copied at all. */
    boolean includes(TableSchema table) {
        return tables.containsKey(table.name());
    }

    /** The columns that are copied of a table. */
    List<ColumnSchema> columns(TableSchema table) {
        Predicate<String> wanted = tables.getOrDefault(table.name(), _ -> false);
        return table.columns().stream()
                .filter(column -> column.index() > TableSchema.VERSION && wanted.test(column.name()))
                .toList();
    }
}
