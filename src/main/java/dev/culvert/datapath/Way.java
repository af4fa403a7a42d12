package dev.culvert.datapath;

import dev.culvert.packet.IpAddress;

/**
 * How a tunnel's packets leave this host.
 *
 * @param ifindex the interface that leads to the neighbour; 0 where there is none, or it does not matter
 * @param source the outer source address
 * @param hop whose link address they get: the tunnel's remote address, or a router's
 */
public record Way(int ifindex, IpAddress source, IpAddress hop) {
    /** To nowhere. */
    public static final Way NONE = new Way(0, IpAddress.NONE, IpAddress.NONE);
}
