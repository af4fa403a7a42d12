package dev.culvert.datapath;

import dev.culvert.datapath.bpf.PortEntry;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.UdpSocket;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.TunnelConfig;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tunnel in the form that the programs in the kernel have for it. */
final class TunnelEntry {
    private TunnelEntry() {}

    /** Why the kernel cannot put a tunnel's headers on, whatever the route; null where it can. */
    static @Nullable String refusal(Tunnel port) {
        TunnelConfig config = port.config;
        if (port.protection != null) {
            return "IPsec";
        }
        if (!port.sends()) {
            return "its remote address or key is the flow's";
        }
        if (port.variesByPacket()) {
            return "checksums or sequence numbers in GRE";
        }
        if (config.type().isUdp() && needsChecksum(config, isIpv6(port))) {
            return "outer UDP checksums";
        }
        return config.egressMark() != 0 ? "a packet mark" : null;
    }

    private static boolean isIpv6(Tunnel port) {
        return TunnelPort.isIpv6(port.config);
    }

    /** Over IPv4 they are off unless asked for, and over IPv6 on unless asked not to, in the words of {@code options:csum}. */
    private static boolean needsChecksum(TunnelConfig config, boolean ipv6) {
        return switch (config.checksum()) {
            case ON -> true;
            case OFF -> false;
            case UNSET -> ipv6;
        };
    }

    /** Makes a tunnel's entry. */
    static PortEntry of(Tunnel port) {
        TunnelConfig config = port.config;
        MemorySegment header = header(port, port.way.source());
        if (refusal(port) != null) {
            return new PortEntry.Inbound(port.mtu, (int) header.byteSize());
        }
        return new PortEntry.Tunnel(
                port.way.ifindex(),
                port.mtu,
                isIpv6(port),
                config.type().isUdp(),
                config.tos(),
                config.tosInherited(),
                config.ttl(),
                config.ttlInherited(),
                !isIpv6(port) && !config.dontFragment(),
                sourcePorts(port),
                header);
    }

    /** Those of the sockets, so that ICMP about a packet finds one, and the kernel learns of a narrower path. */
    private static List<Integer> sourcePorts(Tunnel port) {
        List<Integer> ports = new ArrayList<>();
        for (MessageSocket socket : port.fitting.sockets()) {
            if (socket instanceof UdpSocket udp && ports.size() < PortEntry.SOURCE_PORTS) {
                ports.add(udp.localPort());
            }
        }
        return ports;
    }

    private static MemorySegment header(Tunnel port, IpAddress source) {
        TunnelConfig config = port.config;
        MemorySegment header = MemorySegment.ofArray(new byte[PortEntry.HEADER_MAX]);
        boolean udp = config.type().isUdp();
        int protocol = udp ? Ip.PROTOCOL_UDP : Ip.PROTOCOL_GRE;
        int at;
        if (isIpv6(port)) {
            at = Ipv6.HEADER;
            Bytes.put8(header, 0, 0x60);
            Bytes.put8(header, Ipv6.NEXT_HEADER, protocol);
            put(header, Ipv6.SOURCE, source);
            put(header, Ipv6.DESTINATION, config.remote().address());
        } else {
            at = Ipv4.HEADER;
            Bytes.put8(header, Ipv4.VERSION_LENGTH, 0x45);
            Bytes.put16(header, Ipv4.FRAGMENT, config.dontFragment() ? Ipv4.DONT_FRAGMENT : 0);
            Bytes.put8(header, Ipv4.PROTOCOL, protocol);
            Bytes.put32(header, Ipv4.SOURCE, (int) source.low());
            Bytes.put32(
                    header, Ipv4.DESTINATION, (int) config.remote().address().low());
        }
        if (udp) {
            Bytes.put16(header, at + Udp.DESTINATION_PORT, config.port());
            at += Udp.HEADER;
        }
        int length = at + Outlet.writeTunnel(config, header, at);
        return header.asSlice(0, length);
    }

    private static void put(MemorySegment header, int at, IpAddress address) {
        Bytes.put64(header, at, address.high());
        Bytes.put64(header, at + Long.BYTES, address.low());
    }
}
