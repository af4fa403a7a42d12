package dev.culvert.jsonrpc;

import java.time.Duration;

/**
 * Bounds of one connection.
 *
 * @param limits of one message received
 * @param maxBacklogBytes what may wait to be sent; a peer that lets more pile up is not reading and is closed. One
 *     message may be longer than this if nothing else waits
 * @param maxCalls requests of ours that may wait for their answers
 * @param probeInterval silence after which the peer is asked for an echo, and as much again after which it is closed;
 *     zero for never
 */
public record JsonRpcOptions(JsonLimits limits, long maxBacklogBytes, int maxCalls, Duration probeInterval) {
    /** No probes: right for a Unix socket, whose death the kernel reports. */
    public static final JsonRpcOptions DEFAULT =
            new JsonRpcOptions(JsonLimits.DEFAULT, 32L << 20, 10_000, Duration.ZERO);

    /** The same with another interval of probes; Open vSwitch's own for TCP is 5 seconds. */
    public JsonRpcOptions withProbeInterval(Duration interval) {
        return new JsonRpcOptions(limits, maxBacklogBytes, maxCalls, interval);
    }
}
