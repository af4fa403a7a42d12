package dev.culvert.datapath;

import dev.culvert.linux.IngressDrop;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.TapDevice;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Packet;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The datapath as its owner, the conductor, sees it: ports by number, a flow cache, and packets that ask what to do. One
 * poll loop works behind it, or several; nothing here waits for packets, and packets never wait for anything here.
 *
 * <p>All methods are for one thread, the conductor's, unless they say otherwise.
 */
public final class Datapath implements FlowCache, AutoCloseable {
    /** Flows in the cache at most; Open vSwitch's {@code flow-limit} default is 200,000. */
    public static final int FLOW_LIMIT = 65_536;

    /** Threads at most. */
    public static final int MAX_THREADS = 64;

    private static final System.Logger LOG = System.getLogger("dpif");

    private final Loops loops;
    private final Underlay underlay;
    private final SuperFrameOffload offload = new SuperFrameOffload();
    private final KernelOffload kernel;
    private final Ipsec ipsec;
    private final EspLinks espLinks;
    private final SharedPorts ports;

    /** Tunnels that have been taken away, and that loops still know. */
    private final List<Tunnel> leaving = new ArrayList<>();

    private final List<FrameWatch> watches = new ArrayList<>();
    private final long[] key = FlowKey.create();
    private final Map<DropReason, Long> dropsOfFormerLoops = new EnumMap<>(DropReason.class);
    private boolean offering;
    private DatapathStatistics ofFormerLoops = DatapathStatistics.NONE;

    private Datapath(int flowLimit, Runnable upcallsWaiting) throws LinuxException {
        loops = new Loops(flowLimit, upcallsWaiting);
        ports = new SharedPorts(loops);
        UnderlaySockets sockets = new UnderlaySockets();
        underlay = new Underlay(loops, sockets);
        ipsec = new Ipsec(loops, sockets);
        espLinks = new EspLinks(loops.home());
        kernel = new KernelOffload(ports::get, loops);
        offerFlows();
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
        DeviceSockets sockets = DeviceSockets.open(ifindex);
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
        IngressDrop drop = host;
        add(new SharedDevice(
                number, name, ifindex, sockets, (device, loop) -> new PacketPort(device, loop, sockets), () -> {
                    sockets.close();
                    if (drop != null) {
                        drop.close();
                    }
                }));
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
        add(new SharedDevice(
                number,
                device.name(),
                device.ifindex(),
                null,
                (shared, loop) -> new TapPort(shared, loop, device),
                device::close));
        return number;
    }

    /**
     * Adds a tunnel port. It sends at once; what arrives for it finds it from the next {@link #settle} on.
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
        ports.addTunnel(number, name, config);
        try {
            ports.add(underlay.plug(number, name, config, protection));
        } catch (LinuxException e) {
            ports.removeTunnel(config);
            throw e;
        }
        return number;
    }

    /**
     * Takes a port away. When this returns its device is closed, and its name free. Packets that arrive for a tunnel
     * find nobody any more at the next {@link #settle}, or before another port gets its number.
     *
     * @param number a port's number; one that does not exist is ignored
     */
    public void removePort(int number) {
        SharedPort port = ports.remove(number);
        if (port == null) {
            return;
        }
        kernel.portRemoved(port);
        if (port instanceof Tunnel tunnel) {
            offload.forget(tunnel);
            espLinks.forget(tunnel);
            ports.removeTunnel(tunnel.config);
            leaving.add(tunnel);
            return;
        }
        if (port instanceof SharedDevice device) {
            loops.stopReceiving(device);
        }
        loops.await(loop -> loop.removePort(port.part(loop)));
        port.close();
    }

    /**
     * Has packets worked on by so many threads. Ports are spread over them: all packets that come in by a port, or by a
     * socket that tunnels share, are one thread's, and so stay in order. Nothing is lost when that changes.
     *
     * @param cpus for each thread the processor that it is bound to, or -1 for any; 1 to {@link #MAX_THREADS} of them
     */
    public void setThreads(List<Integer> cpus) {
        settle();
        int before = loops.count();
        try {
            loops.resize(cpus, this::join, this::leave);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.ERROR, "no more threads: {0}", e.getMessage());
        }
        if (loops.count() != before) {
            LOG.log(System.Logger.Level.INFO, "{0} datapath threads", Integer.toString(loops.count()));
        }
    }

    /** How many threads work on packets. */
    public int threads() {
        return loops.count();
    }

    private void join(PollLoop loop) {
        ports.join(loop);
        List<FrameWatch> now = List.copyOf(watches);
        now.forEach(watch -> watch.join(loop.index()));
        loop.command(() -> loop.watch(now));
        boolean offered = offering;
        loop.command(() -> loop.offerFlows(offered));
    }

    private void leave(PollLoop loop) {
        ports.leave(loop);
        ofFormerLoops = ofFormerLoops.plus(loop.statistics().withoutFlows());
        for (DropReason reason : DropReason.values()) {
            dropsOfFormerLoops.merge(reason, loop.drops(reason), Long::sum);
        }
    }

    /**
     * Has received packets find the tunnels that were added, and lets go of those that were taken away. To be called once a
     * change is complete: what it costs grows with the number of all tunnels.
     */
    public void settle() {
        TunnelTable table = ports.settled();
        if (table != null) {
            kernel.tunnelsChanged(table);
        }
        if (!leaving.isEmpty()) {
            loops.await(loop -> leaving.forEach(tunnel -> loop.removePort(tunnel.part(loop))));
            for (Tunnel tunnel : leaving) {
                underlay.unplug(tunnel.config);
                tunnel.close();
            }
            leaving.clear();
        }
    }

    /**
     * Decides about packets that no cached flow covers, until there are no more or the limit is reached.
     *
     * @param handler who decides
     * @param limit how many at most
     * @return how many there were
     */
    public int upcalls(UpcallHandler handler, int limit) {
        loops.serve();
        int count = 0;
        int before;
        do {
            before = count;
            for (PollLoop loop : loops.all()) { // in turn, so that none waits for another
                if (count < limit && upcall(loop, handler)) {
                    count++;
                }
            }
        } while (count > before);
        return count;
    }

    private boolean upcall(PollLoop loop, UpcallHandler handler) {
        Packet packet = loop.upcalls.next();
        if (packet == null) {
            return false;
        }
        FlowExtractor.extract(packet, key);
        UpcallHandler.Verdict verdict = handler.decide(packet, key);
        Megaflow flow = verdict.flow().in(loop.index());
        loop.command(() -> loop.upcalls.complete(packet, flow, verdict.install()));
        return true;
    }

    /**
     * What protects tunnels.
     *
     * @return this datapath's IPsec
     */
    public Ipsec ipsec() {
        return ipsec;
    }

    @Override
    public void removeFlow(Megaflow flow) {
        flow.gone = true;
        kernel.forget(flow);
        for (PollLoop loop : loops.all()) {
            Megaflow entry = flow.entry(loop.index());
            if (entry != null) {
                loop.command(() -> loop.removeFlow(entry));
            }
        }
    }

    @Override
    public void replaceActions(Megaflow flow, List<Action> actions) {
        kernel.forget(flow);
        flow.offerAt(Megaflow.OFFER_FIRST); // also where the kernel could not do what was done until now
        flow.replaceActions(actions);
    }

    /** Copies into the kernel what has become worth it. To be called soon when upcalls are. */
    public void offloadFlows() {
        for (PollLoop loop : loops.all()) {
            for (Megaflow flow = loop.offers.poll(key); flow != null; flow = loop.offers.poll(key)) {
                if (flow.installed && !flow.original.gone) {
                    kernel.offer(flow.original, key);
                }
            }
        }
        offerFlows();
    }

    /**
     * Says whether established flows are to be forwarded by the kernel, as far as it can.
     *
     * @param wanted false takes those out that are
     */
    public void setKernelOffload(boolean wanted) {
        kernel.want(wanted);
        offerFlows();
    }

    /**
     * Has all that crosses some ports' devices seen by packet sockets there: the kernel forwards on without its shortcuts past them.
     *
     * @param numbers ports' numbers; those that do not exist, or have no device, are ignored
     * @return ends that; once
     */
    public Runnable observe(Set<Integer> numbers) {
        List<SharedDevice> devices = new ArrayList<>();
        for (int number : numbers) {
            if (ports.get(number) instanceof SharedDevice device) {
                devices.add(device);
            }
        }
        devices.forEach(device -> observe(device, 1));
        return () -> devices.forEach(device -> observe(device, -1));
    }

    private void observe(SharedDevice device, int more) {
        boolean before = device.observers > 0;
        device.observers += more;
        if (before != device.observers > 0 && ports.get(device.number) == device) {
            kernel.portObserved(device);
        }
    }

    /** Begins to copy frames that no packet socket tells of, until {@link #unwatch}. */
    public FrameWatch watch() {
        FrameWatch watch = new FrameWatch();
        loops.all().forEach(loop -> watch.join(loop.index()));
        watches.add(watch);
        publishWatches();
        return watch;
    }

    /** Ends what {@link #watch} has begun. */
    public void unwatch(FrameWatch watch) {
        watches.remove(watch);
        publishWatches();
    }

    private void publishWatches() {
        List<FrameWatch> now = List.copyOf(watches);
        loops.command(loop -> loop.watch(now));
    }

    /** Why the kernel forwards no flow at all; null where nothing is in the way. */
    public @Nullable String kernelObstacle() {
        return kernel.obstacle();
    }

    /**
     * Why the kernel would not forward a flow; null where nothing is known to be in the way. Nothing is tried.
     *
     * @param flow which need not be in the cache
     * @param key of one of its packets, not masked
     */
    public @Nullable String kernelRefusal(Megaflow flow, long[] key) {
        return kernel.refusal(flow, key);
    }

    /** How many flows the kernel forwards. */
    public int kernelFlows() {
        return kernel.size();
    }

    /** How many tunnels' packets get their next hop's link address without asking the kernel. */
    public int kernelNeighbours() {
        return kernel.neighbours();
    }

    private void offerFlows() {
        boolean now = kernel.wanted();
        if (now != offering) {
            offering = now;
            loops.command(loop -> loop.offerFlows(now));
        }
    }

    /**
     * Tells what a device or path takes.
     *
     * @param number a port's number
     * @param mtu for a device, bytes of IP; for a tunnel, bytes of outer IP
     */
    public void setMtu(int number, int mtu) {
        SharedPort port = ports.get(number);
        if (port != null) {
            if (port.mtu != mtu) {
                port.mtu = mtu;
                kernel.portChanged(port);
            }
        }
    }

    /**
     * Tells where the packets of a tunnel leave.
     *
     * @param number a port's number
     */
    public void setWay(int number, Way way) {
        if (ports.get(number) instanceof Tunnel tunnel) {
            offload.path(tunnel, way.ifindex(), way.source());
            if (!tunnel.way.equals(way)) {
                tunnel.way = way;
                espLinks.path(tunnel);
                kernel.portChanged(tunnel);
            }
        }
    }

    /**
     * Looks whether the host still lets the kernel do what it is asked to do for us, and takes over what the kernel has
     * counted; to be called about twice a second.
     */
    public void watchHost() {
        offload.watch();
        espLinks.watch();
        kernel.tick();
    }

    /** The tunnels whose path has turned out narrower than was told; each is named once. */
    public List<Integer> doubtfulPaths() {
        List<Integer> doubtful = new ArrayList<>();
        for (SharedPort port : ports.all()) {
            if (port instanceof Tunnel tunnel && tunnel.mtuDoubtful) {
                tunnel.mtuDoubtful = false;
                doubtful.add(tunnel.number);
            }
        }
        return doubtful;
    }

    /**
     * Tells what went through a port.
     *
     * @param number a port's number
     * @return its counters as they are now; null if there is no such port
     */
    public @Nullable PortCounters counters(int number) {
        SharedPort port = ports.get(number);
        return port == null ? null : port.counters();
    }

    /** The ports' names by their numbers. */
    public Map<Integer, String> ports() {
        Map<Integer, String> names = new TreeMap<>();
        ports.all().forEach(port -> names.put(port.number, port.name));
        return names;
    }

    /** How many packets were dropped for each reason; reasons that never occurred are left out. */
    public Map<DropReason, Long> drops() {
        Map<DropReason, Long> drops = new EnumMap<>(dropsOfFormerLoops);
        for (PollLoop loop : loops.all()) {
            for (DropReason reason : DropReason.values()) {
                drops.merge(reason, loop.drops(reason), Long::sum);
            }
        }
        drops.merge(DropReason.NO_OUTPUT, kernel.dropped(), Long::sum);
        drops.values().removeIf(count -> count == 0);
        return drops;
    }

    /** How busy its threads have been; of one that has ended nothing is told any more. */
    public List<ThreadLoad> loads() {
        return loops.all().stream()
                .map(loop -> new ThreadLoad(loop.name(), loop.busyNanos()))
                .toList();
    }

    /** What the datapath as a whole has done. */
    public DatapathStatistics statistics() {
        DatapathStatistics all = ofFormerLoops.plus(DatapathStatistics.ofKernel(kernel.packets()));
        for (PollLoop loop : loops.all()) {
            all = all.plus(loop.statistics());
        }
        return all;
    }

    @Override
    public void close() {
        kernel.close();
        loops.close();
        ports.all().forEach(SharedPort::close);
        ipsec.close();
        underlay.close();
        offload.close();
        espLinks.close();
    }

    private int freeNumber() throws LinuxException {
        if (!leaving.isEmpty()) {
            settle(); // or what comes for a tunnel that has gone would seem to come for the port that gets its number
        }
        return ports.freeNumber();
    }

    private void add(SharedDevice device) {
        ports.add(device);
        loops.receive(device);
    }
}
