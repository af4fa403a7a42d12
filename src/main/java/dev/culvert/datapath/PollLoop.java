package dev.culvert.datapath;

import dev.culvert.linux.AnonymousMemory;
import dev.culvert.linux.Epoll;
import dev.culvert.linux.EventFd;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.MessageBatch;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.FlowExtractor;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.Packet;
import dev.culvert.packet.PacketPool;
import dev.culvert.tunnel.EntropyPort;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The thread that packets live on.
 *
 * <ol>
 *   <li>Epoll names the descriptors that have something; each is read once, a batch at a time.
 *   <li>Every packet's flow key is extracted and looked up in the flow cache.
 *   <li>A hit runs the flow's actions; an output puts the packet on its port's queue.
 *   <li>A miss puts the packet on the upcall ring; it comes back as a command, with its flow.
 *   <li>At the end of the pass every port that has a queue sends it.
 * </ol>
 *
 * <p>It never blocks but in epoll, allocates nothing per packet, and throws nothing per packet. All its state is its own;
 * others reach it by commands, which run between two passes, and read its counters. There may be several: each has flows,
 * buffers, and its own part of every port, and reads from some; see {@link Loops}.
 */
final class PollLoop implements Runnable {
    /** Packets in flight at most, in queues, rings and batches together. */
    private static final int POOL = 1024;

    /** Frames that wait for a security association at most, of all tunnels together. */
    private static final int WAITING_MAX = 256;

    /**
     * How long an idle pass is followed by another without sleeping. To wake a sleeping thread costs tens of
     * microseconds, so a short wait for the answer to what was just sent is cheaper than going to sleep; a longer one
     * would take the processor from the very program that should answer.
     */
    private static final long SPIN_NANOS = Long.getLong("culvert.spin.nanos", 20_000);

    private final int index;
    private final String name;
    private final Thread thread;
    private final Arena arena;
    private final Epoll epoll;
    private final EventFd wakeup;
    private final Runnable upcallsWaiting;
    private final Queue<Runnable> commands = new ConcurrentLinkedQueue<>();
    private final FlowTable flows;
    private final long[] drops = new long[DropReason.values().length];
    private final long[] key = FlowKey.create();
    private final long[] lastKey = FlowKey.create();
    private @Nullable Megaflow lastFlow;

    /** Whether flows are offered to the kernel. */
    private boolean offering;

    /** Who wants to see what packet sockets do not; nobody, as a rule. */
    private FrameWatch[] watches = {};

    private boolean conductorAsked;
    private volatile boolean stopping;
    private long hits;
    private long misses;
    private int waitingFrames;

    /** Time spent outside of epoll, up to the last pass. */
    private long busyNanos;

    /** The time, taken once per pass, and once more by a pass that may sleep. */
    long now = System.nanoTime();

    /** Flows that are worth a place in the kernel. */
    final FlowOffers offers = new FlowOffers();

    final Receivers receivers;
    final Binding binding;
    final PacketPool pool;
    final ReceiveSlots slots;
    final LoopPorts ports = new LoopPorts(this);
    final Upcalls upcalls;
    private final ActionRunner actions = new ActionRunner(this);
    final PathFit fit;
    final TunnelReceiver tunnelReceiver;
    final TunnelSender tunnelSender;
    final EspReceiver ipsec;
    final UdpSuperFrames udpSuperFrames;

    /** What other loops hand over to this one. */
    final Handovers handovers = new Handovers(this);

    private final @Nullable Handover handover;

    /** What ports with a socket send: one batch for all of them, likewise. */
    final MessageBatch tx = new MessageBatch(DatapathPort.BATCH, 1, 0);

    /**
     * Makes a loop that is not running yet.
     *
     * @param index which of the loops it is: 0 is the first, and only one at a time has a number
     * @param name for the thread
     * @param flowLimit how many flows are cached at most
     * @param upcallsWaiting is run on the loop's thread when upcalls have come; must be quick
     * @param home the loop that sends what must be in order; null if this is the one
     * @throws LinuxException if the kernel gives no epoll or event descriptor
     */
    @SuppressWarnings("MustBeClosedChecker") // what is opened here is closed at the end of run()
    PollLoop(int index, String name, int flowLimit, Runnable upcallsWaiting, @Nullable PollLoop home)
            throws LinuxException {
        this.index = index;
        this.name = name;
        this.thread = Thread.ofPlatform().name(name).daemon(true).unstarted(this);
        this.binding = new Binding(name);
        this.handover = home == null ? null : new Handover(home);
        this.upcallsWaiting = upcallsWaiting;
        this.flows = new FlowTable(flowLimit);
        this.arena = Arena.ofShared();
        this.pool = new PacketPool(AnonymousMemory.in(arena), POOL);
        this.slots = new ReceiveSlots(pool);
        this.upcalls = new Upcalls(this, flows);
        this.epoll = Epoll.open();
        this.wakeup = EventFd.open();
        this.epoll.add(wakeup.fd(), Epoll.IN, -1);
        this.receivers = new Receivers(epoll);
        this.fit = new PathFit(this);
        this.udpSuperFrames = new UdpSuperFrames(this);
        SendBatch batch = new SendBatch(this, arena);
        this.ipsec = new EspReceiver(this);
        this.tunnelReceiver = new TunnelReceiver(this, ipsec);
        this.tunnelSender = new TunnelSender(this, batch, new EspSender(this, batch));
    }

    int index() {
        return index;
    }

    String name() {
        return name;
    }

    void start() {
        thread.start();
    }

    @Override
    public void run() {
        now = System.nanoTime();
        long quietSince = now;
        while (!stopping) {
            boolean busy = runCommands();
            busy |= handovers.take();
            pool.reclaim();
            long before = now;
            boolean rests = !busy && now - quietSince >= SPIN_NANOS;
            if (rests) {
                busyNanos += System.nanoTime() - before;
            }
            int ready = epoll.await(rests ? -1 : 0);
            now = System.nanoTime();
            if (!rests) {
                busyNanos += now - before;
            }
            for (int i = 0; i < ready; i++) {
                int token = (int) epoll.token(i);
                if (token < 0) {
                    wakeup.drain();
                    busy = true;
                } else {
                    Receiver receiver = receivers.get(token);
                    busy |= receiver != null && receiver.receive();
                }
            }
            flushPorts();
            if (handover != null) {
                handover.flush();
            }
            if (conductorAsked) {
                conductorAsked = false;
                upcallsWaiting.run();
            }
            if (busy) {
                quietSince = now;
            }
        }
        runCommands();
        ports.close();
        epoll.close();
    }

    /** Ends the loop after the commands that were given before. From any thread. */
    void stop() {
        stopping = true;
        wakeup.signal();
    }

    /** Waits until the loop has ended. */
    void join() {
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Frees the buffers, when the loop has ended and no other has any of them. */
    void close() {
        wakeup.close();
        arena.close();
    }

    /** Has another pass made. From any thread. */
    void wake() {
        wakeup.signal();
    }

    /** Has something done between two passes. From any thread. */
    void command(Runnable command) {
        commands.add(command);
        wakeup.signal();
    }

    /** Has something done between two passes before the next command, for which alone the loop is not woken. From any thread. */
    void prepare(Runnable command) {
        commands.add(command);
    }

    private boolean runCommands() {
        boolean any = false;
        for (Runnable command = commands.poll(); command != null; command = commands.poll()) {
            command.run();
            any = true;
        }
        return any;
    }

    // ---- packets

    /** Takes a received packet over and does what its flow says. */
    void handle(Packet packet) {
        FlowExtractor.extract(packet, key);
        packet.arrivalTci = (int) FlowField.VLAN_TCI.get(key);
        packet.entropy = EntropyPort.of(key);
        if (upcalls.holdBack(packet)) {
            return;
        }
        Megaflow flow = lastFlow;
        if (flow == null || !flow.installed || !FlowKey.same(key, lastKey)) {
            flow = flows.lookup(key);
            if (flow == null) {
                miss(packet);
                return;
            }
            System.arraycopy(key, 0, lastKey, 0, FlowKey.WORDS);
            lastFlow = flow;
        }
        hit(flow, packet);
    }

    /** The flow of a packet that was held back; null if there is none. */
    @Nullable
    Megaflow lookup(Packet packet) {
        FlowExtractor.extract(packet, key);
        return flows.lookup(key);
    }

    /** A packet is covered; the key at hand is its own. */
    void hit(Megaflow flow, Packet packet) {
        hits++;
        if (flow.packets >= flow.offerAt && offering) {
            offer(flow);
        }
        run(flow, packet);
    }

    private void offer(Megaflow flow) {
        flow.offerAt = 2 * flow.packets;
        if (offers.offer(flow, key)) {
            askConductor();
        }
    }

    void miss(Packet packet) {
        misses++;
        upcalls.ask(packet);
    }

    /** Counts a packet for a flow, and does what the flow says. */
    void run(Megaflow flow, Packet packet) {
        flow.packets++;
        flow.bytes += packet.length;
        flow.usedNanos = now;
        actions.run(flow.program, packet);
    }

    /** Puts a packet on a port's queue, or drops it where the port has just gone. */
    void output(Packet packet, int number) {
        ports.output(packet, number);
    }

    /** Sends what all ports have gathered. */
    void flushPorts() {
        ports.flush();
        tunnelSender.flush();
    }

    /** The way to the loop that sends what must be in order; null if this one is it. */
    @Nullable
    Handover handover() {
        return handover;
    }

    /** Whether one more frame may wait for a security association. */
    boolean mayWait() {
        return waitingFrames < WAITING_MAX;
    }

    /** Counts frames that begin to wait, or, negative, that cease to. */
    void frameWaits(int more) {
        waitingFrames += more;
    }

    void drop(DropReason reason) {
        drops[reason.ordinal()]++;
    }

    void drop(Packet packet, DropReason reason) {
        drops[reason.ordinal()]++;
        if (watches.length != 0 && packet.inPort != 0) {
            watch(FrameWatch.Event.DROPPED, reason, packet.inPort, 0, 0, packet.memory, packet.offset, packet.length);
        }
        pool.give(packet);
    }

    /** Whether somebody wants to have copies of frames. */
    boolean isWatched() {
        return watches.length != 0;
    }

    /** Lets those who watch have a copy of a frame. */
    void watch(
            FrameWatch.Event event,
            @Nullable DropReason reason,
            int port,
            int spi,
            long sequence,
            MemorySegment memory,
            int at,
            int length) {
        for (FrameWatch watch : watches) {
            watch.put(index, event, reason, port, spi, sequence, now, memory, at, length);
        }
    }

    /** Drops a packet for which a port is to blame. */
    void drop(DropReason reason, PortCounters port) {
        port.count(reason, 1);
        drop(reason);
    }

    /** Likewise. */
    void drop(Packet packet, DropReason reason, PortCounters port) {
        port.count(reason, 1);
        drop(packet, reason);
    }

    /** Has the conductor look after this datapath once the pass is over. */
    void askConductor() {
        conductorAsked = true;
    }

    // ---- as commands

    void watch(List<FrameWatch> by) {
        watches = by.toArray(FrameWatch[]::new);
    }

    void offerFlows(boolean wanted) {
        offering = wanted;
    }

    void removePort(DatapathPort port) {
        handovers.take();
        ports.remove(port);
        tunnelSender.flush();
        port.close();
    }

    void removeFlow(Megaflow flow) {
        flows.remove(flow);
    }

    // ---- counters, read from any thread

    long drops(DropReason reason) {
        return drops[reason.ordinal()];
    }

    /** For how long it has not slept. */
    long busyNanos() {
        return busyNanos;
    }

    DatapathStatistics statistics() {
        return new DatapathStatistics(
                hits, misses, upcalls.lost, flows.size(), flows.masks(), fit.resegmented, fit.answered, fit.fragmented);
    }
}
