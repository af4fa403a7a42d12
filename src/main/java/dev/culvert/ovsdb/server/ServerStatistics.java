package dev.culvert.ovsdb.server;

import java.util.Map;

/**
 * What a database server has and does.
 *
 * @param clients who are connected
 * @param monitors how many their monitors are
 * @param transactions how many were carried out since the start, failed ones and those that changed nothing included
 * @param blocked how many wait
 * @param logBytes the length of the database's file
 * @param compactedBytes its length after the last compaction, or when it was opened
 * @param logRecords transactions in the file since then
 * @param rows how many rows each table of the database has
 */
public record ServerStatistics(
        int clients,
        int monitors,
        long transactions,
        int blocked,
        long logBytes,
        long compactedBytes,
        int logRecords,
        Map<String, Integer> rows) {
    /** Keeps its own copy. */
    public ServerStatistics {
        rows = Map.copyOf(rows);
    }
}
