package dev.culvert.datapath;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.UdpSocket;
import dev.culvert.packet.Ip;
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
    /** Source ports per kind of UDP socket; a power of two. */
    static final int ENTROPY = 8;

    private static final int SEND_BUFFER = 7 << 20;

    /** What tells the sockets apart. */
    private sealed interface Kind {
        MessageSocket open() throws LinuxException;

        record Udp(boolean ipv6, boolean dontFragment, boolean noChecksum) implements Kind {
            @Override
            public MessageSocket open() throws LinuxException {
                int family = ipv6 ? AddressFamily.INET6 : AddressFamily.INET;
                return UdpSocket.open(
                        family, 0, options().dontFragment(dontFragment).noChecksum(noChecksum));
            }
        }

        record WithHeader() implements Kind {
            @Override
            public MessageSocket open() throws LinuxException {
                return RawSocket.openHeaderIncluded(options().dontFragment(false));
            }
        }

        record Gre6(boolean dontFragment) implements Kind {
            @Override
            public MessageSocket open() throws LinuxException {
                return RawSocket.open(
                        AddressFamily.INET6, Ip.PROTOCOL_GRE, options().dontFragment(dontFragment));
            }
        }

        record Esp6() implements Kind {
            @Override
            public MessageSocket open() throws LinuxException {
                // the same as what leaves past the IP stack: by another label routers might choose another way
                return RawSocket.open(
                        AddressFamily.INET6, EspPath.PROTOCOL, options().flowLabels(false));
            }
        }
    }

    private final Map<Kind, MessageSocket[]> open = new HashMap<>();

    /**
     * Gives the sockets for UDP; their number is a power of two.
     *
     * @throws LinuxException if the kernel refuses one
     */
    MessageSocket[] udp(boolean ipv6, boolean dontFragment, boolean noChecksum) throws LinuxException {
        return get(new Kind.Udp(ipv6, dontFragment, noChecksum), ENTROPY);
    }

    /**
     * Gives the socket for GRE and ESP packets with their IPv4 header.
     *
     * @throws LinuxException if the kernel refuses it
     */
    MessageSocket[] ipv4() throws LinuxException {
        return get(new Kind.WithHeader(), 1);
    }

    /**
     * Gives the socket for ESP packets that are to get an IPv6 header.
     *
     * @throws LinuxException if the kernel refuses it
     */
    MessageSocket[] esp6() throws LinuxException {
        return get(new Kind.Esp6(), 1);
    }

    /**
     * Gives the socket for GRE packets that are to get an IPv6 header.
     *
     * @throws LinuxException if the kernel refuses it
     */
    MessageSocket[] gre6(boolean dontFragment) throws LinuxException {
        return get(new Kind.Gre6(dontFragment), 1);
    }

    private MessageSocket[] get(Kind kind, int count) throws LinuxException {
        MessageSocket[] sockets = open.get(kind);
        if (sockets == null) {
            sockets = open(kind, count);
            open.put(kind, sockets);
        }
        return sockets;
    }

    private static MessageSocket[] open(Kind kind, int count) throws LinuxException {
        List<MessageSocket> sockets = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                sockets.add(kind.open());
            }
        } catch (LinuxException e) {
            sockets.forEach(MessageSocket::close);
            throw e;
        }
        return sockets.toArray(MessageSocket[]::new);
    }

    private static SocketOptions options() {
        return new SocketOptions()
                .sendOnly(true)
                .coalesce(false)
                .packetInfo(false)
                .trafficClass(false)
                .buffers(0, SEND_BUFFER);
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
