package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A UDP socket with segmentation (UDP_SEGMENT) on the way out and coalescing (UDP_GRO) on the way in, where the kernel
 * has them (udp(7)). Never connected: a tunnel's neighbours send from many ports.
 */
public final class UdpSocket extends MessageSocket {
    /** The most datagrams that one send may be cut into (UDP_MAX_SEGMENTS of kernels before 6.10; 128 since). */
    public static final int MAX_SEGMENTS = 64;

    private final boolean segmentation;
    private final boolean coalescing;
    private final int localPort;

    private UdpSocket(int fd, int family, int port, SocketOptions options) throws LinuxException {
        super(fd);
        try {
            InternetSockets.configure(this, family, options);
            if (family == AddressFamily.INET6) {
                set(SocketOption.IPPROTO_IPV6, SocketOption.IPV6_V6ONLY, 1, "IPV6_V6ONLY");
                set(
                        SocketOption.SOL_UDP,
                        SocketOption.UDP_NO_CHECK6_TX,
                        options.noChecksum ? 1 : 0,
                        "UDP_NO_CHECK6_TX");
                set(
                        SocketOption.SOL_UDP,
                        SocketOption.UDP_NO_CHECK6_RX,
                        options.acceptNoChecksum ? 1 : 0,
                        "UDP_NO_CHECK6_RX");
            } else {
                set(SocketOption.SOL_SOCKET, SocketOption.SO_NO_CHECK, options.noChecksum ? 1 : 0, "SO_NO_CHECK");
            }
            // a kernel that can segment answers, with the size 0; one that asks for no checksum cannot have it anyway
            segmentation = !options.noChecksum
                    && SocketCalls.getOption(fd, SocketOption.SOL_UDP, SocketOption.UDP_SEGMENT) >= 0;
            coalescing = options.coalesce && trySet(SocketOption.SOL_UDP, SocketOption.UDP_GRO, 1);
            InternetSockets.bind(this, family, port, options);
            localPort = boundPort();
        } catch (LinuxException e) {
            close();
            throw e;
        }
    }

    /**
     * Opens a socket and binds it; an IPv6 one takes no IPv4 traffic.
     *
     * @param family INET or INET6 of {@link AddressFamily}
     * @param port the local port; 0 for one of the kernel's choice
     * @throws LinuxException EADDRINUSE when the port is taken, EADDRNOTAVAIL when the local address is not this host's
     */
    public static UdpSocket open(int family, int port, SocketOptions options) throws LinuxException {
        return new UdpSocket(InternetSockets.create(family, SocketCalls.SOCK_DGRAM, 0), family, port, options);
    }

    /** Returns the port that the socket is bound to. */
    public int localPort() {
        return localPort;
    }

    /**
     * Tells whether one message may be cut into many datagrams with the control message UDP_SEGMENT. The total may be
     * 65507 bytes and {@link #MAX_SEGMENTS} datagrams; a send may still fail with EIO where the interface cannot sum.
     */
    public boolean segmentation() {
        return segmentation;
    }

    /** Tells whether a received message may be many datagrams, of the size in the control message UDP_GRO. */
    public boolean coalescing() {
        return coalescing;
    }

    private int boundPort() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddress.IN6_SIZE, 8);
            NativeCall.check(SocketCalls.getsockname(fd(), address), "getsockname");
            return SocketAddress.port(address);
        }
    }
}
