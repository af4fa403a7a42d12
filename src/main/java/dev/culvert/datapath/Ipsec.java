package dev.culvert.datapath;

import dev.culvert.datapath.EspReceiver.Arrival;
import dev.culvert.datapath.UnderlayPort.Kind;
import dev.culvert.ipsec.esp.EspKeys;
import dev.culvert.ipsec.esp.EspScratch;
import dev.culvert.ipsec.esp.InboundSa;
import dev.culvert.ipsec.esp.OutboundSa;
import dev.culvert.ipsec.esp.SaTable;
import dev.culvert.ipsec.ike.IkeDatagram;
import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageSocket;
import dev.culvert.linux.RawSocket;
import dev.culvert.linux.SocketOptions;
import dev.culvert.linux.UdpSocket;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Packet;
import dev.culvert.tunnel.TunnelType;
import java.lang.foreign.ValueLayout;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The datapath's IPsec as the conductor sees it: protections to give to tunnels, pairs of security associations to give to
 * protections, and IKE's datagrams. The sockets are opened with the first protection and closed with the last. All of it is the
 * first loop's: sequence numbers and replay windows need one owner.
 */
public final class Ipsec {
    private static final int IKE_PORT = IkeDatagram.PORT;
    private static final int NAT_PORT = IkeDatagram.NAT_PORT;

    /** What has been installed for one protection under one SPI of ours. */
    private record Pair(Protection protection, Arrival arrival, OutboundSa outbound, EspPath path) {}

    private final Loops loops;
    private final PollLoop loop;
    private final UnderlaySockets sending;
    private final EspScratch scratch = new EspScratch();
    private final IkeSender ikeSender;
    private final Map<Integer, Pair> pairs = new HashMap<>();
    private final List<UnderlayPort> ports = new ArrayList<>();
    private int protections;

    Ipsec(Loops loops, UnderlaySockets sending) {
        this.loops = loops;
        this.loop = loops.home();
        this.sending = sending;
        this.ikeSender = new IkeSender(loop);
    }

    /**
     * Makes a protection, to be given to tunnels when they are added.
     *
     * @param type the tunnels' encapsulation; the two GRE types are one
     * @param port their UDP port; 0 for GRE
     * @throws LinuxException EADDRINUSE if another IKE daemon has the ports, EPERM without CAP_NET_RAW
     */
    public Protection protect(TunnelType type, int port) throws LinuxException {
        if (protections == 0) {
            open();
        }
        protections++;
        return new Protection(type.wire(), port);
    }

    /** Gives a protection back, when no tunnel has it any more. Its associations are to be deleted by themselves. */
    public void release(Protection protection) {
        loop.command(() -> protection.forget(loop, null));
        if (--protections == 0) {
            loop.command(loop.ipsec.early::clear);
            closePorts();
        }
    }

    /** A neighbour has been told that packets by this SPI are accepted: what comes before the pair is installed waits for it. */
    public void offer(int spi) {
        loop.command(() -> loop.ipsec.early.offer(spi));
    }

    /**
     * Installs a pair of associations: packets that come by it are accepted from now on. None leaves by it before
     * {@link #activate}.
     *
     * @param inbound the keys of packets to us; their SPI names the pair from now on. Both are copied
     * @param outbound the keys of packets to the neighbour
     * @param local the outer source address
     * @param remote the neighbour's address
     * @param remotePort the neighbour's port if ESP goes in UDP (RFC 3948); 0 for raw ESP
     * @throws GeneralSecurityException if Java cannot do the suite right
     * @throws LinuxException if a socket is missing that the way needs
     */
    public void install(
            Protection protection, EspKeys inbound, EspKeys outbound, IpAddress local, IpAddress remote, int remotePort)
            throws GeneralSecurityException, LinuxException {
        OutboundSa out = new OutboundSa(outbound, scratch);
        Arrival arrival = new Arrival(new InboundSa(inbound, scratch), protection);
        EspPath path = path(out, local, remote, remotePort);
        pairs.put(inbound.spi(), new Pair(protection, arrival, out, path));
        publish();
    }

    /** From now on packets leave by this pair, those that waited first. */
    public void activate(int spi) {
        Pair pair = pairs.get(spi);
        if (pair != null) {
            loop.command(() -> {
                pair.protection.path = pair.path;
                pair.protection.release(loop);
                loop.flushPorts();
            });
        }
    }

    /**
     * The neighbour's NAT has given it another address or port.
     *
     * @throws LinuxException if a socket is missing that the way needs
     */
    public void move(int spi, IpAddress local, IpAddress remote, int remotePort) throws LinuxException {
        Pair old = pairs.get(spi);
        if (old == null) {
            return;
        }
        EspPath path = path(old.outbound, local, remote, remotePort);
        pairs.put(spi, new Pair(old.protection, old.arrival, old.outbound, path));
        loop.command(() -> {
            if (old.protection.path == old.path) {
                old.protection.path = path;
            }
        });
    }

    /** Forgets a pair. If packets left by it, they have to wait for the next one. */
    public void delete(int spi) {
        Pair pair = pairs.remove(spi);
        if (pair == null) {
            return;
        }
        publish();
        loop.command(() -> {
            EspPath current = pair.protection.path;
            if (current != null && current.sa == pair.outbound) {
                loop.tunnelSender.flush();
                pair.protection.path = null;
            }
            pair.arrival.sa.close();
            pair.outbound.close();
        });
    }

    /** The association to receive by; null if there is none under this SPI. Its counters may be a moment late. */
    public @Nullable InboundSa inbound(int spi) {
        Pair pair = pairs.get(spi);
        return pair == null ? null : pair.arrival.sa;
    }

    /** The association to send by, that belongs to the one to receive by under this SPI. */
    public @Nullable OutboundSa outbound(int spi) {
        Pair pair = pairs.get(spi);
        return pair == null ? null : pair.outbound;
    }

    /** When the last genuine packet came, by {@link System#nanoTime}; {@link Long#MIN_VALUE} if none has. */
    public long lastInbound(int spi) {
        Pair pair = pairs.get(spi);
        return pair == null ? Long.MIN_VALUE : pair.arrival.lastNanos;
    }

    /** Sends a datagram of IKE, or loses it. */
    public void send(IkeDatagram datagram) {
        for (UnderlayPort port : ports) {
            if (port.port == datagram.localPort()
                    && port.ipv6 == !datagram.remote().isIpv4()) {
                loop.command(() -> ikeSender.send(port, datagram));
            }
        }
    }

    /**
     * Hands over IKE's datagrams that have come.
     *
     * @param limit how many at most
     * @return how many there were
     */
    public int receive(Consumer<IkeDatagram> handler, int limit) {
        int count = 0;
        while (count < limit) {
            Packet packet = loop.ipsec.nextIke();
            if (packet == null) {
                break;
            }
            count++;
            byte[] message = packet.memory.asSlice(packet.offset, packet.length).toArray(ValueLayout.JAVA_BYTE);
            IkeDatagram datagram = new IkeDatagram(
                    new IpAddress(packet.tunnelDestinationHi, packet.tunnelDestinationLo),
                    (int) (packet.tunnelId >>> 16),
                    new IpAddress(packet.tunnelSourceHi, packet.tunnelSourceLo),
                    (int) packet.tunnelId & 0xffff,
                    message);
            loop.command(() -> loop.pool.give(packet));
            handler.accept(datagram);
        }
        return count;
    }

    void close() {
        ports.forEach(port -> port.socket.close());
        pairs.values().forEach(pair -> {
            pair.arrival.sa.close();
            pair.outbound.close();
        });
    }

    private EspPath path(OutboundSa sa, IpAddress local, IpAddress remote, int remotePort) throws LinuxException {
        boolean ipv6 = !remote.isIpv4();
        boolean udp = remotePort != 0;
        MessageSocket receiving = socket(udp ? Kind.ESP_IN_UDP : Kind.ESP, ipv6);
        MessageSocket fitting = udp ? receiving : ipv6 ? sending.esp6()[0] : sending.ipv4()[0];
        return new EspPath(sa, local, remote, udp, remotePort, fitting, receiving);
    }

    private MessageSocket socket(Kind kind, boolean ipv6) throws LinuxException {
        for (UnderlayPort port : ports) {
            if (port.kind == kind && port.ipv6 == ipv6) {
                return port.socket;
            }
        }
        throw new LinuxException("IPsec has no socket for IPv" + (ipv6 ? 6 : 4), Errno.EAFNOSUPPORT);
    }

    private void open() throws LinuxException {
        try {
            open(false);
        } catch (LinuxException e) {
            closePorts();
            throw e;
        }
        try {
            open(true);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EAFNOSUPPORT) {
                closePorts();
                throw e;
            }
        }
    }

    private void open(boolean ipv6) throws LinuxException {
        int family = ipv6 ? AddressFamily.INET6 : AddressFamily.INET;
        SocketOptions raw =
                new SocketOptions().packetInfo(ipv6).trafficClass(ipv6).dontFragment(false);
        add(RawSocket.open(family, EspPath.PROTOCOL, raw), Kind.ESP, ipv6, 0);
        SocketOptions udp = new SocketOptions().dontFragment(false);
        add(udp(family, NAT_PORT, udp), Kind.ESP_IN_UDP, ipv6, NAT_PORT);
        SocketOptions ike =
                new SocketOptions().dontFragment(false).coalesce(false).buffers(0, 0);
        add(udp(family, IKE_PORT, ike), Kind.IKE, ipv6, IKE_PORT);
    }

    private static UdpSocket udp(int family, int port, SocketOptions options) throws LinuxException {
        try {
            return UdpSocket.open(family, port, options);
        } catch (LinuxException e) {
            throw new LinuxException("IPsec's UDP port " + port, e.errno());
        }
    }

    private void add(MessageSocket socket, Kind kind, boolean ipv6, int port) {
        UnderlayPort added = UnderlayPort.ipsec(socket, kind, ipv6, port);
        ports.add(added);
        loops.receiveAtHome(added);
    }

    private void closePorts() {
        ports.forEach(port -> {
            loops.stopReceiving(port);
            port.socket.close();
        });
        ports.clear();
    }

    private void publish() {
        Map<Integer, Arrival> arrivals = new HashMap<>();
        pairs.forEach((spi, pair) -> arrivals.put(spi, pair.arrival));
        SaTable<Arrival> table = new SaTable<>(arrivals);
        loop.command(() -> loop.ipsec.configure(table));
    }
}
