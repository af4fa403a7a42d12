package dev.culvert.linux;

/**
 * All packets of one IP protocol (raw(7)), for example GRE (47).
 *
 * <p>An IPv4 socket receives packets with their IPv4 header; an IPv6 socket receives what follows the IPv6 header and its
 * extensions (RFC 3542 section 3). Both are sent without the IP header, which the kernel makes: the message's destination
 * has port 0. Fragments are reassembled by the kernel before.
 *
 * <p>One that {@link #openHeaderIncluded} gives sends packets of any protocol, each with its IPv4 header, and receives
 * none: the kernel makes a copy of each packet for every socket of its protocol, even one that throws it away at once.
 */
public final class RawSocket extends MessageSocket {
    /** The protocol that no packet has, and that implies IP_HDRINCL (raw(7)). */
    private static final int IPPROTO_RAW = 255;

    private RawSocket(int fd, int family, SocketOptions options) throws LinuxException {
        super(fd);
        try {
            InternetSockets.configure(this, family, options);
            if (options.local != null) {
                InternetSockets.bind(this, family, 0, options);
            }
        } catch (LinuxException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens a socket; the options that are for UDP only are ignored.
     *
     * @param family INET or INET6 of {@link AddressFamily}
     * @param protocol the number in the IP header
     * @throws LinuxException EPERM without CAP_NET_RAW, EADDRNOTAVAIL when the local address is not this host's
     */
    public static RawSocket open(int family, int protocol, SocketOptions options) throws LinuxException {
        return new RawSocket(InternetSockets.create(family, SocketCalls.SOCK_RAW, protocol), family, options);
    }

    /**
     * Opens a socket for IPv4 packets that bring their header along. The kernel routes by the message's destination and
     * fills in total length and checksum, and the source and identification where they are 0; it never fragments what is
     * longer than the interface's MTU (EMSGSIZE), whatever {@link SocketOptions#dontFragment} says.
     *
     * @throws LinuxException EPERM without CAP_NET_RAW
     */
    public static RawSocket openHeaderIncluded(SocketOptions options) throws LinuxException {
        int fd = InternetSockets.create(AddressFamily.INET, SocketCalls.SOCK_RAW, IPPROTO_RAW);
        return new RawSocket(fd, AddressFamily.INET, options);
    }
}
