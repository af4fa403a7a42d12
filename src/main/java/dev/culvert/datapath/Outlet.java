package dev.culvert.datapath;

import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.UdpSocket;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ip;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.GeneveHeader;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.VxlanHeader;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.List;

/**
 * A way out of a tunnel: the header that goes in front of every frame, ready made, and the sockets that it leaves by.
 * With some sockets the kernel makes the outer IP header; with others ours begins with one, which saves the kernel a
 * third of its work for a packet that has no UDP to be segmented by.
 */
final class Outlet {
    /** One socket, or several of different source ports; their number is a power of two. */
    private final MessageSocket[] sockets;

    /** The header, without what varies from packet to packet. */
    final MemorySegment prefix;

    final int prefixLength;

    /** Bytes of it that are the outer IP header; 0 where the kernel makes that. */
    final int ipHeader;

    private Outlet(MessageSocket[] sockets, MemorySegment prefix, int ipHeader) {
        this.sockets = sockets;
        this.prefix = prefix;
        this.prefixLength = (int) prefix.byteSize();
        this.ipHeader = ipHeader;
    }

    /** A way out by sockets with which the kernel makes the outer IP header. */
    static Outlet plain(TunnelConfig config, MessageSocket[] sockets) {
        MemorySegment room = Arena.ofAuto().allocate(GreHeader.LENGTH_MAX, 8);
        return new Outlet(sockets, room.asSlice(0, writeTunnel(config, room, 0)), 0);
    }

    /** A way out by a socket that takes packets with their IPv4 header, for GRE. */
    static Outlet withIpv4(TunnelConfig config, MessageSocket[] sockets) {
        MemorySegment room = Arena.ofAuto().allocate(Ipv4.HEADER + GreHeader.LENGTH_MAX, 8);
        Bytes.put8(room, Ipv4.VERSION_LENGTH, 0x45);
        Bytes.put16(room, Ipv4.FRAGMENT, config.dontFragment() ? Ipv4.DONT_FRAGMENT : 0);
        Bytes.put8(room, Ipv4.PROTOCOL, Ip.PROTOCOL_GRE);
        if (config.local().isFixed()) {
            Bytes.put32(room, Ipv4.SOURCE, (int) config.local().address().low());
        }
        Bytes.put32(room, Ipv4.DESTINATION, (int) config.remote().address().low());
        int length = Ipv4.HEADER + writeTunnel(config, room, Ipv4.HEADER);
        return new Outlet(sockets, room.asSlice(0, length), Ipv4.HEADER);
    }

    /**
     * What goes in front of a frame before IPsec seals it: no outer IP header, but UDP's, of which source port, length and
     * checksum are still to be filled in.
     */
    static Outlet sealed(TunnelConfig config) {
        MemorySegment room = Arena.ofAuto().allocate(Udp.HEADER + GreHeader.LENGTH_MAX, 8);
        int udp = config.type().isUdp() ? Udp.HEADER : 0;
        if (udp != 0) {
            Bytes.put16(room, Udp.DESTINATION_PORT, config.port());
        }
        int length = udp + writeTunnel(config, room, udp);
        return new Outlet(new MessageSocket[0], room.asSlice(0, length), 0);
    }

    static int writeTunnel(TunnelConfig config, MemorySegment room, int at) {
        long key = config.outKey().value();
        return switch (config.type()) {
            case VXLAN -> VxlanHeader.write(room, at, key);
            case GENEVE -> GeneveHeader.write(room, at, key);
            case GRE, IP6GRE -> GreHeader.write(room, at, greFlags(config), key, 0);
        };
    }

    /** The optional fields that a tunnel's GRE headers have; 0 for another protocol's. */
    static int greFlags(TunnelConfig config) {
        if (config.type().isUdp()) {
            return 0;
        }
        return (config.outKey().present() ? GreHeader.KEY : 0)
                | (config.checksum() == TunnelConfig.Checksums.ON ? GreHeader.CHECKSUM : 0)
                | (config.sequence() ? GreHeader.SEQUENCE : 0);
    }

    /** A copy of a header that begins with an IPv4 header, with the source address and the time to live filled in. */
    byte[] header(int source, int ttl) {
        MemorySegment header = MemorySegment.ofArray(new byte[prefixLength]);
        header.copyFrom(prefix);
        Bytes.put32(header, Ipv4.SOURCE, source);
        Bytes.put8(header, Ipv4.TTL, ttl);
        return header.toArray(ValueLayout.JAVA_BYTE);
    }

    /** Bytes of the tunnel header alone. */
    int tunnelHeader() {
        return prefixLength - ipHeader;
    }

    /** The socket for a packet: always the same for a flow. */
    MessageSocket socket(Packet packet) {
        return sockets[packet.entropy & sockets.length - 1];
    }

    /** All of its sockets. */
    List<MessageSocket> sockets() {
        return List.of(sockets);
    }

    /** Whether a message of several frames can be given to a socket, for the kernel or a network card to cut. */
    static boolean segments(MessageSocket socket) {
        return socket instanceof UdpSocket udp && udp.segmentation();
    }
}
