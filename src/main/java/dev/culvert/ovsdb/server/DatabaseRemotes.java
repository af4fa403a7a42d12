package dev.culvert.ovsdb.server;

import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.Constraint;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.engine.Commit;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.engine.Transaction;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.StreamException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The remotes that the database names itself: rows with a {@code target}, to which a column of another table refers. They
 * come and go with the rows, and their {@code is_connected} and {@code status} are written there. Used by the server's
 * thread.
 */
final class DatabaseRemotes {
    private static final Logger LOG = System.getLogger("ovsdb_jsonrpc_server");

    /** How often the status is written, and what failed is tried again, as ovsdb-server has it. */
    private static final long PERIOD_MILLIS = 2500;

    private final OvsdbServer server;
    private final ServerCore core;
    private final String tableName;
    private final String columnName;
    private final Directories directories;
    private final Map<String, Remote> remotes = new HashMap<>();
    private final Map<String, String> failures = new HashMap<>();
    private long nextMillis;

    DatabaseRemotes(OvsdbServer server, ServerCore core, String table, String column, Directories directories) {
        this.server = server;
        this.core = core;
        this.tableName = table;
        this.columnName = column;
        this.directories = directories;
    }

    private record Named(Table table, Map<String, Row> rows) {}

    /** The rows that are referred to, by target; null where the schema has no such thing. */
    private @Nullable Named named() {
        Table referring = core.main().database().table(tableName);
        ColumnSchema column = referring == null ? null : referring.schema().column(columnName);
        Constraint.Reference reference =
                column == null ? null : column.type().key().reference();
        Table table = reference == null ? null : core.main().database().table(reference.table());
        if (referring == null || column == null || table == null) {
            return null;
        }
        Map<String, Row> rows = new LinkedHashMap<>();
        for (Row row : referring.rows()) {
            for (Atom key : row.get(column).keys()) {
                Row target = table.row(((Atom.OfUuid) key).value());
                if (target != null && value(table, target, "target") instanceof Atom.OfString(String name)) {
                    rows.put(name, target);
                }
            }
        }
        return new Named(table, rows);
    }

    private static @Nullable Atom value(Table table, Row row, String name) {
        ColumnSchema column = table.schema().column(name);
        Datum datum = column == null ? Datum.EMPTY : row.get(column);
        return datum.isEmpty() ? null : datum.key(0);
    }

    /** After every commit: serves where the database says now. */
    void changed(Commit commit) {
        Named named = named();
        String rows = named == null ? tableName : named.table().schema().name();
        boolean concerned = commit.changes().stream()
                .map(change -> change.table().name())
                .anyMatch(name -> name.equals(tableName) || name.equals(rows));
        if (concerned) {
            refresh();
        }
    }

    /** Serves where the database says. */
    void refresh() {
        Named named = named();
        Map<String, Row> wanted = named == null ? Map.of() : named.rows();
        failures.keySet().retainAll(wanted.keySet());
        remotes.entrySet().removeIf(entry -> {
            boolean gone = !wanted.containsKey(entry.getKey());
            if (gone) {
                entry.getValue().close();
            }
            return gone;
        });
        if (named != null) {
            wanted.forEach((target, row) -> serve(target, named.table(), row));
        }
    }

    private void serve(String target, Table table, Row row) {
        try {
            Remote present = remotes.get(target);
            StreamAddress address = present == null
                    ? StreamAddress.of(target, StreamAddress.OVSDB_PORT, directories)
                    : present.address();
            RemoteOptions standard = RemoteOptions.defaults(address);
            RemoteOptions options = new RemoteOptions(
                    millis(table, row, "inactivity_probe", standard.inactivityProbe()),
                    millis(table, row, "max_backoff", standard.maxBackoff()));
            if (present == null) {
                remotes.put(target, server.serveNow(address, options));
                failures.remove(target);
            } else {
                present.configure(options);
            }
        } catch (StreamException e) {
            // it is tried again and again, but told once
            if (!e.reason().equals(failures.put(target, e.reason()))) {
                LOG.log(Level.ERROR, "{0}: listen failed: {1}", target, e.reason());
            }
        }
    }

    private static Duration millis(Table table, Row row, String column, Duration standard) {
        return value(table, row, column) instanceof Atom.OfInteger(long millis)
                ? Duration.ofMillis(Math.clamp(millis, 0, Integer.MAX_VALUE))
                : standard;
    }

    /** From time to time: tries again what failed, and writes how it stands. */
    void tick(long nowMillis) {
        if (nowMillis < nextMillis) {
            return;
        }
        nextMillis = nowMillis + PERIOD_MILLIS;
        if (!failures.isEmpty()) {
            refresh();
        }
        Named named = named();
        if (named == null || named.rows().isEmpty()) {
            return;
        }
        Transaction transaction = new Transaction(core.main().database());
        named.rows().forEach((target, row) -> {
            Remote remote = remotes.get(target);
            RemoteStatus status = remote == null ? new RemoteStatus(false, Map.of()) : remote.status();
            Row changed = with(named.table(), row, "is_connected", Datum.of(Atom.of(status.connected())));
            changed = with(named.table(), changed, "status", Datum.stringMap(status.status()));
            if (!changed.sameValues(row)) {
                transaction.replace(named.table(), changed);
            }
        });
        try {
            core.main().commit(transaction, nowMillis);
        } catch (OvsdbException e) {
            LOG.log(Level.WARNING, "status of {0}: {1}", tableName, e.getMessage());
        }
    }

    private static Row with(Table table, Row row, String name, Datum value) {
        ColumnSchema column = table.schema().column(name);
        return column == null ? row : row.with(column, value);
    }
}
