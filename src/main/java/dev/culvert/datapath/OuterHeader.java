package dev.culvert.datapath;

import dev.culvert.linux.MessageBatch;
import dev.culvert.linux.SocketOption;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Packet;
import java.lang.foreign.MemorySegment;

/**
 * What the IP header in front of a received tunnel packet said: the kernel tells it beside the packet, but for a raw IPv4
 * socket, where it is part of it. One for a receiver, filled anew for each message.
 */
final class OuterHeader {
    private static final int UNKNOWN_TTL = 64;

    /** Addresses in IPv6 form. */
    long sourceHi;

    long sourceLo;
    long destinationHi;
    long destinationLo;

    /** Type of service or traffic class. */
    int tos;

    private int ttl;

    /**
     * Reads that of a message.
     *
     * @param packet has the message from its offset on
     * @param length the message's bytes
     * @return the bytes of the message that are header; -1 where it is cut off
     */
    int read(UnderlayPort underlay, Packet packet, int length, MessageBatch batch, int i) {
        if (underlay.ipv6) {
            sourceHi = batch.sourceHi(i);
            sourceLo = batch.sourceLo(i);
            destinationHi = batch.destinationHi(i);
            destinationLo = batch.destinationLo(i);
            tos = batch.controlInt(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_TCLASS, 0);
            ttl = batch.controlInt(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_HOPLIMIT, UNKNOWN_TTL);
            return 0;
        }
        if (!underlay.udp) {
            return readIpv4(packet.memory, packet.offset, length);
        }
        addresses4(Integer.toUnsignedLong(batch.source4(i)), Integer.toUnsignedLong(batch.destination4(i)));
        tos = batch.controlInt(i, SocketOption.IPPROTO_IP, SocketOption.IP_TOS, 0);
        ttl = batch.controlInt(i, SocketOption.IPPROTO_IP, SocketOption.IP_TTL, UNKNOWN_TTL);
        return 0;
    }

    /** Of a raw IPv4 socket's message, which begins with it (raw(7)). */
    private int readIpv4(MemorySegment memory, int at, int length) {
        int header = length < Ipv4.HEADER ? 0 : Ipv4.headerLength(memory, at);
        if (header < Ipv4.HEADER || header > length) {
            return -1;
        }
        addresses4(Bytes.u32(memory, at + Ipv4.SOURCE), Bytes.u32(memory, at + Ipv4.DESTINATION));
        tos = Bytes.u8(memory, at + Ipv4.TOS);
        ttl = Bytes.u8(memory, at + Ipv4.TTL);
        return header;
    }

    private void addresses4(long source, long destination) {
        sourceHi = FlowKey.IPV4_HIGH;
        sourceLo = FlowKey.IPV4_LOW | source;
        destinationHi = FlowKey.IPV4_HIGH;
        destinationLo = FlowKey.IPV4_LOW | destination;
    }

    /** Takes back what was noted in a packet. */
    void restore(Packet packet) {
        sourceHi = packet.tunnelSourceHi;
        sourceLo = packet.tunnelSourceLo;
        destinationHi = packet.tunnelDestinationHi;
        destinationLo = packet.tunnelDestinationLo;
        tos = packet.tunnelTos;
        ttl = packet.tunnelTtl;
    }

    /** Notes it in a packet that came out of the message. */
    void describe(Packet packet) {
        packet.fromTunnel = true;
        packet.tunnelSourceHi = sourceHi;
        packet.tunnelSourceLo = sourceLo;
        packet.tunnelDestinationHi = destinationHi;
        packet.tunnelDestinationLo = destinationLo;
        packet.tunnelTos = tos;
        packet.tunnelTtl = ttl;
    }
}
