package dev.culvert.ovsdb.server;

import dev.culvert.jsonrpc.JsonText;
import dev.culvert.ovsdb.data.Atom;
import dev.culvert.ovsdb.data.ColumnSchema;
import dev.culvert.ovsdb.data.DatabaseSchema;
import dev.culvert.ovsdb.data.Datum;
import dev.culvert.ovsdb.data.OvsdbException;
import dev.culvert.ovsdb.data.Row;
import dev.culvert.ovsdb.data.Schemas;
import dev.culvert.ovsdb.data.TableSchema;
import dev.culvert.ovsdb.engine.Database;
import dev.culvert.ovsdb.engine.Table;
import dev.culvert.ovsdb.engine.Transaction;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The _Server database (ovsdb-server(5)), in which clients read about the server's databases. It exists in memory only. */
final class StatusDatabase {
    private static final String TABLE = "Database";

    private final ServedDatabase served = new ServedDatabase(new Database(Schemas.server()), _ -> {});

    /** The database, to be served like the others. */
    ServedDatabase served() {
        return served;
    }

    /** Describes a database, or describes it anew after its schema has changed. */
    void describe(DatabaseSchema schema, long nowMillis) {
        Table table = served.database().table(TABLE);
        if (table == null) {
            throw new IllegalStateException("no table " + TABLE);
        }
        Map<String, Datum> values = Map.of(
                "name", Datum.of(Atom.of(schema.name())),
                "model", Datum.of(Atom.of("standalone")),
                "connected", Datum.of(Atom.of(true)),
                "leader", Datum.of(Atom.of(true)),
                "schema", Datum.of(Atom.of(JsonText.of(schema.toJson()))));
        Transaction transaction = new Transaction(served.database());
        Row row = row(table, schema.name());
        Row changed = row == null ? Row.create(table.schema(), UUID.randomUUID()) : row;
        for (Map.Entry<String, Datum> value : values.entrySet()) {
            changed = changed.with(column(table.schema(), value.getKey()), value.getValue());
        }
        if (row == null) {
            transaction.insert(table, changed);
        } else {
            transaction.replace(table, changed);
        }
        commit(transaction, nowMillis);
    }

    private void commit(Transaction transaction, long nowMillis) {
        try {
            served.commit(transaction, nowMillis);
        } catch (OvsdbException e) {
            throw new IllegalStateException("_Server does not take its own rows", e);
        }
    }

    private static @Nullable Row row(Table table, String name) {
        ColumnSchema column = column(table.schema(), "name");
        Datum wanted = Datum.of(Atom.of(name));
        return table.rows().stream()
                .filter(row -> row.get(column).equals(wanted))
                .findFirst()
                .orElse(null);
    }

    private static ColumnSchema column(TableSchema table, String name) {
        ColumnSchema column = table.column(name);
        if (column == null) {
            throw new IllegalStateException("no column " + name);
        }
        return column;
    }
}
