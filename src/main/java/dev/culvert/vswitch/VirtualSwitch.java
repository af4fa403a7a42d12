package dev.culvert.vswitch;

import dev.culvert.datapath.Datapath;
import dev.culvert.datapath.FrameWatch;
import dev.culvert.linux.LinkMonitor;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.NetworkChange;
import dev.culvert.ofproto.Backer;
import dev.culvert.ovsdb.client.ClientListener;
import dev.culvert.ovsdb.client.OvsdbClient;
import dev.culvert.ovsdb.client.Replica;
import dev.culvert.ovsdb.client.ReplicaChange;
import dev.culvert.ovsdb.client.Selection;
import dev.culvert.ovsdb.server.OvsdbServer;
import dev.culvert.stream.Directories;
import dev.culvert.stream.StreamAddress;
import dev.culvert.stream.Tls;
import dev.culvert.stream.TlsFiles;
import dev.culvert.unixctl.UnixctlCommands;
import dev.culvert.vswitch.WriteBack.Part;
import dev.culvert.vswitch.ipsec.IpsecTunnels;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A running switch: bridges, ports and tunnels as an Open_vSwitch database says, in the network namespace of the thread
 * that starts it. The daemon is one of these with a database server and sockets for people around it; a program may have
 * its own.
 *
 * <p>Safe for threads.
 */
public final class VirtualSwitch implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("bridge");
    private static final String LOCK = "ovs_vswitchd";
    private static final int UPCALL_BATCH = 64;
    private static final int PATH_TICKS = 20;
    private static final int DEFAULT_STATISTICS_MILLIS = 5000;
    private static final int IPSEC_NEWS_MILLIS = 200;

    /**
     * What a switch needs to know.
     *
     * @param database where its database is served
     * @param directories where the management sockets of its bridges go
     * @param tls what {@code ssl:} and {@code pssl:} addresses are opened with; the switch gives it the files that its
     *     database's SSL table names, and those that it had before where there are none
     * @param allowKeyExport whether {@code ipsec/export-keys} may give IPsec's keys away
     */
    public record Options(
            List<StreamAddress.Active> database, Directories directories, Tls tls, boolean allowKeyExport) {
        /** Those of a switch whose IPsec keys nobody can have. */
        public Options(List<StreamAddress.Active> database, Directories directories, Tls tls) {
            this(database, directories, tls, false);
        }

        /** Keeps its own copy of the list. */
        public Options {
            database = List.copyOf(database);
        }
    }

    private final Tls tls;
    private final Directories directories;
    private final TlsFiles tlsDefaults;
    private final Conductor conductor = new Conductor("conductor");
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final Netlink netlink;
    private final LinkMonitor monitor;
    private final Thread monitorThread;
    private final Datapath datapath;
    private final Backer backer;
    private final IpsecTunnels ipsec;
    private final Reconciler reconciler;
    private final StatusWriter status;
    private final SwitchLook look;
    private final TablesLook tables;
    private final List<Consumer<List<ReplicaChange>>> changeListeners = new CopyOnWriteArrayList<>();
    private final HostEntries host;
    private final Coverage coverage;
    private final BridgeSockets sockets;
    private final OvsdbClient client;
    private final WriteBack writeBack;
    private final Runnable pathsChanged;

    // the conductor's
    private @Nullable SwitchConfig config;
    private boolean ipsecNews;
    private long statisticsNanos;
    private long ticks;
    private volatile @Nullable OvsdbServer server;
    private volatile boolean closing;
    private volatile boolean leavesNothing;

    private VirtualSwitch(Options options) throws LinuxException {
        tls = options.tls();
        directories = options.directories();
        tlsDefaults = tls.files();
        netlink = Netlink.open();
        monitor = LinkMonitor.open();
        datapath = Datapath.open(Datapath.FLOW_LIMIT, conductor.signal(this::serveDatapath));
        backer = new Backer(datapath, Datapath.FLOW_LIMIT, System::nanoTime);
        ipsec = new IpsecTunnels(
                datapath.ipsec(),
                HostAddress::towards,
                (task, nanos) -> conductor.after(nanos, TimeUnit.NANOSECONDS, task),
                conductor.signal(this::ipsecChanged),
                options.allowKeyExport());
        reconciler = new Reconciler(datapath, backer, netlink, ipsec);
        status = new StatusWriter(netlink, reconciler, ipsec);
        PortStatistics statistics = new PortStatistics(datapath, netlink);
        host = new HostEntries(netlink);
        coverage = new Coverage(datapath, ipsec);
        sockets = new BridgeSockets(options.directories(), tls, conductor, datapath, netlink, reconciler);
        look = new SwitchLook(reconciler, datapath, backer, ipsec, statistics, coverage, sockets, this::databaseState);
        tables = new TablesLook(datapath, backer);
        pathsChanged = conductor.signal(this::refreshPaths);
        client = OvsdbClient.open(
                new OvsdbClient.Options(options.database(), "Open_vSwitch", probe(options), tls),
                selection(),
                conductor,
                new DatabaseListener());
        writeBack = new WriteBack(
                client,
                status,
                new StatisticsWriter(datapath, statistics, reconciler),
                sockets,
                () -> closing ? null : config,
                ready);
        client.lock(LOCK);
        Runnable linksChanged = conductor.signal(this::linksChanged);
        monitorThread = Thread.ofPlatform().name("netlink").daemon(true).start(() -> watch(linksChanged));
        conductor.every(500, TimeUnit.MILLISECONDS, this::tick);
        conductor.every(Coverage.PERIOD, TimeUnit.SECONDS, coverage::sample);
    }

    /**
     * Starts a switch. It serves what its database says from the moment that it has read it, and again after every change.
     *
     * @param options where things are
     * @return the switch, which may not have reached its database yet: see {@link #ready}
     * @throws LinuxException EPERM without CAP_NET_ADMIN and CAP_NET_RAW
     */
    public static VirtualSwitch start(Options options) throws LinuxException {
        return new VirtualSwitch(options);
    }

    /** Completes when the first configuration is done and written back. */
    public CompletableFuture<Void> ready() {
        return ready.copy();
    }

    /**
     * Takes down how the switch is.
     *
     * @return completes soon, or with a {@link java.util.concurrent.RejectedExecutionException} when it has been closed
     */
    public CompletableFuture<SwitchState> state() {
        try {
            CompletableFuture<SwitchState> state = CompletableFuture.supplyAsync(look::state, conductor);
            OvsdbServer here = server;
            return here == null ? state : state.thenCombine(here.statistics(), SwitchState::servedBy);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Takes down a part of a bridge's tables.
     *
     * @param bridge its name
     * @param limit rows of each table at most
     * @return completes soon, as {@link #state} does; with null where there is no such bridge
     */
    public CompletableFuture<@Nullable BridgeTables> tables(String bridge, int limit) {
        try {
            return CompletableFuture.supplyAsync(
                    () -> {
                        RunningBridge running = reconciler.bridge(bridge);
                        return running == null ? null : tables.of(running, limit);
                    },
                    conductor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Has changes of the database told, as far as this switch follows it; there are secrets among them.
     *
     * @param listener is called by the conductor, which waits for it
     */
    public void onChange(Consumer<List<ReplicaChange>> listener) {
        changeListeners.add(listener);
    }

    /** Has {@link #state} tell of the database's server too, which is in this process. */
    void servedBy(OvsdbServer databaseServer) {
        server = databaseServer;
    }

    private SwitchState.DatabaseState databaseState() {
        Replica replica = client.replica();
        return new SwitchState.DatabaseState(replica.isCurrent(), status.cells(replica), null);
    }

    /**
     * Has everything seen that crosses some ports: frames at their devices by packet sockets, the others by {@link
     * Watch#frames}.
     *
     * @param ports the datapath's numbers
     * @return completes soon, as {@link #state} does
     */
    public CompletableFuture<Watch> watch(Set<Integer> ports) {
        try {
            return CompletableFuture.supplyAsync(() -> new Watch(Set.copyOf(ports)), conductor);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Somebody who looks at ports, until it is closed. */
    public final class Watch implements AutoCloseable {
        private final Runnable release;
        private final FrameWatch frames;

        private Watch(Set<Integer> ports) {
            release = datapath.observe(ports);
            frames = datapath.watch();
        }

        /** Frames that no packet socket shows, of all bridges. */
        public FrameWatch frames() {
            return frames;
        }

        @Override
        public void close() {
            try {
                conductor.execute(() -> {
                    datapath.unwatch(frames);
                    release.run();
                });
            } catch (RejectedExecutionException e) {
                LOG.log(System.Logger.Level.DEBUG, "the switch has gone before one who looked at it");
            }
        }
    }

    /**
     * Adds the commands by which people look at a switch (ovs-vswitchd(8)).
     *
     * @param commands where to
     */
    public void register(UnixctlCommands commands) {
        SwitchCommands families = new SwitchCommands(commands, conductor, reconciler);
        new FdbCommands(families, backer).register();
        DpifCommands dpif = new DpifCommands(families, datapath, backer);
        dpif.register();
        conductor.every(1, TimeUnit.SECONDS, dpif::sample);
        new DpctlCommands(families, datapath, backer).register();
        new OfprotoCommands(families, sockets).register();
        new TraceCommand(families, backer, datapath, netlink, ipsec).register();
        new RouteCommands(families, netlink, host).register();
        new NeighbourCommands(families, netlink, host).register();
        new AbsentCommands(families).register();
        new IpsecCommands(families, ipsec, reconciler, directories.run()).register();
        families.registerCounters(coverage, this::memory);
    }

    /** What is there to be kept, by the names of {@code memory/show}. */
    private Map<String, Long> memory() {
        Map<String, Long> use = new TreeMap<>();
        use.put("handlers", (long) datapath.threads());
        use.put("idl-cells-Open_vSwitch", status.cells(client.replica()));
        use.put(
                "ports",
                backer.bridges().stream()
                        .mapToLong(bridge -> bridge.ports().size())
                        .sum());
        use.put("revalidators", 1L);
        use.put(
                "rules",
                backer.bridges().stream()
                        .filter(bridge -> bridge.normal() != null)
                        .count());
        if (!backer.flows().isEmpty()) {
            use.put("udpif keys", (long) backer.flows().size());
        }
        return use;
    }

    /**
     * Has {@link #close} also take away what outlives a switch: routes and neighbours that {@code ovs/route/add} and
     * {@code tnl/neigh/set} have put into the host's tables.
     */
    public void leaveNothing() {
        leavesNothing = true;
    }

    /** A local server's death is told by the kernel; another host's is not (the default of ovs-vswitchd, 5 s). */
    private static Duration probe(Options options) {
        boolean local =
                options.database().stream().allMatch(address -> address.text().startsWith("unix:"));
        return local ? Duration.ZERO : Duration.ofSeconds(5);
    }

    private static Selection selection() {
        return Selection.none()
                .table("Open_vSwitch")
                .table("Bridge")
                .table("Port")
                .table("Interface")
                .table("Datapath")
                .table("Controller")
                .table("SSL");
    }

    // ---- database

    private final class DatabaseListener implements ClientListener {
        @Override
        public void changed(Replica replica, List<ReplicaChange> changes) {
            if (changes.stream().anyMatch(VirtualSwitch::isConfiguration)) {
                reconfigure();
            }
            changeListeners.forEach(listener -> listener.accept(changes));
        }

        @Override
        public void disconnected(String reason) {
            if (!closing) {
                LOG.log(System.Logger.Level.WARNING, "database: {0}; forwarding goes on", reason);
            }
        }

        @Override
        public void lockChanged(String lock, boolean held) {
            if (held) {
                reconfigure();
            }
        }

        /** Two switches on the same devices would forward everything twice: this one lets go of them. */
        @Override
        public void lockContended(String lock) {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "another ovs-vswitchd process is running, disabling this process (pid {0}) until it goes away",
                    Long.toString(ProcessHandle.current().pid()));
            if (config != null) {
                config = null;
                reconciler.clear();
                sockets.apply();
            }
        }
    }

    /** Whether a change is one that this switch has not made itself. */
    private static boolean isConfiguration(ReplicaChange change) {
        return switch (change.latest().table().name()) {
            case "Open_vSwitch" ->
                change.changes("bridges")
                        || change.changes("ssl")
                        || change.changes("datapaths")
                        || change.changes("next_cfg")
                        || change.changes("other_config");
            case "Interface" ->
                change.changes("name")
                        || change.changes("type")
                        || change.changes("options")
                        || change.changes("ofport_request")
                        || change.changes("mtu_request")
                        || change.changes("mac");
            case "Datapath" -> change.changes("datapath_version");
            case "Controller" ->
                change.changes("target")
                        || change.changes("type")
                        || change.changes("inactivity_probe")
                        || change.changes("max_backoff")
                        || change.changes("enable_async_messages");
            default -> true;
        };
    }

    private void reconfigure() {
        if (closing || !client.replica().isCurrent() || !client.holdsLock(LOCK)) {
            return;
        }
        SwitchConfig wanted = ConfigReader.read(client.replica());
        if (wanted == null) {
            writeBack.makeRoot();
            return;
        }
        config = wanted;
        tls.use(Objects.requireNonNullElse(wanted.tls(), tlsDefaults));
        reconciler.apply(wanted);
        sockets.apply();
        writeBack.write(Part.STATUS, Part.CONTROLLERS);
    }

    // ---- kernel

    private void watch(Runnable linksChanged) {
        while (!closing) {
            try {
                for (NetworkChange change : monitor.read(1000)) {
                    switch (change) {
                        case NetworkChange.LinkChanged _, NetworkChange.LinkRemoved _, NetworkChange.Resync _ ->
                            linksChanged.run();
                        default -> pathsChanged.run();
                    }
                }
            } catch (LinuxException e) {
                LOG.log(System.Logger.Level.ERROR, "changes of interfaces go unnoticed: {0}", e.getMessage());
                return;
            }
        }
    }

    private void linksChanged() {
        try {
            if (reconciler.linksChanged()) {
                reconfigure();
            }
            sockets.tellPorts();
            refreshPaths();
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "{0}", e.getMessage());
        }
    }

    private void refreshPaths() {
        reconciler.refreshPaths();
        writeBack.write(Part.STATUS);
    }

    // ---- datapath

    /** Not at once: when a thousand tunnels come up, each says several things. */
    private void ipsecChanged() {
        if (!ipsecNews) {
            ipsecNews = true;
            conductor.after(IPSEC_NEWS_MILLIS, TimeUnit.MILLISECONDS, () -> {
                ipsecNews = false;
                writeBack.write(Part.STATUS);
            });
        }
    }

    private void serveDatapath() {
        boolean more = ipsec.receive();
        int served = datapath.upcalls(backer, UPCALL_BATCH);
        backer.revalidate();
        datapath.offloadFlows();
        if (!datapath.doubtfulPaths().isEmpty()) {
            refreshPaths();
        }
        if (more || served == UPCALL_BATCH) {
            conductor.execute(this::serveDatapath);
        }
    }

    private void tick() {
        datapath.watchHost();
        backer.tick();
        // what the kernel has learned of a path expires without a word
        if (reconciler.refreshPaths((int) (++ticks % PATH_TICKS), PATH_TICKS)) {
            writeBack.write(Part.STATUS);
        }
        if (ticks % PATH_TICKS == 0) {
            ipsec.replaceWorn();
            if (config != null && reconciler.awaitsOthers()) {
                reconfigure();
            }
        }
        if (sockets.watchControllers()) {
            writeBack.write(Part.CONTROLLERS);
        }
        SwitchConfig current = config;
        if (current != null) {
            int interval = Reconciler.number(
                    current.otherConfig().get("stats-update-interval"),
                    DEFAULT_STATISTICS_MILLIS,
                    DEFAULT_STATISTICS_MILLIS,
                    Integer.MAX_VALUE);
            long now = System.nanoTime();
            if (now - statisticsNanos >= TimeUnit.MILLISECONDS.toNanos(interval)) {
                statisticsNanos = now;
                writeBack.write(Part.STATISTICS);
            }
        }
    }

    @Override
    public void close() {
        if (closing) {
            return;
        }
        conductor.execute(() -> {
            closing = true;
            client.close();
            sockets.close();
            reconciler.clear();
            ipsec.close();
            host.leave(leavesNothing);
        });
        conductor.close();
        datapath.close();
        try {
            monitorThread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        monitor.close();
        netlink.close();
    }
}
