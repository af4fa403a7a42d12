package dev.culvert.ovsdb.engine;

import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.data.Uuids;
import dev.culvert.ovsdb.engine.Database.RowKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Changes that are visible to nobody else until they are committed. Dropping a transaction undoes it. At most one transaction
 * of a database may be open.
 */
public final class Transaction {
    /** A row that the transaction touched. */
    static final class Touched {
        final Table table;
        final UUID uuid;
        final @Nullable Row before;

        /** The row as it is now, or null if it is deleted. */
        @Nullable
        Row after;

        Touched(Table table, UUID uuid, @Nullable Row before, @Nullable Row after) {
            this.table = table;
            this.uuid = uuid;
            this.before = before;
            this.after = after;
        }

        /** Whether committing it would change anything. */
        boolean isChanged() {
            if (before == null || after == null) {
                return before != after;
            }
            return before != after && !before.sameValues(after);
        }
    }

    private final Database database;
    private final Map<RowKey, Touched> touched = new LinkedHashMap<>();
    private final StringJoiner comment = new StringJoiner("\n");
    private boolean durable;

    /**
     * Opens a transaction.
     *
     * @param database what it changes
     */
    public Transaction(Database database) {
        this.database = database;
    }

    Database database() {
        return database;
    }

    /** All rows touched so far. */
    Collection<Touched> touched() {
        return touched.values();
    }

    private static RowKey key(Table table, UUID uuid) {
        return new RowKey(table.schema().name(), uuid);
    }

    /** The touched row of that name, touching it if it exists; null if there is and was none. */
    @Nullable
    Touched touch(Table table, UUID uuid) {
        Touched known = touched.get(key(table, uuid));
        if (known != null) {
            return known;
        }
        Row row = table.row(uuid);
        if (row == null) {
            return null;
        }
        Touched fresh = new Touched(table, uuid, row, row);
        touched.put(key(table, uuid), fresh);
        return fresh;
    }

    /**
     * Finds a row as this transaction sees it.
     *
     * @param table a table of the database
     * @param uuid the row's name
     * @return the row, or null if there is none of that name
     */
    public @Nullable Row row(Table table, UUID uuid) {
        Touched known = touched.get(key(table, uuid));
        return known != null ? known.after : table.row(uuid);
    }

    /**
     * All rows of a table as this transaction sees them.
     *
     * @param table a table of the database
     * @return a list of its own
     */
    public List<Row> rows(Table table) {
        List<Row> rows = new ArrayList<>(table.rows().size());
        for (Row row : table.rows()) {
            Row seen = touched.isEmpty() ? row : row(table, row.uuid());
            if (seen != null) {
                rows.add(seen);
            }
        }
        for (Touched each : touched.values()) {
            if (each.table == table && each.before == null && each.after != null) {
                rows.add(each.after);
            }
        }
        return rows;
    }

    /**
     * Whether a name is free: no row has it, and none that was there before this transaction had it.
     *
     * @param table a table of the database
     * @param uuid the name
     * @return true if a row of that name may be inserted
     */
    public boolean isFree(Table table, UUID uuid) {
        Touched known = touched.get(key(table, uuid));
        return known == null ? table.row(uuid) == null : known.before == null && known.after == null;
    }

    /** Whether this transaction has a picture of its own of a row. */
    boolean isTouched(Table table, UUID uuid) {
        return touched.containsKey(key(table, uuid));
    }

    /**
     * Inserts a row.
     *
     * @param table a table of the database
     * @param row the row, whose name must be free, or that of a row which this transaction deleted
     */
    public void insert(Table table, Row row) {
        RowKey key = key(table, row.uuid());
        Touched deleted = touched.get(key);
        Row before = deleted == null ? null : deleted.before;
        touched.put(key, new Touched(table, row.uuid(), before, row.withVersion(Uuids.fresh())));
    }

    /**
     * Replaces a row by another of the same name.
     *
     * @param table a table of the database
     * @param row the row, whose name must be that of an existing one
     */
    public void replace(Table table, Row row) {
        existing(table, row.uuid()).after = row;
    }

    /**
     * Deletes a row.
     *
     * @param table a table of the database
     * @param uuid the name of an existing row
     */
    public void delete(Table table, UUID uuid) {
        existing(table, uuid).after = null;
    }

    private Touched existing(Table table, UUID uuid) {
        Touched row = touch(table, uuid);
        if (row == null) {
            throw new IllegalArgumentException("no row " + uuid + " in table " + table.schema());
        }
        return row;
    }

    /**
     * Adds a line for people who read the log.
     *
     * @param text the comment
     */
    public void comment(String text) {
        comment.add(text);
    }

    /** Asks for the commit to be on the disk before it is answered. */
    public void requestDurability() {
        durable = true;
    }

    /**
     * Checks all constraints, deletes garbage, keeps the result in a log and makes it visible.
     *
     * @param log where commits are kept
     * @return what was committed, or null if nothing changed
     * @throws OvsdbException if a constraint is broken or the log fails; then nothing has changed
     */
    public @Nullable Commit commit(CommitLog log) throws OvsdbException {
        touched.values().removeIf(row -> !row.isChanged());
        if (touched.isEmpty()) {
            return null;
        }
        ReferenceCounts counts = new ReferenceCounts(this);
        counts.check();
        Constraints.checkMaxRows(this);
        new WeakReferences(this).prune();
        Constraints.checkIndexes(this);
        List<RowChange> changes = changes();
        if (changes.isEmpty()) {
            return null;
        }
        Commit commit = new Commit(Uuids.fresh(), changes, comment.toString(), durable);
        log.append(commit);
        database.apply(changes, counts.deltas());
        return commit;
    }

    private List<RowChange> changes() {
        List<RowChange> changes = new ArrayList<>();
        for (Touched row : touched.values()) {
            if (row.isChanged()) {
                TableSchema table = row.table.schema();
                Row after = row.before != null && row.after != null ? row.after.withVersion(Uuids.fresh()) : row.after;
                changes.add(new RowChange(table, row.uuid, row.before, after));
            }
        }
        return List.copyOf(changes);
    }
}
