package dev.culvert.datapath;

import dev.culvert.linux.UdpSocket;
import dev.culvert.linux.UdpTunnelSegmentation;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Checksum;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.Ip;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.TunnelConfig;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * Puts the outer headers on a super-frame of one UDP tunnel and gives it to the kernel whole. The source ports are those
 * of the sockets that the tunnel's other packets leave by, so that all packets of a connection look alike on their way.
 * Immutable: replaced when the way changes.
 */
final class WholeSender {
    private final UdpTunnelSegmentation kernel;
    private final MemorySegment prefix;
    private final int prefixLength;
    private final int ifindex;
    private final IpAddress source;
    private final boolean ipv6;
    private final boolean summed;
    private final int udp;
    private final int[] sourcePorts;

    /** Sum of addresses and protocol. */
    private final int pseudo;

    /**
     * Makes one.
     *
     * @param ifindex the interface that leads to the neighbour
     * @param source the outer source address
     */
    WholeSender(UdpTunnelSegmentation kernel, Tunnel port, int ifindex, IpAddress source) {
        TunnelConfig config = port.config;
        Outlet outlet = port.fitting;
        this.kernel = kernel;
        this.ifindex = ifindex;
        this.source = source;
        this.ipv6 = TunnelPort.isIpv6(config);
        this.summed = ipv6 || config.checksum() != TunnelConfig.Checksums.OFF;
        int ip = UdpTunnelSegmentation.LINK;
        this.udp = ip + (ipv6 ? Ipv6.HEADER : Ipv4.HEADER);
        this.prefixLength = udp + Udp.HEADER + outlet.prefixLength;
        this.prefix = Arena.ofAuto().allocate(prefixLength, 8);
        UdpTunnelSegmentation.writeLink(prefix, 0, ifindex, ipv6);
        IpAddress remote = config.remote().address();
        if (ipv6) {
            Bytes.put8(prefix, ip + Ipv6.NEXT_HEADER, Ip.PROTOCOL_UDP);
            Bytes.put8(prefix, ip + Ipv6.HOP_LIMIT, config.ttl());
            Bytes.put64(prefix, ip + Ipv6.SOURCE, source.high());
            Bytes.put64(prefix, ip + Ipv6.SOURCE + 8, source.low());
            Bytes.put64(prefix, ip + Ipv6.DESTINATION, remote.high());
            Bytes.put64(prefix, ip + Ipv6.DESTINATION + 8, remote.low());
        } else {
            Bytes.put8(prefix, ip + Ipv4.VERSION_LENGTH, 0x45);
            Bytes.put16(prefix, ip + Ipv4.FRAGMENT, Ipv4.DONT_FRAGMENT);
            Bytes.put8(prefix, ip + Ipv4.TTL, config.ttl());
            Bytes.put8(prefix, ip + Ipv4.PROTOCOL, Ip.PROTOCOL_UDP);
            Bytes.put32(prefix, ip + Ipv4.SOURCE, (int) source.low());
            Bytes.put32(prefix, ip + Ipv4.DESTINATION, (int) remote.low());
        }
        Bytes.put16(prefix, udp + Udp.DESTINATION_PORT, config.port());
        MemorySegment.copy(outlet.prefix, 0, prefix, udp + Udp.HEADER, outlet.prefixLength);
        this.pseudo = Checksum.add(
                Checksum.sum(prefix, ipv6 ? ip + Ipv6.SOURCE : ip + Ipv4.SOURCE, ipv6 ? 32 : 8), Ip.PROTOCOL_UDP);
        this.sourcePorts = outlet.sockets().stream()
                .mapToInt(socket -> ((UdpSocket) socket).localPort())
                .toArray();
    }

    /** Whether it leads this way. */
    boolean leads(int by, IpAddress from) {
        return ifindex == by && source.equals(from);
    }

    /**
     * Sends a packet that {@link TunnelPort#canLeaveWhole}. The packet is afterwards as before; what lay in front of it is
     * not.
     *
     * @param tos the outer type of service or traffic class
     * @return positive, or a negative error number
     */
    int send(Packet packet, int tos) {
        int header = UdpTunnelSegmentation.HEADER;
        MemorySegment memory = packet.memory;
        int start = packet.offset - prefixLength;
        int length = packet.length + prefixLength;
        MemorySegment.copy(prefix, 0, memory, start, prefixLength);
        int ip = start + UdpTunnelSegmentation.LINK;
        int at = start + udp;
        int datagram = length - udp;
        if (ipv6) {
            Ipv6.writeStart(memory, ip, tos);
            Bytes.put16(memory, ip + Ipv6.PAYLOAD_LENGTH, datagram);
        } else {
            Bytes.put8(memory, ip + Ipv4.TOS, tos);
            Bytes.put16(memory, ip + Ipv4.TOTAL_LENGTH, length - UdpTunnelSegmentation.LINK);
            Ipv4.writeChecksum(memory, ip);
        }
        Bytes.put16(memory, at + Udp.SOURCE_PORT, sourcePorts[packet.entropy & sourcePorts.length - 1]);
        Bytes.put16(memory, at + Udp.LENGTH, datagram);
        if (summed) {
            Bytes.put16(memory, at + Udp.CHECKSUM, Checksum.add(pseudo, datagram));
        }
        UdpTunnelSegmentation.writeHeader(
                memory,
                start - header,
                packet.segmentType,
                packet.segmentSize,
                ipv6,
                summed,
                udp,
                prefixLength + Ethernet.HEADER,
                prefixLength + packet.checksumStart,
                packet.checksumOffset);
        return kernel.send(packet.address() - prefixLength - header, header + length);
    }

    /** Bytes in front of a frame that are written to. */
    int headroom() {
        return prefixLength + UdpTunnelSegmentation.HEADER;
    }
}
