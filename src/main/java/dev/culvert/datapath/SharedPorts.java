package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelTable;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ports by their numbers, and what of them each loop is told. The conductor's. */
final class SharedPorts {
    /** Ports at most, as in Open vSwitch's userspace datapath. */
    private static final int MAX = 65_535;

    private final Loops loops;
    private final TreeMap<Integer, SharedPort> ports = new TreeMap<>();

    SharedPorts(Loops loops) {
        this.loops = loops;
    }

    Collection<SharedPort> all() {
        return ports.values();
    }

    @Nullable
    SharedPort get(int number) {
        return ports.get(number);
    }

    /**
     * Finds a number for a new port.
     *
     * @throws LinuxException ENOSPC if there is none
     */
    int freeNumber() throws LinuxException {
        for (int number = 1; number <= MAX; number++) {
            if (!ports.containsKey(number)) {
                return number;
            }
        }
        throw new LinuxException("the datapath has no free port number", Errno.ENOSPC);
    }

    /** Adds a port to all loops. */
    void add(SharedPort port) {
        ports.put(port.number, port);
        loops.all().forEach(loop -> add(port, loop));
    }

    private static void add(SharedPort port, PollLoop loop) {
        DatapathPort part = port.join(loop);
        loop.command(() -> loop.ports.add(part));
    }

    /** Forgets a port, which the loops are still to let go of; null if there is none of this number. */
    @Nullable
    SharedPort remove(int number) {
        return ports.remove(number);
    }

    /** Adds all ports to a new loop. */
    void join(PollLoop loop) {
        ports.values().forEach(port -> add(port, loop));
        publish(tunnels(), loop);
    }

    /** Forgets the parts of a loop that has ended. */
    void leave(PollLoop loop) {
        ports.values().forEach(port -> port.leave(loop));
    }

    /** Which tunnel a received packet belongs to. */
    TunnelTable tunnels() {
        return builder().build();
    }

    /**
     * The same, with one tunnel more.
     *
     * @throws LinuxException EEXIST if another one would receive the same packets
     */
    TunnelTable tunnelsWith(int number, String name, TunnelConfig config) throws LinuxException {
        TunnelTable.Builder table = builder();
        String refused = table.add(name, config.match(), number);
        if (refused != null) {
            System.getLogger("tunnel").log(System.Logger.Level.WARNING, "{0}", refused);
            throw new LinuxException("add tunnel " + name, Errno.EEXIST);
        }
        return table.build();
    }

    private TunnelTable.Builder builder() {
        TunnelTable.Builder table = new TunnelTable.Builder();
        for (SharedPort port : ports.values()) {
            if (port instanceof Tunnel tunnel) {
                table.add(tunnel.name, tunnel.config.match(), tunnel.number);
            }
        }
        return table;
    }

    /** Has packets of tunnels received by this table from now on. */
    void publish(TunnelTable table) {
        loops.all().forEach(loop -> publish(table, loop));
    }

    private void publish(TunnelTable table, PollLoop loop) {
        @Nullable DatapathPort[] byNumber = new @Nullable DatapathPort[ports.isEmpty() ? 0 : ports.lastKey() + 1];
        ports.forEach((number, port) -> byNumber[number] = port.part(loop));
        loop.command(() -> loop.tunnelReceiver.configure(table, byNumber));
    }
}
