package dev.culvert.datapath;

import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Packet;
import dev.culvert.tunnel.Ecn;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelConfig;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel as one poll loop sees it: where its packets go, and by which ways. Receiving is the business of the sockets
 * that many tunnels share ({@link UnderlayPort}). Where each packet needs the number after the last one's, which is so in
 * ESP and where GRE has sequence numbers, the first loop sends for all ({@link Handover}).
 */
final class TunnelPort extends DatapathPort {
    private static final int ETHERNET = 14;
    private static final int OUTER_MAX = 65_535;
    private static final int OUTER_IPV4 = 20;
    private static final int OUTER_IPV6 = 40;
    private static final int OUTER_UDP = 8;

    final Tunnel tunnel;
    final TunnelConfig config;

    /** The way to the loop that sends for all; null if this one does. */
    private final @Nullable Handover elsewhere;

    /** Whether frames can be sent: not where the remote address or key is the flow's to set. */
    final boolean sends;

    final boolean ipv6;
    final long remoteHi;
    final long remoteLo;
    final boolean hasLocal;
    final long localHi;
    final long localLo;
    final int mark;

    /** Flags of a GRE header whose checksum or sequence number is to be filled in; 0 if neither is. */
    private final int greFlags;

    private int greSequence;

    /** What keeps its packets secret; null where they travel in clear. */
    final @Nullable Protection protection;

    /** What goes in front of a frame before it is sealed. */
    final Outlet protectedPrefix;

    private final int overhead;
    private final int outerIp;

    /** Set by the poll loop when the way out turned out not to segment. */
    boolean noSegmentation;

    /** Makes a loop's part of a tunnel. */
    TunnelPort(Tunnel tunnel, PollLoop loop) {
        super(tunnel, loop);
        this.tunnel = tunnel;
        this.config = tunnel.config;
        this.protection = tunnel.protection;
        this.protectedPrefix = tunnel.protectedPrefix;
        this.sends = tunnel.sends();
        this.ipv6 = isIpv6(config);
        this.remoteHi = config.remote().address().high();
        this.remoteLo = config.remote().address().low();
        this.hasLocal = config.local().isFixed();
        this.localHi = config.local().address().high();
        this.localLo = config.local().address().low();
        this.mark = config.egressMark();
        this.greFlags = Outlet.greFlags(config) & Tunnel.VARYING;
        this.outerIp = ipv6 ? OUTER_IPV6 : OUTER_IPV4;
        this.overhead = outerIp + (config.type().isUdp() ? OUTER_UDP : 0) + tunnel.fitting.tunnelHeader();
        boolean inOrder = protection != null || (greFlags & GreHeader.SEQUENCE) != 0;
        this.elsewhere = inOrder ? loop.handover() : null;
    }

    /** Whether a tunnel sends over IPv6. */
    static boolean isIpv6(TunnelConfig config) {
        IpAddress remote = config.remote().address();
        return config.remote().isFixed() && !remote.isIpv4();
    }

    /** The way out for a packet, by whether it goes through the path in one piece. */
    Outlet outlet(boolean fits) {
        return fits ? tunnel.fitting : tunnel.fragmenting;
    }

    /** Fills in what differs from packet to packet in a header that was copied in front of its frame. */
    void complete(Outlet outlet, MemorySegment memory, long at, int length, int tos, int ttl) {
        if (outlet.ipHeader != 0) {
            // lengths and checksum are the kernel's to fill in
            Bytes.put8(memory, at + Ipv4.TOS, tos);
            Bytes.put8(memory, at + Ipv4.TTL, ttl);
        }
        if (greFlags != 0) {
            long gre = at + outlet.ipHeader;
            if ((greFlags & GreHeader.SEQUENCE) != 0) {
                int flags = Bytes.u16(outlet.prefix, outlet.ipHeader);
                GreHeader.writeSequence(memory, gre, flags, greSequence++);
            }
            if ((greFlags & GreHeader.CHECKSUM) != 0) {
                GreHeader.writeChecksum(memory, gre, length - outlet.ipHeader);
            }
        }
    }

    /** Whether the kernel could put the headers in front of a super-frame, as far as its own form goes. */
    boolean canLeaveWhole(Packet packet) {
        return (packet.segmentType == Packet.SEGMENT_TCP4
                        || packet.segmentType == Packet.SEGMENT_TCP6
                        || (packet.segmentType == Packet.SEGMENT_UDP
                                && config.type().isUdp()))
                && packet.checksumPartial
                && packet.l3Offset == ETHERNET
                && packet.length + overhead <= OUTER_MAX;
    }

    /** Bytes of the largest frame, from its Ethernet header on, that goes through the path in one piece. */
    int maxFrame() {
        Protection secret = protection;
        return secret == null
                ? tunnel.mtu - overhead
                : secret.space(tunnel.mtu, outerIp) - tunnel.fitting.tunnelHeader();
    }

    /** The outer type of service or traffic class for a frame: DSCP as configured, ECN by RFC 6040. */
    int tos(Packet packet) {
        int inner = packet.l3Offset < 0 ? -1 : packet.offset + packet.l3Offset;
        boolean ip = inner >= 0 && isIp(packet, inner);
        return Ecn.encapsulate(ip ? Ip.tos(packet.memory, inner) : -1, config.tos(), config.tosInherited());
    }

    /** The outer time to live or hop limit for a frame. */
    int ttl(Packet packet) {
        int inner = packet.l3Offset < 0 ? -1 : packet.offset + packet.l3Offset;
        if (!config.ttlInherited() || inner < 0 || !isIp(packet, inner)) {
            return config.ttl();
        }
        return Bytes.u8(packet.memory, Ip.isIpv4(packet.memory, inner) ? inner + Ipv4.TTL : inner + Ipv6.HOP_LIMIT);
    }

    private static boolean isIp(Packet packet, int at) {
        int type = Bytes.u16(packet.memory, at - 2);
        return type == Ethernet.TYPE_IPV4 || type == Ethernet.TYPE_IPV6;
    }

    @Override
    void transmit(@Nullable Packet[] packets, int count) {
        for (int i = 0; i < count; i++) {
            Packet packet = packets[i];
            if (packet == null) {
                continue;
            }
            if (elsewhere == null) {
                loop.tunnelSender.send(this, packet);
            } else {
                elsewhere.offer(loop, this, packet);
            }
        }
    }

    @Override
    void close() {
        if (protection != null && elsewhere == null) {
            protection.forget(loop, this);
        }
    }
}
