package dev.culvert.ovsdb.server;

import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.engine.Commit;
import dev.culvert.ovsdb.engine.RowChange;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The last few transactions, so that a client that lost its connection need not be sent everything again (ovsdb-server(7) section
 * 4.1.15).
 */
final class History {
    private static final int MAX_TRANSACTIONS = 100;

    /** Rows that the history may keep alive beyond the database's own. */
    private static final int MAX_CHANGES = 10_000;

    /** Bytes of values that only the history keeps alive. */
    private static final long MAX_WEIGHT = 8 << 20;

    private final ArrayDeque<Entry> commits = new ArrayDeque<>();
    private int changes;
    private long weight;

    /** The transaction before the oldest one that is remembered. */
    private UUID base = UUID.randomUUID();

    /** The name of the newest transaction. */
    UUID last() {
        return commits.isEmpty() ? base : commits.getLast().commit().id();
    }

    void add(Commit commit) {
        Entry entry = new Entry(commit, weight(commit));
        commits.add(entry);
        changes += commit.changes().size();
        weight += entry.weight();
        while (commits.size() > MAX_TRANSACTIONS || changes > MAX_CHANGES || weight > MAX_WEIGHT) {
            Entry oldest = commits.removeFirst();
            base = oldest.commit().id();
            changes -= oldest.commit().changes().size();
            weight -= oldest.weight();
        }
    }

    private record Entry(Commit commit, long weight) {}

    /** What the rows held that the commit replaced, about. */
    private static long weight(Commit commit) {
        long weight = 0;
        for (RowChange change : commit.changes()) {
            Row before = change.before();
            Row after = change.after();
            for (ColumnSchema column :
                    before == null ? List.<ColumnSchema>of() : change.table().columns()) {
                if (before != null && (after == null || before.get(column) != after.get(column))) {
                    weight += before.get(column).weight();
                }
            }
        }
        return weight;
    }

    /** What changed after a transaction, one element a row; null if that transaction is not remembered. */
    @Nullable
    List<RowChange> since(UUID id) {
        boolean found = id.equals(base);
        Map<UUID, RowChange> merged = new LinkedHashMap<>();
        for (Entry entry : commits) {
            Commit commit = entry.commit();
            if (found) {
                commit.changes().forEach(change -> merge(merged, change));
            }
            found |= commit.id().equals(id);
        }
        return found ? new ArrayList<>(merged.values()) : null;
    }

    private static void merge(Map<UUID, RowChange> merged, RowChange change) {
        RowChange earlier = merged.get(change.uuid());
        if (earlier == null) {
            merged.put(change.uuid(), change);
        } else if (earlier.before() == null && change.after() == null) {
            merged.remove(change.uuid());
        } else {
            merged.put(change.uuid(), new RowChange(change.table(), change.uuid(), earlier.before(), change.after()));
        }
    }
}
