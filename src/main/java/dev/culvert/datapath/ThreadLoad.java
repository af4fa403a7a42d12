package dev.culvert.datapath;

/**
 * How busy a datapath thread has been. The time includes looking for packets for a moment before it sleeps; it ends with the
 * last pass, so that of a thread which sleeps it is complete.
 *
 * @param name the thread's
 * @param busyNanos nanoseconds since it began that it did not wait for packets
 */
public record ThreadLoad(String name, long busyNanos) {}
