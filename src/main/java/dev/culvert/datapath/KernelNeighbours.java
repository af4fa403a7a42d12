package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.linux.Link;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Neighbour;
import dev.culvert.linux.NeighbourMonitor;
import dev.culvert.linux.Netlink;
import dev.culvert.packet.IpAddress;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells the programs in the kernel which link addresses a tunnel's packets get, as the kernel's own neighbour cache has them.
 * Otherwise route and neighbour are looked up for each packet.
 *
 * <p>The programs ask the kernel for the neighbour once a second nevertheless, so it goes on to verify it, and what it
 * finds out is noticed here within half a second. It is written down at one tick and used from the next one on, and
 * what is taken back is not written over before the next: no packet gets half of two addresses. The conductor's.
 */
final class KernelNeighbours implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dpif");

    /** After a longer pause than this all that was told is taken back: the programs begin to believe it again soon. */
    private static final long PAUSE_NANOS = 1_500_000_000;

    /** Somebody that packets are handed to. */
    private record Hop(int ifindex, IpAddress address) {}

    /** Where a tunnel's packets go; what its programs have been told is in the state. */
    private static final class Port {
        final Hop hop;
        final boolean ipv6;
        State state = State.RESTING;

        Port(Hop hop, boolean ipv6) {
            this.hop = hop;
            this.ipv6 = ipv6;
        }
    }

    private enum State {
        /** The kernel is asked for each packet. */
        ASKING,
        /** So it is since the last tick: a packet may still be under way by what was told before. */
        RESTING,
        /** The address is written down. */
        WRITTEN,
        /** It is used. */
        TOLD
    }

    private final FlowPrograms programs;
    private final Netlink netlink;
    private final NeighbourMonitor monitor;
    private final Map<Integer, Port> ports = new HashMap<>();
    private final Map<Hop, Set<Integer>> numbers = new HashMap<>();

    /** Their link addresses as the kernel has them; 0 for none. */
    private final Map<Hop, Long> addresses = new HashMap<>();

    /** Our own link addresses, by interface. */
    private final Map<Integer, Long> sources = new HashMap<>();

    private long tickedNanos = System.nanoTime();

    /** @param monitor what tells of changes */
    KernelNeighbours(FlowPrograms programs, Netlink netlink, NeighbourMonitor monitor) {
        this.programs = programs;
        this.netlink = netlink;
        this.monitor = monitor;
    }

    /** How many tunnels have their next hop's link address. */
    int known() {
        return (int)
                ports.values().stream().filter(port -> port.state == State.TOLD).count();
    }

    /**
     * Begins to look after a tunnel, or after the next hop that it has now.
     *
     * @param sends whether the programs send by it at all
     */
    void follow(Tunnel tunnel, boolean sends) {
        Hop hop = new Hop(tunnel.way.ifindex(), tunnel.way.hop());
        Port before = ports.get(tunnel.number);
        if (sends && before != null && before.hop.equals(hop)) {
            return;
        }
        forget(tunnel.number);
        // what inherits its type of service may take another route with another one, which is for the kernel to find
        if (sends && hop.ifindex != 0 && !tunnel.config.tosInherited()) {
            ports.put(tunnel.number, new Port(hop, TunnelPort.isIpv6(tunnel.config)));
            numbers.computeIfAbsent(hop, _ -> new HashSet<>()).add(tunnel.number);
            addresses.computeIfAbsent(hop, this::ask);
            sources.computeIfAbsent(hop.ifindex, this::source);
        }
    }

    /** Ceases to look after a port. */
    void forget(int number) {
        Port port = ports.remove(number);
        if (port == null) {
            return;
        }
        programs.clearLink(number);
        Set<Integer> those = numbers.get(port.hop);
        if (those != null && those.remove(number) && those.isEmpty()) {
            numbers.remove(port.hop);
            addresses.remove(port.hop);
        }
    }

    /**
     * Takes over what has changed in the kernel's neighbour cache; to be called twice a second.
     *
     * @param now {@link System#nanoTime}
     */
    void tick(long now) {
        if (now - tickedNanos > PAUSE_NANOS) {
            ports.forEach(this::takeBack);
        }
        tickedNanos = now;
        boolean whole = false;
        try {
            whole = monitor.read(this::changed);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "kernel offload: {0}", e.getMessage());
        }
        if (!whole) {
            Set.copyOf(numbers.keySet()).forEach(hop -> learn(hop, ask(hop)));
        }
        ports.forEach(this::advance);
    }

    /** Looks whether the interfaces' own link addresses have changed. */
    void refresh() {
        sources.keySet().retainAll(numbers.keySet().stream().map(Hop::ifindex).collect(Collectors.toSet()));
        sources.replaceAll((ifindex, before) -> {
            long now = source(ifindex);
            if (now != before) {
                ports.forEach((number, port) -> {
                    if (port.hop.ifindex == ifindex) {
                        takeBack(number, port);
                    }
                });
            }
            return now;
        });
    }

    @Override
    public void close() {
        ports.keySet().forEach(programs::clearLink);
    }

    private void changed(Neighbour now) {
        Hop hop = new Hop(now.ifindex(), IpAddress.of(now.address()));
        if (numbers.containsKey(hop)) {
            learn(hop, usable(now));
        }
    }

    private void learn(Hop hop, long address) {
        Long before = addresses.put(hop, address);
        if (before == null || before != address) {
            for (int number : numbers.getOrDefault(hop, Set.of())) {
                Port port = ports.get(number);
                if (port != null) {
                    takeBack(number, port);
                }
            }
        }
    }

    private void takeBack(int number, Port port) {
        programs.clearLink(number);
        port.state = State.RESTING;
    }

    private void advance(int number, Port port) {
        switch (port.state) {
            case RESTING -> port.state = State.ASKING;
            case ASKING -> {
                long destination = addresses.getOrDefault(port.hop, 0L);
                long source = sources.getOrDefault(port.hop.ifindex, 0L);
                if (destination != 0 && source != 0) {
                    programs.writeLink(number, port.hop.address, destination, source, port.ipv6);
                    port.state = State.WRITTEN;
                }
            }
            case WRITTEN -> {
                programs.useLink(number);
                port.state = State.TOLD;
            }
            case TOLD -> {}
        }
    }

    private long ask(Hop hop) {
        try {
            Neighbour neighbour = netlink.neighbour(hop.ifindex, hop.address.toInetAddress());
            return neighbour == null ? 0 : usable(neighbour);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.DEBUG, e.getMessage()); // the kernel looks it up for each packet then
            return 0;
        }
    }

    private static long usable(Neighbour neighbour) {
        return neighbour.valid() && !neighbour.nobody() ? neighbour.mac() : 0;
    }

    private long source(int ifindex) {
        try {
            return netlink.link(ifindex).map(Link::mac).orElse(0L);
        } catch (LinuxException e) {
            return 0; // it has gone: the way will be another one
        }
    }
}
