package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel knows of the path to one neighbour: its MTU and the source address, by a connected UDP socket that
 * never sends (ip(7), IP_MTU).
 */
public final class PathMtuProbe implements AutoCloseable {
    /** Any port will do, since nothing is sent: discard (RFC 863). */
    private static final int PORT = 9;

    private final Descriptor descriptor;
    private final InetAddress remote;

    private PathMtuProbe(int fd, InetAddress remote) {
        descriptor = new Descriptor(fd);
        this.remote = remote;
    }

    /**
     * Connects to a neighbour.
     *
     * @param local the source address, or null for the route's
     * @param mark for policy routing, 0 for none
     * @throws LinuxException ENETUNREACH and the like when there is no way, EADDRNOTAVAIL when {@code local} is not ours
     */
    public static PathMtuProbe open(InetAddress remote, @Nullable InetAddress local, int mark) throws LinuxException {
        int type = SocketCalls.SOCK_DGRAM | SocketCalls.SOCK_NONBLOCK_CLOEXEC;
        int fd = NativeCall.check(SocketCalls.socket(SocketAddress.family(remote), type, 0), "socket");
        PathMtuProbe probe = new PathMtuProbe(fd, remote);
        try (Arena arena = Arena.ofConfined()) {
            if (local != null) {
                NativeCall.check(SocketCalls.bind(fd, SocketAddress.of(arena, local, 0)), "bind");
            }
            if (mark != 0) {
                NativeCall.check(
                        SocketCalls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_MARK, mark), "SO_MARK");
            }
            probe.connect();
            return probe;
        } catch (LinuxException e) {
            probe.close();
            throw e;
        }
    }

    /**
     * Returns the path's MTU in bytes, outer IP header included. It is what was known when the probe was opened or
     * {@link #refresh refreshed}, or what an ICMP message has said since.
     *
     * @throws LinuxException ENOTCONN when the last refresh failed
     */
    public int mtu() throws LinuxException {
        return SocketAddress.family(remote) == AddressFamily.INET6
                ? NativeCall.check(
                        SocketCalls.getOption(descriptor.number(), SocketOption.IPPROTO_IPV6, SocketOption.IPV6_MTU),
                        "IPV6_MTU")
                : NativeCall.check(
                        SocketCalls.getOption(descriptor.number(), SocketOption.IPPROTO_IP, SocketOption.IP_MTU),
                        "IP_MTU");
    }

    /** Returns the source address of packets to the neighbour. */
    public InetAddress localAddress() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(SocketAddress.IN6_SIZE, 8);
            NativeCall.check(SocketCalls.getsockname(descriptor.number(), address), "getsockname");
            return SocketAddress.inetAddress(address);
        }
    }

    /**
     * Looks the route up again, as after a change of routes.
     *
     * @throws LinuxException as {@link #open}; the probe can be refreshed again later
     */
    public void refresh() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            // dissolved first: otherwise the source that the old route gave would stay
            MemorySegment nobody = arena.allocate(SocketAddress.IN_SIZE, 8);
            nobody.set(JAVA_SHORT, 0, (short) AddressFamily.UNSPEC);
            NativeCall.check(SocketCalls.connect(descriptor.number(), nobody), "connect");
        }
        connect();
    }

    @Override
    public void close() {
        descriptor.close();
    }

    private void connect() throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            NativeCall.check(
                    SocketCalls.connect(descriptor.number(), SocketAddress.of(arena, remote, PORT)),
                    "connect " + remote.getHostAddress());
        }
    }
}
