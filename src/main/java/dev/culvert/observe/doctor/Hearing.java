package dev.culvert.observe.doctor;

import dev.culvert.linux.Epoll;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.PacketSocket;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.GeneveHeader;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelHeader;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.tunnel.VxlanHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What goes to and comes from some hosts for a while, as far as it has to do with tunnels. */
final class Hearing {
    private static final int BUFFER = 1 << 17;
    private static final int OUTGOING = 4;
    private static final int PROTOCOL_ESP = 50;
    private static final int ICMP_UNREACHABLE = 3;
    private static final int ICMP_PROTOCOL = 2;
    private static final int ICMP_PORT = 3;
    private static final int ICMP6_UNREACHABLE = 1;
    private static final int ICMP6_PORT = 4;
    private static final int ICMP6_PARAMETER = 4;

    /** More kinds than this are those of somebody who wants to fill memory. */
    private static final int KINDS_MAX = 1_000;

    /**
     * A kind of packet.
     *
     * @param host the other host
     * @param sent whether this host has sent it
     * @param what {@code gre}, {@code vxlan}, {@code geneve}, {@code esp}, or, in answer to such a packet of this host,
     *     {@code unreachable}: nobody takes that protocol or port there
     * @param port UDP's destination port; 0 without UDP
     * @param key the tunnel's; 0 for none
     */
    record Kind(IpAddress host, boolean sent, String what, int port, long key) {}

    private final Set<IpAddress> hosts;
    private final Set<Integer> vxlanPorts;
    private final Set<Integer> genevePorts;
    private final Map<Kind, Integer> counts = new HashMap<>();
    private final TunnelHeader header = new TunnelHeader();

    /** @param hosts the other ends; only what they send and get is listened to */
    Hearing(Set<IpAddress> hosts, Set<Integer> vxlanPorts, Set<Integer> genevePorts) {
        this.hosts = hosts;
        this.vxlanPorts = vxlanPorts;
        this.genevePorts = genevePorts;
    }

    /** How many there were of each kind. */
    Map<Kind, Integer> counts() {
        return counts;
    }

    /** Listens at some interfaces for so long. */
    void listen(Set<Integer> interfaces, long nanos) throws LinuxException {
        List<PacketSocket> sockets = new ArrayList<>();
        try (Arena arena = Arena.ofConfined();
                Epoll epoll = Epoll.open()) {
            MemorySegment buffer = arena.allocate(BUFFER, 8);
            MessageBatch batch = new MessageBatch(1, 1, 64);
            batch.vector(0, 0, buffer.address(), BUFFER);
            for (int ifindex : interfaces) {
                PacketSocket socket = PacketSocket.capture(ifindex);
                sockets.add(socket);
                epoll.add(socket.fd(), Epoll.IN, sockets.size() - 1L);
            }
            long end = System.nanoTime() + nanos;
            for (long left = nanos; left > 0; left = end - System.nanoTime()) {
                int ready = epoll.await(left);
                for (int i = 0; i < ready; i++) {
                    batch.prepareReceive(0);
                    if (sockets.get((int) epoll.token(i)).receive(batch, 1) == 1) {
                        MemorySegment frame = buffer.asSlice(0, Math.min(batch.length(0), BUFFER));
                        hear(frame, batch.packetType(0) == OUTGOING);
                    }
                }
            }
        } finally {
            sockets.forEach(PacketSocket::close);
        }
    }

    /** Takes note of a frame, whatever is in it. */
    void hear(MemorySegment frame, boolean sent) {
        int ip = Ip.find(frame, 0, (int) frame.byteSize());
        long transport = ip < 0 ? -1 : Ip.transport(frame, ip);
        if (transport < 0 || Ip.fragment(transport) != 0) {
            return;
        }
        IpAddress host = address(frame, ip, sent);
        if (!hosts.contains(host)) {
            return;
        }
        int at = Ip.position(transport);
        int end = Ip.end(frame, ip);
        Kind kind = switch (Ip.protocol(transport)) {
            case Ip.PROTOCOL_ICMP, Ip.PROTOCOL_ICMP6 -> sent ? null : refusal(frame, at, end, host);
            default -> kind(frame, Ip.protocol(transport), at, end, host, sent);
        };
        if (kind != null && (counts.containsKey(kind) || counts.size() < KINDS_MAX)) {
            counts.merge(kind, 1, Integer::sum);
        }
    }

    private @Nullable Kind kind(MemorySegment frame, int protocol, int at, int end, IpAddress host, boolean sent) {
        if (protocol == PROTOCOL_ESP) {
            return new Kind(host, sent, "esp", 0, 0);
        }
        if (protocol == Ip.PROTOCOL_GRE) {
            return GreHeader.decode(frame, at, end - at, header) < 0
                    ? null
                    : new Kind(host, sent, "gre", 0, header.key);
        }
        if (protocol != Ip.PROTOCOL_UDP || end - at < Udp.HEADER) {
            return null;
        }
        int port = Bytes.u16(frame, at + Udp.DESTINATION_PORT);
        int payload = at + Udp.HEADER;
        if (port == 4500) {
            return end - payload > 4 && Bytes.i32(frame, payload) != 0 ? new Kind(host, sent, "esp", port, 0) : null;
        }
        if (vxlanPorts.contains(port) && VxlanHeader.decode(frame, payload, end - payload, header) > 0) {
            return new Kind(host, sent, "vxlan", port, header.key);
        }
        if (genevePorts.contains(port) && GeneveHeader.decode(frame, payload, end - payload, header) > 0) {
            return new Kind(host, sent, "geneve", port, header.key);
        }
        return null;
    }

    /** What an ICMP message says of a packet of ours that it quotes. */
    private @Nullable Kind refusal(MemorySegment frame, int at, int end, IpAddress host) {
        if (end - at < 8 + Ipv4.HEADER + 4) {
            return null;
        }
        int type = Bytes.u8(frame, at);
        int code = Bytes.u8(frame, at + 1);
        int quoted = at + 8;
        if (host.isIpv4()) {
            int protocol = Bytes.u8(frame, quoted + Ipv4.PROTOCOL);
            int length = (Bytes.u8(frame, quoted) & 0xf) * 4;
            boolean nobody = type == ICMP_UNREACHABLE && (code == ICMP_PROTOCOL || code == ICMP_PORT);
            return nobody ? refused(frame, protocol, quoted + length, end, host) : null;
        }
        if (end - at < 8 + Ipv6.HEADER + 4) {
            return null;
        }
        boolean nobody = (type == ICMP6_UNREACHABLE && code == ICMP6_PORT) || (type == ICMP6_PARAMETER && code == 1);
        return nobody
                ? refused(frame, Bytes.u8(frame, quoted + Ipv6.NEXT_HEADER), quoted + Ipv6.HEADER, end, host)
                : null;
    }

    private static @Nullable Kind refused(MemorySegment frame, int protocol, int at, int end, IpAddress host) {
        if (protocol == Ip.PROTOCOL_GRE) {
            return new Kind(host, false, "unreachable", 0, 0);
        }
        return protocol == Ip.PROTOCOL_UDP && end - at >= 4
                ? new Kind(host, false, "unreachable", Bytes.u16(frame, at + Udp.DESTINATION_PORT), 0)
                : null;
    }

    private static IpAddress address(MemorySegment frame, int ip, boolean destination) {
        if (Ip.isIpv4(frame, ip)) {
            return IpAddress.ofIpv4(Bytes.i32(frame, ip + (destination ? Ipv4.DESTINATION : Ipv4.SOURCE)));
        }
        int at = ip + (destination ? Ipv6.DESTINATION : Ipv6.SOURCE);
        return new IpAddress(Bytes.i64(frame, at), Bytes.i64(frame, at + 8));
    }

    /** The name of a tunnel's type on the wire. */
    static String wire(TunnelType type) {
        return type.wire().label();
    }
}
