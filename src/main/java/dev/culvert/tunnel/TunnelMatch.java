package dev.culvert.tunnel;

import dev.culvert.packet.IpAddress;

/**
 * What a received packet must be like to belong to a tunnel port. Two tunnels of which this is equal cannot exist side by
 * side.
 *
 * @param transport {@link TunnelType#transport}
 * @param key the key it must have; 0 if {@code keyFlow}
 * @param keyFlow whether any key will do
 * @param remote the outer source it must have; {@link IpAddress#NONE} if {@code remoteFlow}
 * @param remoteFlow whether any outer source will do
 * @param local the outer destination it must have; {@link IpAddress#NONE} for any
 * @param localFlow whether flows decide about the outer destination
 */
public record TunnelMatch(
        int transport,
        long key,
        boolean keyFlow,
        IpAddress remote,
        boolean remoteFlow,
        IpAddress local,
        boolean localFlow) {

    /** How many classes there are. */
    static final int CLASSES = 12;

    /**
     * Returns the class, 0 to 11, in the order in which they are searched: an exact key goes before any, then a fixed remote
     * end before any, then a configured local address before any before one from the flow.
     */
    int order() {
        int source = localFlow ? 2 : local.equals(IpAddress.NONE) ? 1 : 0;
        return (keyFlow ? 6 : 0) + (remoteFlow ? 3 : 0) + source;
    }

    /**
     * Describes it as Open vSwitch does in logs and lists.
     *
     * @param port the datapath's port number
     */
    String describe(int port) {
        String ends;
        if (!remoteFlow) {
            ends = local + "->" + remote;
        } else {
            ends = localFlow ? "flow->flow" : local + "->flow";
        }
        return ends + ", key=" + (keyFlow ? "flow" : hex(key)) + ", legacy_l2, dp port=" + port;
    }

    /** C's {@code %#x}: 0 has no prefix. */
    static String hex(long value) {
        return value == 0 ? "0" : "0x" + Long.toHexString(value);
    }
}
