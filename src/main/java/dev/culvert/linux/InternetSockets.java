package dev.culvert.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** What {@link UdpSocket} and {@link RawSocket} have in common when they are set up. */
final class InternetSockets {
    private InternetSockets() {}

    /** Opens a non-blocking socket of a family; nothing is set and it is not bound. */
    static int create(int family, int type, int protocol) throws LinuxException {
        return NativeCall.check(
                SocketCalls.socket(family, type | SocketCalls.SOCK_NONBLOCK_CLOEXEC, protocol),
                family == AddressFamily.INET6 ? "socket AF_INET6" : "socket AF_INET");
    }

    /** Sets the options that do not depend on the transport. */
    static void configure(MessageSocket socket, int family, SocketOptions options) throws LinuxException {
        if (options.sendOnly) {
            SocketFilter.dropAll(socket.fd());
        }
        socket.setBuffers(options.receiveBytes, options.sendBytes);
        if (options.mark != 0) {
            socket.setMark(options.mark);
        }
        int discover = options.dontFragment ? SocketOption.PMTUDISC_DO : SocketOption.PMTUDISC_DONT;
        if (family == AddressFamily.INET6) {
            socket.set(SocketOption.IPPROTO_IPV6, SocketOption.IPV6_MTU_DISCOVER, discover, "IPV6_MTU_DISCOVER");
            if (!options.flowLabels) {
                socket.set(SocketOption.IPPROTO_IPV6, SocketOption.IPV6_AUTOFLOWLABEL, 0, "IPV6_AUTOFLOWLABEL");
            }
            if (options.packetInfo) {
                socket.set(SocketOption.IPPROTO_IPV6, SocketOption.IPV6_RECVPKTINFO, 1, "IPV6_RECVPKTINFO");
            }
            if (options.trafficClass) {
                socket.set(SocketOption.IPPROTO_IPV6, SocketOption.IPV6_RECVTCLASS, 1, "IPV6_RECVTCLASS");
                socket.set(SocketOption.IPPROTO_IPV6, SocketOption.IPV6_RECVHOPLIMIT, 1, "IPV6_RECVHOPLIMIT");
            }
        } else {
            socket.set(SocketOption.IPPROTO_IP, SocketOption.IP_MTU_DISCOVER, discover, "IP_MTU_DISCOVER");
            if (options.packetInfo) {
                socket.set(SocketOption.IPPROTO_IP, SocketOption.IP_PKTINFO, 1, "IP_PKTINFO");
            }
            if (options.trafficClass) {
                socket.set(SocketOption.IPPROTO_IP, SocketOption.IP_RECVTOS, 1, "IP_RECVTOS");
                socket.set(SocketOption.IPPROTO_IP, SocketOption.IP_RECVTTL, 1, "IP_RECVTTL");
            }
        }
    }

    /** Binds to the options' local address, or any, and a port. */
    static void bind(MessageSocket socket, int family, int port, SocketOptions options) throws LinuxException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = options.local == null
                    ? SocketAddress.any(arena, family, port)
                    : SocketAddress.of(arena, options.local, port);
            NativeCall.check(SocketCalls.bind(socket.fd(), address), "bind");
        }
    }
}
