package dev.culvert.ovsdb.engine;

import java.util.List;
import java.util.UUID;

/**
 * A transaction that passed all checks.
 *
 * @param id the transaction's name in monitor_cond_since
 * @param changes what it did, one element a row; never empty
 * @param comment its comments, a line each; empty without any
 * @param durable whether it must be on the disk before it is answered
 */
public record Commit(UUID id, List<RowChange> changes, String comment, boolean durable) {}
