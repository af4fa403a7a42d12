package dev.culvert.observe;

/**
 * A packet of a capture.
 *
 * @param number counted from 1
 * @param nanos when, since 1970-01-01T00:00Z; 0 if it is not known
 * @param linkType what its bytes begin with: a LINKTYPE number
 * @param port the interface's name; empty if it has none
 * @param originalLength how long it was, of which {@code bytes} may be the beginning
 * @param comment what is said about it; empty for nothing
 */
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
public record CapturedPacket(
        long number, long nanos, int linkType, String port, long originalLength, String comment, byte[] bytes) {}
