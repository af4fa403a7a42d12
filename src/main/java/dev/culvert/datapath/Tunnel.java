package dev.culvert.datapath;

import dev.culvert.linux.MessageSocket;
import dev.culvert.tunnel.GreHeader;
import dev.culvert.tunnel.TunnelConfig;
import org.jspecify.annotations.Nullable;

/** A tunnel as the conductor sees it, and what all loops know of it. */
final class Tunnel extends SharedPort {
    /** What differs from packet to packet in GRE headers. */
    static final int VARYING = GreHeader.CHECKSUM | GreHeader.SEQUENCE;

    final TunnelConfig config;

    /** What keeps its packets secret; null where they travel in clear. */
    final @Nullable Protection protection;

    /** For what goes through the path in one piece: DF is set if the tunnel's packets shall carry it. */
    final Outlet fitting;

    /** For what does not: the kernel fragments it. */
    final Outlet fragmenting;

    /** What goes in front of a frame before it is sealed. */
    final Outlet protectedPrefix;

    /** Where its packets leave; the conductor's. */
    Way way = Way.NONE;

    /** Set by a poll loop when the kernel knows of a narrower path than we do. */
    volatile boolean mtuDoubtful;

    /** Where super-frames are sent whole, for the kernel to put the headers on and to segment; null for nowhere. */
    volatile @Nullable MessageSocket segmenting;

    /** What sends super-frames whole by a UDP tunnel; null for nothing. */
    volatile @Nullable WholeSender whole;

    /** What sends raw ESP past the host's IP stack; null for nothing. */
    volatile @Nullable EspLink link;

    /** Set by a poll loop when that did not work. */
    volatile boolean linkFailed;

    /**
     * Makes a tunnel without parts.
     *
     * @param config a complete configuration
     * @param protection what keeps its packets secret
     * @param fitting the way out for what fits the path
     * @param fragmenting the way out for what does not
     */
    Tunnel(
            int number,
            String name,
            TunnelConfig config,
            @Nullable Protection protection,
            Outlet fitting,
            Outlet fragmenting) {
        super(number, name);
        this.config = config;
        this.protection = protection;
        this.fitting = fitting;
        this.fragmenting = fragmenting;
        this.protectedPrefix = Outlet.sealed(config);
    }

    /** Whether frames can be sent: not where the remote address or key is the flow's to set. */
    boolean sends() {
        return !config.remote().flow() && !config.outKey().flow();
    }

    /** Whether the GRE header is different from packet to packet. */
    boolean variesByPacket() {
        return (Outlet.greFlags(config) & VARYING) != 0;
    }

    @Override
    DatapathPort newPart(PollLoop loop) {
        return new TunnelPort(this, loop);
    }

    @Override
    void close() {
        // the sockets are shared, and the datapath's to close
    }
}
