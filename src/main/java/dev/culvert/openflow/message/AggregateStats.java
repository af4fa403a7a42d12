package dev.culvert.openflow.message;

/**
 * The sum over some flows.
 *
 * @param packets their packets, {@link PortStats#UNSUPPORTED} if not counted
 * @param bytes their bytes, likewise
 * @param flows how many they are
 */
public record AggregateStats(long packets, long bytes, int flows) {}
