package dev.culvert.ipsec.ike;

/**
 * What a CHILD_SA has carried.
 *
 * @param lastInbound when the last authentic packet came, in nanoseconds of the engine's clock; {@link Long#MIN_VALUE} if none has
 * @param outboundPackets packets sent
 */
public record SaUsage(long lastInbound, long outboundPackets) {
    /** Nothing, or not known. */
    public static final SaUsage NONE = new SaUsage(Long.MIN_VALUE, 0);
}
