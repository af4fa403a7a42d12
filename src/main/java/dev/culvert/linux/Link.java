package dev.culvert.linux;

import java.util.Locale;

/**
 * A network interface, as rtnetlink(7) describes it.
 *
 * @param ifindex its number in this network namespace
 * @param name its name
 * @param mac its Ethernet address in the lower 48 bits, the first byte of the wire the most significant; 0 without one
 * @param mtu the largest layer 3 packet, in bytes
 * @param flags IFF_* of linux/if.h
 * @param kind the type of a virtual interface, for example {@code veth}; otherwise empty
 * @param masterIndex the bridge or bond that it belongs to, or 0
 * @param linkIndex the interface beneath it, or a veth's peer (whose number counts in the peer's namespace); 0 for none
 * @param statistics its counters when it was asked
 */
public record Link(
        int ifindex,
        String name,
        long mac,
        int mtu,
        int flags,
        String kind,
        int masterIndex,
        int linkIndex,
        LinkStatistics statistics) {
    static final int IFF_UP = 0x1;
    static final int IFF_LOOPBACK = 0x8;
    static final int IFF_LOWER_UP = 0x10000;

    /** Tells whether the administrator has set the interface up. */
    public boolean adminUp() {
        return (flags & IFF_UP) != 0;
    }

    /** Tells whether the interface has a carrier: a cable, a peer that is up. False while it is set down. */
    public boolean carrier() {
        return (flags & IFF_LOWER_UP) != 0;
    }

    /** Tells whether this is the loopback interface. */
    public boolean loopback() {
        return (flags & IFF_LOOPBACK) != 0;
    }

    /** Returns {@link #mac} as six hexadecimal pairs, for example {@code 02:00:00:00:00:01}. */
    public String macText() {
        return String.format(
                Locale.ROOT,
                "%02x:%02x:%02x:%02x:%02x:%02x",
                mac >>> 40 & 0xff,
                mac >>> 32 & 0xff,
                mac >>> 24 & 0xff,
                mac >>> 16 & 0xff,
                mac >>> 8 & 0xff,
                mac & 0xff);
    }
}
