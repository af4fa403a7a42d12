package dev.culvert.linux;

/**
 * An interface's counters since it was made, as the kernel counts them (struct rtnl_link_stats64, linux/if_link.h): all
 * of them never decrease and are unsigned.
 *
 * @param receivedPackets frames that arrived
 * @param sentPackets frames that left
 * @param receivedBytes bytes that arrived
 * @param sentBytes bytes that left
 * @param receiveErrors frames that arrived damaged
 * @param sendErrors frames that could not be sent
 * @param receiveDropped frames that arrived and were not processed
 * @param sendDropped frames that were not sent for want of room
 * @param receivedMulticast frames that arrived for groups
 * @param collisions collisions when sending
 * @param receiveOverErrors frames lost to an overflow in the hardware
 * @param receiveCrcErrors frames with a wrong check sequence
 * @param receiveFrameErrors frames wrongly aligned
 * @param receiveMissedErrors frames lost because the host was too slow
 */
public record LinkStatistics(
        long receivedPackets,
        long sentPackets,
        long receivedBytes,
        long sentBytes,
        long receiveErrors,
        long sendErrors,
        long receiveDropped,
        long sendDropped,
        long receivedMulticast,
        long collisions,
        long receiveOverErrors,
        long receiveCrcErrors,
        long receiveFrameErrors,
        long receiveMissedErrors) {
    /** All counters zero: an interface that counts nothing. */
    public static final LinkStatistics NONE = new LinkStatistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);
}
