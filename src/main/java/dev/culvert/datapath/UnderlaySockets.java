package dev.culvert.datapath;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.UdpSocket;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The sockets that tunnels send by, opened when the first tunnel needs them and shared by all. UDP gets several, each with
 * a source port of its own: routers and network cards spread flows by it (RFC 7348, section 5), and one socket has but one.
 * The conductor's.
 */
final class UnderlaySockets implements AutoCloseable {
    /** Source ports per kind of socket; a power of two. */
    static final int ENTROPY = 8;

    private static final int PROTOCOL_GRE = 47;
    private static final int SEND_BUFFER = 7 << 20;

    private record Kind(boolean udp, boolean ipv6, boolean dontFragment, boolean noChecksum) {}

    private final Map<Kind, MessageSocket[]> open = new HashMap<>();

    /**
     * Gives the sockets of a kind; their number is a power of two.
     *
     * @throws LinuxException if the kernel refuses one
     */
    MessageSocket[] get(boolean udp, boolean ipv6, boolean dontFragment, boolean noChecksum) throws LinuxException {
        Kind kind = new Kind(udp, ipv6, dontFragment, udp && noChecksum);
        MessageSocket[] sockets = open.get(kind);
        if (sockets == null) {
            sockets = open(kind);
            open.put(kind, sockets);
        }
        return sockets;
    }

    private static MessageSocket[] open(Kind kind) throws LinuxException {
        int family = kind.ipv6 ? AddressFamily.INET6 : AddressFamily.INET;
        List<MessageSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < (kind.udp ? ENTROPY : 1); i++) {
                SocketOptions options = new SocketOptions()
                        .sendOnly(true)
                        .coalesce(false)
                        .packetInfo(false)
                        .trafficClass(false)
                        .dontFragment(kind.dontFragment)
                        .noChecksum(kind.noChecksum)
                        .buffers(0, SEND_BUFFER);
                sockets.add(
                        kind.udp ? UdpSocket.open(family, 0, options) : RawSocket.open(family, PROTOCOL_GRE, options));
            }
        } catch (LinuxException e) {
            sockets.forEach(MessageSocket::close);
            throw e;
        }
        return sockets.toArray(MessageSocket[]::new);
    }

    @Override
    public void close() {
        for (MessageSocket[] sockets : open.values()) {
            for (MessageSocket socket : sockets) {
                socket.close();
            }
        }
        open.clear();
    }
}
