package dev.culvert.datapath;

import dev.culvert.linux.MessageSocket;
import dev.culvert.packet.Bytes;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Ipv4;
import dev.culvert.packet.Ipv6;
import dev.culvert.packet.Packet;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * A way for raw ESP past the host's IP stack: packets leave by a packet socket, with their Ethernet header. The stack looks up a
 * route for each, hands it to the firewall and finds the neighbour, which costs more than to send it.
 */
final class EspLink {
    /** A packet that is longer may be too long for the path, which only the stack gets to know. */
    private static final int LARGE = 512;

    /** When the conductor last looked, shared by all links. */
    static final class Watch {
        volatile long nanos = System.nanoTime();
    }

    /** Bound to the interface that leads to the neighbour. */
    final MessageSocket socket;

    private final Watch watch;
    private final IpAddress local;
    private final IpAddress remote;
    private final long destination;
    private final long source;

    /** When packets last went by the host's IP stack, small and large; the poll loop's. The first ones do. */
    private final long[] askedNanos = new long[2];

    /**
     * Makes one.
     *
     * @param local the outer source address that the way is for
     * @param remote the outer destination, likewise
     * @param destination the next hop's link address
     * @param source that of the interface
     */
    EspLink(MessageSocket socket, Watch watch, IpAddress local, IpAddress remote, long destination, long source) {
        this.socket = socket;
        this.watch = watch;
        this.local = local;
        this.remote = remote;
        this.destination = destination;
        this.source = source;
        Arrays.fill(askedNanos, System.nanoTime() - NextHops.ASK_NANOS);
    }

    /** Whether a packet may leave so; the one that must go by the stack instead is the one that is asked about. */
    boolean takes(EspPath path, Packet packet, long now) {
        if (path.localLo != local.low()
                || path.localHi != local.high()
                || path.remoteLo != remote.low()
                || path.remoteHi != remote.high()
                || now - watch.nanos > NextHops.PAUSE_NANOS) {
            return false;
        }
        int size = packet.length > LARGE ? 1 : 0;
        if (now - askedNanos[size] < NextHops.ASK_NANOS) {
            return true;
        }
        askedNanos[size] = now;
        return false;
    }

    /** Bytes in front of ESP. */
    static int headerLength(boolean ipv6) {
        return Ethernet.HEADER + (ipv6 ? Ipv6.HEADER : Ipv4.HEADER);
    }

    /** Writes them, for so many bytes of ESP. */
    void write(MemorySegment memory, int at, EspPath path, int length, int tos, int ttl) {
        Bytes.put64(memory, at, destination << 16 | source >>> 32);
        Bytes.put32(memory, at + Long.BYTES, (int) source);
        Bytes.put16(memory, at + Ethernet.TYPE, path.ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4);
        int ip = at + Ethernet.HEADER;
        if (path.ipv6) {
            Ipv6.writeStart(memory, ip, tos);
            Bytes.put16(memory, ip + Ipv6.PAYLOAD_LENGTH, length);
            Bytes.put8(memory, ip + Ipv6.NEXT_HEADER, EspPath.PROTOCOL);
            Bytes.put8(memory, ip + Ipv6.HOP_LIMIT, ttl);
            Bytes.put64(memory, ip + Ipv6.SOURCE, path.localHi);
            Bytes.put64(memory, ip + Ipv6.SOURCE + Long.BYTES, path.localLo);
            Bytes.put64(memory, ip + Ipv6.DESTINATION, path.remoteHi);
            Bytes.put64(memory, ip + Ipv6.DESTINATION + Long.BYTES, path.remoteLo);
        } else {
            path.writeHeader(memory, ip, tos, ttl, true);
            Bytes.put16(memory, ip + Ipv4.TOTAL_LENGTH, Ipv4.HEADER + length);
            Ipv4.writeChecksum(memory, ip);
        }
    }
}
