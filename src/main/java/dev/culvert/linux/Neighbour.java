package dev.culvert.linux;

import java.net.InetAddress;

/**
 * An entry of the ARP or neighbour discovery cache.
 *
 * @param ifindex the interface that the neighbour is behind
 * @param address the neighbour's IP address
 * @param mac its Ethernet address as in {@link Link#mac}; 0 while it is not known
 * @param state NUD_* of linux/neighbour.h
 * @param protocol who made it, RTPROT_* of linux/rtnetlink.h; 0 when nobody said so
 */
public record Neighbour(int ifindex, InetAddress address, long mac, int state, int protocol) {
    static final int NUD_REACHABLE = 0x02;
    static final int NUD_STALE = 0x04;
    static final int NUD_DELAY = 0x08;
    static final int NUD_PROBE = 0x10;
    static final int NUD_NOARP = 0x40;
    static final int NUD_PERMANENT = 0x80;
    static final int NUD_VALID = NUD_PERMANENT | NUD_NOARP | NUD_REACHABLE | NUD_PROBE | NUD_STALE | NUD_DELAY;

    /** Tells whether somebody has put it in by hand, for ever. */
    public boolean permanent() {
        return (state & NUD_PERMANENT) != 0;
    }

    /** Tells whether it stands for no device of its own: loopback, multicast. */
    public boolean nobody() {
        return (state & NUD_NOARP) != 0;
    }

    /** Tells whether the kernel would send to {@link #mac} now. */
    public boolean valid() {
        return (state & NUD_VALID) != 0;
    }
}
