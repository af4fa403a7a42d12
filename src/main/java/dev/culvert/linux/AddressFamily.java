package dev.culvert.linux;

/** The address families of socket(2) that the switch uses, with the kernel's numbers (linux/socket.h). */
public final class AddressFamily {
    /** No family: in connect(2) it dissolves a UDP socket's association. */
    public static final int UNSPEC = 0;
    /** IPv4. */
    public static final int INET = 2;
    /** What a bridge has learnt. */
    public static final int BRIDGE = 7;
    /** IPv6. */
    public static final int INET6 = 10;
    /** Netlink. */
    public static final int NETLINK = 16;
    /** Whole frames of a link. */
    public static final int PACKET = 17;

    private AddressFamily() {}
}
