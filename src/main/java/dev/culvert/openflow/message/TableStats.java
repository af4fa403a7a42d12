package dev.culvert.openflow.message;

import java.util.Optional;

/**
 * A table's counters.
 *
 * @param table its number
 * @param active how many flows it has, unsigned
 * @param lookups packets looked up in it; {@link PortStats#UNSUPPORTED} if not counted
 * @param matched packets that found a flow in it, likewise
 * @param features what it can do; OpenFlow 1.0 to 1.2 tell it in the same message, later versions in one of its own
 */
public record TableStats(int table, int active, long lookups, long matched, Optional<TableFeatures> features) {}
