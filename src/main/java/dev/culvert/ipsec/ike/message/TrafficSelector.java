package dev.culvert.ipsec.ike.message;

import dev.culvert.packet.IpAddress;

/**
 * Which packets an SA is for (RFC 7296 section 3.13.1): TS_IPV4_ADDR_RANGE or TS_IPV6_ADDR_RANGE by its addresses.
 *
 * @param protocol IP protocol, 0 is any
 * @param firstPort the lowest port; (0, 65535) is any, (65535, 0) is OPAQUE
 * @param lastPort the highest port
 * @param first the lowest address
 * @param last the highest address, of the same version
 */
public record TrafficSelector(int protocol, int firstPort, int lastPort, IpAddress first, IpAddress last) {
    /** Tells whether an address lies in the range. */
    public boolean covers(IpAddress address) {
        return address.isIpv4() == first.isIpv4() && compare(first, address) <= 0 && compare(address, last) <= 0;
    }

    private static int compare(IpAddress a, IpAddress b) {
        int high = Long.compareUnsigned(a.high(), b.high());
        return high != 0 ? high : Long.compareUnsigned(a.low(), b.low());
    }

    /** Tells whether ports do not matter. */
    public boolean anyPort() {
        return firstPort == 0 && lastPort == 0xffff;
    }

    /** Returns for example {@code 192.0.2.1[17/4789]}. */
    @Override
    public String toString() {
        String ports = anyPort() ? "" : "/" + firstPort + (firstPort == lastPort ? "" : "-" + lastPort);
        return first + (first.equals(last) ? "" : "-" + last) + "[" + protocol + ports + "]";
    }
}
