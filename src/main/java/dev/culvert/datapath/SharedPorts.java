package dev.culvert.datapath;

import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.tunnel.TunnelConfig;
import dev.culvert.tunnel.TunnelTable;
import java.util.BitSet;
import java.util.Collection;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The ports by their numbers, and what of them each loop is told. The conductor's. */
final class SharedPorts {
    /** Ports at most, as in Open vSwitch's userspace datapath. */
    private static final int MAX = 65_535;

    private final Loops loops;
    private final TreeMap<Integer, SharedPort> ports = new TreeMap<>();
    private final BitSet numbers = new BitSet();
    private final TunnelDirectory tunnels = new TunnelDirectory();

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
        int number = numbers.nextClearBit(1);
        if (number > MAX) {
            throw new LinuxException("the datapath has no free port number", Errno.ENOSPC);
        }
        return number;
    }

    /** Adds a port to all loops. */
    void add(SharedPort port) {
        ports.put(port.number, port);
        numbers.set(port.number);
        loops.all().forEach(loop -> add(port, loop));
    }

    private static void add(SharedPort port, PollLoop loop) {
        DatapathPort part = port.join(loop);
        if (port instanceof Tunnel) {
            loop.prepare(() -> loop.ports.add(part)); // many come together, and a table behind them
        } else {
            loop.command(() -> loop.ports.add(part));
        }
    }

    /** Forgets a port, which the loops are still to let go of; null if there is none of this number. */
    @Nullable
    SharedPort remove(int number) {
        numbers.clear(number);
        return ports.remove(number);
    }

    /** Adds all ports to a new loop. */
    void join(PollLoop loop) {
        ports.values().forEach(port -> add(port, loop));
        publish(tunnels.table(), loop);
    }

    /** Forgets the parts of a loop that has ended. */
    void leave(PollLoop loop) {
        ports.values().forEach(port -> port.leave(loop));
    }

    /**
     * Notes a tunnel that is about to be a port.
     *
     * @throws LinuxException EEXIST if another one would receive the same packets
     */
    void addTunnel(int number, String name, TunnelConfig config) throws LinuxException {
        tunnels.add(number, name, config);
    }

    /** Forgets a tunnel. */
    void removeTunnel(TunnelConfig config) {
        tunnels.remove(config);
    }

    /** Has packets of tunnels received by what was noted; returns the table, or null where nothing has changed. */
    @Nullable
    TunnelTable settled() {
        TunnelTable table = tunnels.settled();
        if (table != null) {
            loops.all().forEach(loop -> publish(table, loop));
        }
        return table;
    }

    private void publish(TunnelTable table, PollLoop loop) {
        @Nullable DatapathPort[] byNumber = new @Nullable DatapathPort[ports.isEmpty() ? 0 : ports.lastKey() + 1];
        ports.forEach((number, port) -> byNumber[number] = port.part(loop));
        loop.command(() -> loop.tunnelReceiver.configure(table, byNumber));
    }
}
