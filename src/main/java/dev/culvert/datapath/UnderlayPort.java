package dev.culvert.datapath;

import dev.culvert.linux.MessageSocket;
import dev.culvert.tunnel.TunnelType;

/** A socket of the host's own stack that all tunnels of one protocol, family and port receive by, or all of IPsec. */
final class UnderlayPort implements Source {
    /** A loop that reads from it. */
    private record Reading(UnderlayPort port, TunnelReceiver receiver) implements Receiver {
        @Override
        public int fd() {
            return port.socket.fd();
        }

        @Override
        public boolean receive() {
            return receiver.receive(port);
        }
    }

    /** What comes in. */
    enum Kind {
        /** Tunnel packets in clear. */
        TUNNEL,
        /** ESP right in IP. */
        ESP,
        /** ESP, IKE and keepalives at UDP port 4500 (RFC 3948). */
        ESP_IN_UDP,
        /** IKE at UDP port 500. */
        IKE;

        /** Whether it comes by UDP, where the kernel may have merged several. */
        boolean isUdp(TunnelType type) {
            return this == TUNNEL ? type.isUdp() : this != ESP;
        }
    }

    final MessageSocket socket;
    final Kind kind;

    /** The encapsulation; of no meaning where the kind is not {@link Kind#TUNNEL}. */
    final TunnelType type;

    final boolean udp;
    final boolean ipv6;
    final int port;

    /** The encapsulation and port as {@link dev.culvert.tunnel.TunnelTable} files them. */
    final int transport;

    /** How many tunnels are configured to use it; the conductor's. */
    int users;

    /**
     * Takes an open socket over.
     *
     * @param port the UDP port, 0 for GRE
     */
    UnderlayPort(MessageSocket socket, TunnelType type, boolean ipv6, int port) {
        this(socket, Kind.TUNNEL, type, ipv6, port);
    }

    private UnderlayPort(MessageSocket socket, Kind kind, TunnelType type, boolean ipv6, int port) {
        this.socket = socket;
        this.kind = kind;
        this.type = type;
        this.udp = kind.isUdp(type);
        this.ipv6 = ipv6;
        this.port = port;
        this.transport = type.transport(port);
    }

    /** A socket of IPsec. */
    static UnderlayPort ipsec(MessageSocket socket, Kind kind, boolean ipv6, int port) {
        return new UnderlayPort(socket, kind, TunnelType.GRE, ipv6, port);
    }

    @Override
    public Receiver in(PollLoop loop) {
        return new Reading(this, loop.tunnelReceiver);
    }
}
