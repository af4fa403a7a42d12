package dev.culvert.observe.metrics;

import dev.culvert.ovsdb.server.ServerStatistics;
import dev.culvert.vswitch.SwitchState.DatabaseState;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** The database: the switch's copy, and the server where that is in the same process. */
final class DatabaseMetrics {
    private final Exposition out;
    private final DatabaseState state;

    DatabaseMetrics(Exposition out, DatabaseState state) {
        this.out = out;
        this.state = state;
    }

    void write() throws IOException {
        gauge("connected", "Whether the switch's copy of the database is up to date.", state.connected() ? 1 : 0);
        gauge("copy_cells", "Values in the switch's copy, one for each column of each row.", state.cells());
        ServerStatistics server = state.server();
        if (server == null) {
            return;
        }
        gauge("clients", "Clients of the database server.", server.clients());
        gauge("monitors", "Monitors of its clients.", server.monitors());
        gauge("blocked_transactions", "Transactions that wait.", server.blocked());
        out.family(
                MetricType.COUNTER,
                "database_transactions",
                "Transactions of clients that were carried out, failed ones included.");
        out.sample(Labels.NONE, server.transactions());
        gauge("log_bytes", "Length of the database's file.", server.logBytes());
        gauge("compacted_log_bytes", "Length of that file when it was opened or compacted.", server.compactedBytes());
        gauge("log_records", "Transactions in that file since then.", server.logRecords());
        out.family(MetricType.GAUGE, "database_rows", "Rows of a table.");
        for (Map.Entry<String, Integer> table : new TreeMap<>(server.rows()).entrySet()) {
            out.sample(Labels.of("table", table.getKey()), table.getValue());
        }
    }

    private void gauge(String name, String help, long value) throws IOException {
        out.family(MetricType.GAUGE, "database_" + name, help);
        out.sample(Labels.NONE, value);
    }
}
