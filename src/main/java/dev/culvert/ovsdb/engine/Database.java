package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.Constraint.Strength;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A database in memory. It is used by one thread; {@link #snapshot} makes what other threads may read. Changes go through a
 * {@link Transaction}.
 */
public final class Database {
    private final DatabaseSchema schema;
    private final Map<String, Table> tables = new LinkedHashMap<>();

    /** Which rows hold weak references to a row, so that they can be found when it is deleted. */
    private final Map<RowKey, Set<RowKey>> weakReferrers = new HashMap<>();

    /** A row's place in the database. */
    record RowKey(String table, UUID uuid) {
        // by hand, since every row of every transaction is looked up by its key several times

        @Override
        public int hashCode() {
            return 31 * table.hashCode() + uuid.hashCode();
        }

        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof RowKey key && uuid.equals(key.uuid) && table.equals(key.table);
        }
    }

    /**
     * An empty database.
     *
     * @param schema what it may hold
     */
    public Database(DatabaseSchema schema) {
        this.schema = schema;
        schema.tables().forEach(table -> tables.put(table.name(), new Table(table)));
    }

    /**
     * What the database may hold.
     *
     * @return the schema
     */
    public DatabaseSchema schema() {
        return schema;
    }

    /**
     * Finds a table.
     *
     * @param name its name
     * @return the table, or null if there is none of that name
     */
    public @Nullable Table table(String name) {
        return tables.get(name);
    }

    /** A table that the schema has. */
    Table table(TableSchema table) {
        Table found = tables.get(table.name());
        if (found == null) {
            throw new IllegalArgumentException("table " + table + " of another schema");
        }
        return found;
    }

    /**
     * All tables.
     *
     * @return a view, by name
     */
    public Collection<Table> tables() {
        return tables.values();
    }

    /**
     * All rows as they are now, for other threads. Rows are shared, so this costs one pointer a row.
     *
     * @return for each table that has rows, the rows
     */
    public Map<TableSchema, List<Row>> snapshot() {
        Map<TableSchema, List<Row>> snapshot = new LinkedHashMap<>();
        for (Table table : tables.values()) {
            if (!table.rows().isEmpty()) {
                snapshot.put(table.schema(), List.copyOf(table.rows()));
            }
        }
        return snapshot;
    }

    /** The rows that hold weak references to a row. */
    Collection<RowKey> weakReferrers(RowKey target) {
        return weakReferrers.getOrDefault(target, Set.of());
    }

    /** Takes over what a transaction has checked. */
    void apply(Collection<RowChange> changes, Map<RowKey, Integer> strongDeltas) {
        strongDeltas.forEach((target, delta) -> {
            Table table = tables.get(target.table());
            if (table != null && delta != 0) {
                table.addStrongReferences(target.uuid(), delta);
            }
        });
        for (RowChange change : changes) {
            if (change.before() != null) {
                table(change.table()).unindex(change.before());
                weakTargets(change.table(), change.before()).forEach(target -> forget(target, change));
            }
        }
        for (RowChange change : changes) {
            Table table = table(change.table());
            Row after = change.after();
            if (after == null) {
                table.remove(change.uuid());
            } else {
                table.put(after);
                RowKey source = new RowKey(change.table().name(), change.uuid());
                weakTargets(change.table(), after)
                        .forEach(target -> weakReferrers
                                .computeIfAbsent(target, _ -> new LinkedHashSet<>(2))
                                .add(source));
            }
        }
    }

    private void forget(RowKey target, RowChange change) {
        weakReferrers.computeIfPresent(target, (_, referrers) -> {
            referrers.remove(new RowKey(change.table().name(), change.uuid()));
            return referrers.isEmpty() ? null : referrers;
        });
    }

    private static List<RowKey> weakTargets(TableSchema table, Row row) {
        List<RowKey> targets = new ArrayList<>();
        try {
            References.visit(table, row, Strength.WEAK, (_, name, uuid) -> targets.add(new RowKey(name, uuid)));
        } catch (OvsdbException e) {
            throw new AssertionError("the visitor does not throw", e);
        }
        return targets;
    }
}
