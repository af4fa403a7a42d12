package dev.culvert.datapath;

import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.linux.MessageSocket;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import java.lang.foreign.MemorySegment;

/** How ESP packets leave: by which association, between which addresses, raw or in UDP, and by which sockets. */
final class EspPath {
    /** The IP protocol of raw ESP. */
    static final int PROTOCOL = 50;

    final OutboundSa sa;
    final boolean udp;
    final boolean ipv6;
    final long localHi;
    final long localLo;
    final long remoteHi;
    final long remoteLo;

    /** The neighbour's port where packets are in UDP: 4500, or what a NAT has made of it; 0 for raw ESP. */
    final int remotePort;

    /** For packets that fit; they bring their IPv4 header along where {@link #ownHeader} says so. */
    final MessageSocket fitting;

    /** For packets that the kernel is to fragment, and to put the IP header on. */
    final MessageSocket fragmenting;

    EspPath(
            OutboundSa sa,
            IpAddress local,
            IpAddress remote,
            boolean udp,
            int remotePort,
            MessageSocket fitting,
            MessageSocket fragmenting) {
        this.sa = sa;
        this.udp = udp;
        this.ipv6 = !remote.isIpv4();
        this.localHi = local.high();
        this.localLo = local.low();
        this.remoteHi = remote.high();
        this.remoteLo = remote.low();
        this.remotePort = udp ? remotePort : 0;
        this.fitting = fitting;
        this.fragmenting = fragmenting;
    }

    /** Whether packets that fit need an IPv4 header in front, which saves the kernel a third of its work. */
    boolean ownHeader(boolean fits) {
        return fits && !udp && !ipv6;
    }

    /** Writes the IPv4 header; lengths, identification and checksum are the kernel's to fill in. */
    void writeHeader(MemorySegment memory, long at, int tos, int ttl, boolean dontFragment) {
        Bytes.put8(memory, at + Ipv4.VERSION_LENGTH, 0x45);
        Bytes.put8(memory, at + Ipv4.TOS, tos);
        Bytes.put32(memory, at + Ipv4.TOTAL_LENGTH, 0);
        Bytes.put16(memory, at + Ipv4.FRAGMENT, dontFragment ? Ipv4.DONT_FRAGMENT : 0);
        Bytes.put8(memory, at + Ipv4.TTL, ttl);
        Bytes.put8(memory, at + Ipv4.PROTOCOL, PROTOCOL);
        Bytes.put16(memory, at + Ipv4.CHECKSUM, 0);
        Bytes.put32(memory, at + Ipv4.SOURCE, (int) localLo);
        Bytes.put32(memory, at + Ipv4.DESTINATION, (int) remoteLo);
    }
}
