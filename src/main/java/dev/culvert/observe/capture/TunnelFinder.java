package dev.culvert.observe.capture;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.GeneveHeader;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelHeader;
import dev.culvert.tunnel.TunnelTable;
import dev.culvert.tunnel.TunnelType;
import dev.culvert.tunnel.VxlanHeader;
import dev.culvert.vswitch.SwitchState;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Tells which of some tunnels a packet of the underlay belongs to, whichever way it goes. For one thread. */
final class TunnelFinder {
    private static final int PROTOCOL_ESP = 50;
    private static final int ESP_IN_UDP = 4500;
    private static final int IKE = 500;
    private static final int SPI = 4;

    /** What a packet of the underlay is. */
    sealed interface Found {}

    /**
     * A frame in clear.
     *
     * @param tunnel the index of its tunnel
     * @param inner where it begins
     */
    record Frame(int tunnel, int inner) implements Found {}

    /** An ESP packet between the ends of some tunnel. */
    record Esp(int spi, int sequence) implements Found {}

    /** A part of a packet between the ends of some tunnel. */
    record Fragment() implements Found {}

    /** What two ends of protected tunnels say to each other. */
    record Ike() implements Found {}

    private final TunnelTable inbound;
    private final TunnelTable outbound;
    private final Map<Integer, TunnelType> udpPorts = new HashMap<>();
    private final Set<IpAddress> ends = new HashSet<>();
    private final Set<IpAddress> protectedEnds = new HashSet<>();
    private final TunnelHeader header = new TunnelHeader();

    /** @param tunnels ports with a tunnel's configuration; the index is what {@link Frame} tells */
    TunnelFinder(List<SwitchState.Port> tunnels) {
        TunnelTable.Builder in = new TunnelTable.Builder();
        TunnelTable.Builder out = new TunnelTable.Builder();
        for (int i = 0; i < tunnels.size(); i++) {
            TunnelConfig config = tunnels.get(i).tunnel();
            if (config == null) {
                continue;
            }
            // of two that would be equal the first one is meant, as it is by the switch
            in.add(tunnels.get(i).name(), config.match(), i);
            out.add(tunnels.get(i).name(), sent(config).match(), i);
            if (config.type().isUdp()) {
                udpPorts.put(config.port(), config.type());
            }
            ends.add(config.remote().address());
            if (!tunnels.get(i).ipsec().isEmpty()) {
                protectedEnds.add(config.remote().address());
            }
        }
        inbound = in.build();
        outbound = out.build();
    }

    /** What packets of a tunnel look like that leave, in the place of one that receives. */
    private static TunnelConfig sent(TunnelConfig config) {
        return new TunnelConfig(
                config.type(),
                config.remote(),
                config.local(),
                /* inKey= */ config.outKey(),
                /* outKey= */ config.inKey(),
                config.port(),
                config.tos(),
                config.tosInherited(),
                config.ttl(),
                config.ttlInherited(),
                config.dontFragment(),
                config.checksum(),
                config.sequence(),
                config.egressMark(),
                config.egressMarked());
    }

    /**
     * Looks at a packet.
     *
     * @param frame any bytes, from an Ethernet header on
     * @param leaving whether this host sends it
     * @return null if it is none of the tunnels'
     */
    @Nullable
    Found find(MemorySegment frame, boolean leaving) {
        int ip = Ip.find(frame, 0, (int) frame.byteSize());
        long transport = ip < 0 ? -1 : Ip.transport(frame, ip);
        if (transport < 0) {
            return null;
        }
        int at = Ip.position(transport);
        int end = Ip.end(frame, ip);
        int protocol = Ip.protocol(transport);
        if (Ip.fragment(transport) != 0) {
            boolean ours = protocol == Ip.PROTOCOL_GRE || protocol == Ip.PROTOCOL_UDP || protocol == PROTOCOL_ESP;
            return ours && isOf(ends, frame, ip, leaving) ? new Fragment() : null;
        }
        return switch (protocol) {
            case Ip.PROTOCOL_GRE -> frame(frame, ip, at, end, TunnelType.GRE, 0, leaving);
            case Ip.PROTOCOL_UDP -> end - at >= Udp.HEADER ? udp(frame, ip, at, end, leaving) : null;
            case PROTOCOL_ESP -> isOf(protectedEnds, frame, ip, leaving) ? esp(frame, at, end) : null;
            default -> null;
        };
    }

    private @Nullable Found udp(MemorySegment frame, int ip, int at, int end, boolean leaving) {
        int port = Bytes.u16(frame, at + Udp.DESTINATION_PORT);
        int payload = at + Udp.HEADER;
        TunnelType type = udpPorts.get(port);
        if (type != null) {
            return frame(frame, ip, payload, end, type, port, leaving);
        }
        int source = Bytes.u16(frame, at + Udp.SOURCE_PORT);
        if (!isOf(protectedEnds, frame, ip, leaving)) {
            return null;
        }
        if (port == ESP_IN_UDP || source == ESP_IN_UDP) {
            boolean marked =
                    end - payload < SPI || Bytes.i32(frame, payload) == 0; // the marker in front of IKE's messages
            return marked ? new Ike() : esp(frame, payload, end);
        }
        return port == IKE || source == IKE ? new Ike() : null;
    }

    private static boolean isOf(Set<IpAddress> remotes, MemorySegment frame, int ip, boolean leaving) {
        return remotes.contains(leaving ? destination(frame, ip) : source(frame, ip));
    }

    private static @Nullable Found esp(MemorySegment frame, int at, int end) {
        return end - at < 2 * SPI ? null : new Esp(Bytes.i32(frame, at), Bytes.i32(frame, at + SPI));
    }

    private @Nullable Found frame(
            MemorySegment frame, int ip, int at, int end, TunnelType type, int port, boolean leaving) {
        int length = switch (type.wire()) {
            case VXLAN -> VxlanHeader.decode(frame, at, end - at, header);
            case GENEVE -> GeneveHeader.decode(frame, at, end - at, header);
            default -> GreHeader.decode(frame, at, end - at, header);
        };
        if (length < 0) {
            return null;
        }
        IpAddress local = leaving ? source(frame, ip) : destination(frame, ip);
        IpAddress remote = leaving ? destination(frame, ip) : source(frame, ip);
        int tunnel = (leaving ? outbound : inbound)
                .find(type.transport(port), header.key, local.high(), local.low(), remote.high(), remote.low());
        return tunnel < 0 ? null : new Frame(tunnel, at + length);
    }

    private static IpAddress source(MemorySegment frame, int ip) {
        return Ip.isIpv4(frame, ip)
                ? IpAddress.ofIpv4(Bytes.i32(frame, ip + Ipv4.SOURCE))
                : new IpAddress(Bytes.i64(frame, ip + Ipv6.SOURCE), Bytes.i64(frame, ip + Ipv6.SOURCE + 8));
    }

    private static IpAddress destination(MemorySegment frame, int ip) {
        return Ip.isIpv4(frame, ip)
                ? IpAddress.ofIpv4(Bytes.i32(frame, ip + Ipv4.DESTINATION))
                : new IpAddress(Bytes.i64(frame, ip + Ipv6.DESTINATION), Bytes.i64(frame, ip + Ipv6.DESTINATION + 8));
    }
}
