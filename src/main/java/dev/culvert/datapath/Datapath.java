package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.IngressDrop;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.TapDevice;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Packet;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The datapath as its owner, the conductor, sees it: ports by number, a flow cache, and packets that ask what to do. One
 * poll loop works behind it; nothing here waits for packets, and packets never wait for anything here.
 *
 * <p>All methods are for one thread, the conductor's, unless they say otherwise.
 */
public final class Datapath implements AutoCloseable {
    /** Flows in the cache at most; Open vSwitch's {@code flow-limit} default is 200,000. */
    public static final int FLOW_LIMIT = 65_536;

    /** Ports at most, as in Open vSwitch's userspace datapath. */
    public static final int MAX_PORTS = 65_535;

    private static final System.Logger LOG = System.getLogger("dpif");

    private final PollLoop loop;
    private final Thread thread;
    private final LoopControl control;
    private final Underlay underlay;
    private final GreOffload greOffload = new GreOffload();
    private final Ipsec ipsec;
    private final Map<Integer, DatapathPort> ports = new TreeMap<>();
    private final long[] key = FlowKey.create();

    private Datapath(int flowLimit, Runnable upcallsWaiting) throws LinuxException {
        loop = new PollLoop("datapath", flowLimit, upcallsWaiting);
        control = new LoopControl(loop);
        UnderlaySockets sockets = new UnderlaySockets();
        underlay = new Underlay(control, sockets);
        ipsec = new Ipsec(control, sockets);
        thread = Thread.ofPlatform().name(loop.name()).daemon(true).start(loop);
    }

    /**
     * Opens a datapath without ports.
     *
     * @param flowLimit how many flows it caches at most
     * @param upcallsWaiting run on the datapath's thread when {@link #upcalls} should be called soon; must be quick and
     *     never throw
     * @throws LinuxException if the kernel refuses what a poll loop needs
     */
    public static Datapath open(int flowLimit, Runnable upcallsWaiting) throws LinuxException {
        return new Datapath(flowLimit, upcallsWaiting);
    }

    /**
     * Adds an interface that exists, by a packet socket.
     *
     * @param name its name, for messages
     * @param ifindex its index
     * @return the new port's number
     * @throws LinuxException if the socket cannot be opened
     */
    public int addDevice(String name, int ifindex) throws LinuxException {
        int number = freeNumber();
        PacketSocket socket = PacketSocket.open(ifindex);
        IngressDrop host = null;
        try {
            host = IngressDrop.attach(ifindex);
        } catch (LinuxException e) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "{0}: this host''s own stack sees the port''s packets too ({1})",
                    name,
                    e.getMessage());
        }
        PacketPort port = new PacketPort(loop, number, name, socket, host);
        add(port, port);
        return number;
    }

    /**
     * Adds an internal port: a new device of this host's stack.
     *
     * @param device the device, which becomes the datapath's to close
     * @return the new port's number
     * @throws LinuxException if it cannot be polled
     */
    public int addTap(TapDevice device) throws LinuxException {
        int number = freeNumber();
        TapPort port = new TapPort(loop, number, device.name(), device);
        add(port, port);
        return number;
    }

    /**
     * Adds a tunnel port.
     *
     * @param name the interface's name
     * @param config a complete configuration
     * @param protection what all its packets are to have; null for none
     * @return the new port's number
     * @throws LinuxException if a socket of the underlay cannot be opened, for one because its port is taken
     * @throws LinuxException EEXIST if another port would receive the same packets
     */
    public int addTunnel(String name, TunnelConfig config, @Nullable Protection protection) throws LinuxException {
        int number = freeNumber();
        // checked first: a refused port leaves nothing behind
        TunnelTable table = tableWith(number, name, config);
        TunnelPort port = underlay.plug(number, name, config, protection);
        ports.put(number, port);
        loop.command(() -> loop.ports.add(port));
        publish(table);
        return number;
    }

    /**
     * Takes a port away. When this returns its device is closed, and its name free.
     *
     * @param number a port's number; one that does not exist is ignored
     */
    public void removePort(int number) {
        DatapathPort port = ports.remove(number);
        if (port == null) {
            return;
        }
        if (port instanceof TunnelPort tunnel) {
            greOffload.forget(tunnel);
            publish(table().build());
            underlay.unplug(tunnel.config);
        }
        control.await(() -> {
            if (port instanceof Receiver receiver) {
                control.stopReceiving(receiver);
            }
            loop.removePort(port);
        });
    }

    /**
     * Decides about packets that no cached flow covers, until there are no more or the limit is reached.
     *
     * @param handler who decides
     * @param limit how many at most
     * @return how many there were
     */
    public int upcalls(UpcallHandler handler, int limit) {
        int count = 0;
        while (count < limit) {
            Packet packet = loop.upcalls.next();
            if (packet == null) {
                break;
            }
            count++;
            FlowExtractor.extract(packet, key);
            UpcallHandler.Verdict verdict = handler.decide(packet, key);
            loop.command(() -> loop.upcalls.complete(packet, verdict.flow(), verdict.install()));
        }
        return count;
    }

    /**
     * What protects tunnels.
     *
     * @return this datapath's IPsec
     */
    public Ipsec ipsec() {
        return ipsec;
    }

    /**
     * Takes a flow out of the cache; does nothing if it is not there.
     *
     * @param flow the flow
     */
    public void removeFlow(Megaflow flow) {
        loop.command(() -> loop.removeFlow(flow));
    }

    /**
     * Tells what a device or path takes.
     *
     * @param number a port's number
     * @param mtu for a device, bytes of IP; for a tunnel, bytes of outer IP
     */
    public void setMtu(int number, int mtu) {
        switch (ports.get(number)) {
            case LocalPort port -> port.mtu = mtu;
            case TunnelPort port -> port.pathMtu = mtu;
            case null, default -> {}
        }
    }

    /**
     * Tells where the packets of a tunnel leave.
     *
     * @param number a port's number
     * @param ifindex the interface that leads to the neighbour; 0 where there is none, or it does not matter
     * @param source the outer source address
     */
    public void setWay(int number, int ifindex, IpAddress source) {
        if (ports.get(number) instanceof TunnelPort port) {
            greOffload.path(port, ifindex, source);
        }
    }

    /** Looks whether the host still lets the kernel do what it is asked to do for us; to be called often. */
    public void watchHost() {
        greOffload.watch();
    }

    /** The tunnels whose path has turned out narrower than was told; each is named once. */
    public List<Integer> doubtfulPaths() {
        List<Integer> doubtful = new ArrayList<>();
        for (DatapathPort port : ports.values()) {
            if (port instanceof TunnelPort tunnel && tunnel.pathMtuDoubtful) {
                tunnel.pathMtuDoubtful = false;
                doubtful.add(tunnel.number);
            }
        }
        return doubtful;
    }

    /**
     * Tells what went through a port.
     *
     * @param number a port's number
     * @return its counters, which go on counting; null if there is no such port
     */
    public @Nullable PortCounters counters(int number) {
        DatapathPort port = ports.get(number);
        return port == null ? null : port.counters;
    }

    /** The ports' names by their numbers. */
    public Map<Integer, String> ports() {
        Map<Integer, String> names = new TreeMap<>();
        ports.forEach((number, port) -> names.put(number, port.name));
        return names;
    }

    /** How many packets were dropped for each reason; reasons that never occurred are left out. */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> drops = new EnumMap<>(DropReason.class);
        for (DropReason reason : DropReason.values()) {
            if (loop.drops(reason) > 0) {
                drops.put(reason, loop.drops(reason));
            }
        }
        return drops;
    }

    /** What the datapath as a whole has done. */
    public DatapathStatistics statistics() {
        long[] lookups = loop.lookups();
        return new DatapathStatistics(
                lookups[0],
                lookups[1],
                lookups[2],
                loop.flowCount(),
                loop.maskCount(),
                loop.fit.resegmented,
                loop.fit.answered,
                loop.fit.fragmented);
    }

    @Override
    public void close() {
        loop.stop();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        ipsec.close();
        underlay.close();
        greOffload.close();
    }

    private void add(DatapathPort port, Receiver receiver) throws LinuxException {
        ports.put(port.number, port);
        loop.command(() -> loop.ports.add(port));
        control.startReceiving(receiver);
    }

    private int freeNumber() throws LinuxException {
        for (int number = 1; number <= MAX_PORTS; number++) {
            if (!ports.containsKey(number)) {
                return number;
            }
        }
        throw new LinuxException("the datapath has no free port number", Errno.ENOSPC);
    }

    private TunnelTable tableWith(int number, String name, TunnelConfig config) throws LinuxException {
        TunnelTable.Builder table = table();
        String refused = table.add(name, config.match(), number);
        if (refused != null) {
            System.getLogger("tunnel").log(System.Logger.Level.WARNING, "{0}", refused);
            throw new LinuxException("add tunnel " + name, Errno.EEXIST);
        }
        return table.build();
    }

    private TunnelTable.Builder table() {
        TunnelTable.Builder table = new TunnelTable.Builder();
        for (DatapathPort port : ports.values()) {
            if (port instanceof TunnelPort tunnel) {
                table.add(tunnel.name, tunnel.config.match(), tunnel.number);
            }
        }
        return table;
    }

    private void publish(TunnelTable table) {
        @Nullable DatapathPort[] byNumber = new @Nullable DatapathPort[0];
        for (DatapathPort port : ports.values()) {
            byNumber = Arrays.copyOf(byNumber, port.number + 1);
            byNumber[port.number] = port;
        }
        @Nullable DatapathPort[] snapshot = byNumber;
        loop.command(() -> loop.tunnelReceiver.configure(table, snapshot));
    }
}
