package dev.culvert.openflow.message;

/**
 * A queue's counters; {@link PortStats#UNSUPPORTED} for those not kept.
 *
 * @param port the port's number, in the 32-bit form
 * @param queue the queue's number
 * @param txBytes bytes sent
 * @param txPackets packets sent
 * @param txErrors packets dropped for want of room
 * @param durationNanos its age; sent in OpenFlow 1.3 and later
 */
public record QueueStats(int port, int queue, long txBytes, long txPackets, long txErrors, long durationNanos) {}
