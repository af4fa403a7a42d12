package dev.culvert.datapath;

import dev.culvert.ipsec.esp.EspSuite;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.Packet;
import dev.culvert.packet.Udp;
import dev.culvert.tunnel.TunnelType;
import org.jspecify.annotations.Nullable;

/**
 * What keeps the tunnels of one protocol between two hosts secret: all packets of a tunnel that has one leave by its security
 * association, and none comes in but by one of its associations. Until there is one, a few frames wait. To its owner, the
 * conductor, it is only a name to give to {@link Ipsec}; what it holds is the poll loop's.
 */
public final class Protection {
    /** Frames that wait at most; enough for what two hosts say to each other until the first answer. */
    static final int WAITING_MAX = 32;

    /** What ESP costs at most in any suite, behind a NAT: for paths whose association is not there yet. */
    private static final EspSuite DEAREST = EspSuite.AES_CBC_256_SHA2_512;

    final TunnelType type;
    final int port;
    final int transport;

    /** How packets leave; null while they have to wait. */
    @Nullable
    EspPath path;

    private final @Nullable TunnelPort[] ports = new @Nullable TunnelPort[WAITING_MAX];
    private final @Nullable Packet[] packets = new @Nullable Packet[WAITING_MAX];
    private int waiting;

    /** Frames that had to wait, since the beginning. */
    long held;

    /**
     * Makes one without associations.
     *
     * @param type the tunnels' encapsulation on the wire, where the two GRE types are one
     * @param port their UDP port; 0 for GRE
     */
    Protection(TunnelType type, int port) {
        this.type = type;
        this.port = port;
        this.transport = type.transport(port);
    }

    /** Bytes of the tunnels' own packets that fit a path, from the tunnel header on. */
    int space(int pathMtu, int outerIp) {
        EspPath current = path;
        EspSuite suite = current == null ? DEAREST : current.sa.suite();
        boolean encapsulated = current == null || current.udp;
        int space = suite.maxPayload(pathMtu - outerIp - (encapsulated ? Udp.HEADER : 0));
        return type.isUdp() ? space - Udp.HEADER : space;
    }

    /** Keeps a frame until there is an association; takes it over in any case. */
    void hold(PollLoop loop, TunnelPort from, Packet packet) {
        if (waiting == WAITING_MAX || !loop.mayWait()) {
            from.counters.txDropped++;
            loop.drop(packet, DropReason.IPSEC_WAITING_FULL, from.counters);
            return;
        }
        Packet own = loop.pool.adopt(packet); // another loop's would have to be waited for if that loop ended
        if (own == null) {
            from.counters.txDropped++;
            loop.drop(DropReason.NO_BUFFER, from.counters);
            return;
        }
        loop.frameWaits(1);
        held++;
        ports[waiting] = from;
        packets[waiting++] = own;
    }

    /** Sends what waits. */
    void release(PollLoop loop) {
        int count = waiting;
        waiting = 0;
        loop.frameWaits(-count);
        for (int i = 0; i < count; i++) {
            TunnelPort from = ports[i];
            Packet packet = packets[i];
            ports[i] = null;
            packets[i] = null;
            if (from != null && packet != null) {
                loop.tunnelSender.send(from, packet);
            }
        }
    }

    /** Drops what waits to leave by a port; by any if it is null. */
    void forget(PollLoop loop, @Nullable TunnelPort gone) {
        int kept = 0;
        for (int i = 0; i < waiting; i++) {
            TunnelPort from = ports[i];
            Packet packet = packets[i];
            ports[i] = null;
            packets[i] = null;
            if (packet != null && (gone == null || from == gone)) {
                loop.drop(packet, DropReason.PORT_DOWN);
            } else {
                ports[kept] = from;
                packets[kept++] = packet;
            }
        }
        loop.frameWaits(kept - waiting);
        waiting = kept;
    }
}
