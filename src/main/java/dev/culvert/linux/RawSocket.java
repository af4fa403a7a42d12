package dev.culvert.linux;

/**
 * All packets of one IP protocol (raw(7)), for example GRE (47).
 *
 * <p>An IPv4 socket receives packets with their IPv4 header; an IPv6 socket receives what follows the IPv6 header and its
 * extensions (RFC 3542 section 3). Both are sent without the IP header, which the kernel makes: the message's destination
 * has port 0. Fragments are reassembled by the kernel before.
 */
public final class RawSocket extends MessageSocket {
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
}
