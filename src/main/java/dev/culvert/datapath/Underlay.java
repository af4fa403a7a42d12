package dev.culvert.datapath;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.UdpSocket;
import dev.culvert.packet.Ip;
import dev.culvert.tunnel.TunnelConfig;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host's IP stack as tunnels use it: sockets to receive by, shared and counted, and ways out. The conductor's. */
final class Underlay implements AutoCloseable {
    private final Loops loops;
    private final UnderlaySockets sockets;
    private final List<UnderlayPort> ports = new ArrayList<>();

    Underlay(Loops loops, UnderlaySockets sockets) {
        this.loops = loops;
        this.sockets = sockets;
    }

    /**
     * Opens what a tunnel needs, as far as no other has opened it.
     *
     * @throws LinuxException if a socket cannot be opened; nothing is left behind then
     */
    Tunnel plug(int number, String name, TunnelConfig config, @Nullable Protection protection) throws LinuxException {
        List<UnderlayPort> needed = new ArrayList<>();
        try {
            for (boolean family : families(config)) {
                needed.add(need(config, family));
            }
            MessageSocket receiving = needed.getFirst().socket;
            return new Tunnel(number, name, config, protection, fitting(config), fragmenting(config, receiving));
        } catch (LinuxException e) {
            needed.forEach(this::release);
            throw e;
        }
    }

    /** Gives back what a tunnel needed. */
    void unplug(TunnelConfig config) {
        for (boolean ipv6 : families(config)) {
            for (UnderlayPort port : List.copyOf(ports)) {
                if (serves(port, config, ipv6)) {
                    release(port);
                }
            }
        }
    }

    /** Once the loop has ended. */
    @Override
    public void close() {
        ports.forEach(port -> port.socket.close());
        sockets.close();
    }

    private Outlet fitting(TunnelConfig config) throws LinuxException {
        boolean ipv6 = TunnelPort.isIpv6(config);
        if (config.type().isUdp()) {
            return Outlet.plain(config, sockets.udp(ipv6, config.dontFragment(), noChecksum(config)));
        }
        return ipv6
                ? Outlet.plain(config, sockets.gre6(config.dontFragment()))
                : Outlet.withIpv4(config, sockets.ipv4());
    }

    /** GRE leaves by the socket that it comes in by, since every other of its protocol costs a copy of what comes in. */
    private Outlet fragmenting(TunnelConfig config, MessageSocket receiving) throws LinuxException {
        boolean ipv6 = TunnelPort.isIpv6(config);
        MessageSocket[] out =
                config.type().isUdp() ? sockets.udp(ipv6, false, noChecksum(config)) : new MessageSocket[] {receiving};
        return Outlet.plain(config, out);
    }

    private static boolean noChecksum(TunnelConfig config) {
        return config.checksum() == TunnelConfig.Checksums.OFF;
    }

    /** Whether a tunnel receives over IPv4 (false) and over IPv6 (true). */
    private static boolean[] families(TunnelConfig config) {
        return config.remote().isFixed() ? new boolean[] {TunnelPort.isIpv6(config)} : new boolean[] {false, true};
    }

    private UnderlayPort need(TunnelConfig config, boolean ipv6) throws LinuxException {
        for (UnderlayPort port : ports) {
            if (serves(port, config, ipv6)) {
                port.users++;
                return port;
            }
        }
        int family = ipv6 ? AddressFamily.INET6 : AddressFamily.INET;
        boolean udp = config.type().isUdp();
        MessageSocket socket = udp
                ? UdpSocket.open(family, config.port(), new SocketOptions())
                : RawSocket.open(family, Ip.PROTOCOL_GRE, greOptions(ipv6));
        UnderlayPort port = new UnderlayPort(socket, config.type().wire(), ipv6, udp ? config.port() : 0);
        port.users = 1;
        ports.add(port);
        loops.receive(port);
        return port;
    }

    /** An IPv4 packet brings its header along, so nothing of it has to be told; what is sent may be fragmented. */
    private static SocketOptions greOptions(boolean ipv6) {
        return new SocketOptions().packetInfo(ipv6).trafficClass(ipv6).dontFragment(false);
    }

    private static boolean serves(UnderlayPort port, TunnelConfig config, boolean ipv6) {
        return port.ipv6 == ipv6
                && port.type == config.type().wire()
                && (!config.type().isUdp() || port.port == config.port());
    }

    private void release(UnderlayPort port) {
        if (--port.users == 0) {
            ports.remove(port);
            loops.stopReceiving(port);
            port.socket.close();
        }
    }
}
