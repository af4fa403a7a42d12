package dev.culvert.datapath;

import dev.culvert.linux.MessageSocket;
import dev.culvert.tunnel.TunnelType;

/** A socket of the host's own stack that all tunnels of one protocol, family and port receive by. */
final class UnderlayPort implements Receiver {
    final MessageSocket socket;
    final TunnelType type;
    final boolean ipv6;
    final int port;

    /** The encapsulation and port as {@link dev.culvert.tunnel.TunnelTable} files them. */
    final int transport;

    private final TunnelReceiver receiver;

    /** How many tunnels are configured to use it; the conductor's. */
    int users;

    /**
     * Takes an open socket over.
     *
     * @param port the UDP port, 0 for GRE
     */
    UnderlayPort(MessageSocket socket, TunnelType type, boolean ipv6, int port, TunnelReceiver receiver) {
        this.socket = socket;
        this.type = type;
        this.ipv6 = ipv6;
        this.port = port;
        this.transport = type.transport(port);
        this.receiver = receiver;
    }

    @Override
    public int fd() {
        return socket.fd();
    }

    @Override
    public boolean receive() {
        return receiver.receive(this);
    }
}
