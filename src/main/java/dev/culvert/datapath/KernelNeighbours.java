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

/**
 * Tells the programs in the kernel which link addresses a tunnel's packets get, as long as the kernel's own neighbour cache
 * would give them the same. Otherwise the kernel is asked for each packet, which takes it as long as the tunnel's headers.
 *
 * <p>The programs ask the kernel once a second nevertheless, so it goes on to ask its neighbours whether they are there, and
 * what it finds out is noticed here within half a second. The conductor's.
 */
final class KernelNeighbours implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dpif");
    private static final int IPV4 = 0x0800;
    private static final int IPV6 = 0x86dd;

    /** Somebody that packets are handed to. */
    private record Hop(int ifindex, IpAddress address) {}

    private final FlowPrograms programs;
    private final Netlink netlink;
    private final NeighbourMonitor monitor;

    private final Map<Integer, Hop> hops = new HashMap<>();
    private final Map<Hop, Set<Integer>> ports = new HashMap<>();

    /** Their link addresses as the kernel has them; 0 for none. */
    private final Map<Hop, Long> addresses = new HashMap<>();

    /** Our own link addresses, by interface. */
    private final Map<Integer, Long> sources = new HashMap<>();

    /** Ports whose programs have been told. */
    private final Set<Integer> told = new HashSet<>();

    /** Ports of which that was taken back since the last tick: a packet may still be under way by what was there. */
    private final Set<Integer> resting = new HashSet<>();

    /** @param monitor what tells of changes */
    KernelNeighbours(FlowPrograms programs, Netlink netlink, NeighbourMonitor monitor) {
        this.programs = programs;
        this.netlink = netlink;
        this.monitor = monitor;
    }

    /** How many tunnels have their next hop's link address. */
    int known() {
        return told.size();
    }

    /** Begins to look after a tunnel, or after the next hop that it has now; the programs are told at the next tick. */
    void follow(Tunnel tunnel) {
        Hop hop = new Hop(tunnel.way.ifindex(), tunnel.way.hop());
        if (hop.equals(hops.get(tunnel.number))) {
            return;
        }
        forget(tunnel.number);
        if (hop.ifindex == 0) {
            return;
        }
        hops.put(tunnel.number, hop);
        ports.computeIfAbsent(hop, _ -> new HashSet<>()).add(tunnel.number);
        addresses.computeIfAbsent(hop, this::ask);
        sources.computeIfAbsent(hop.ifindex, this::source);
    }

    /** Ceases to look after a port. */
    void forget(int number) {
        Hop hop = hops.remove(number);
        if (hop == null) {
            return;
        }
        clear(number);
        Set<Integer> those = ports.get(hop);
        if (those != null && those.remove(number) && those.isEmpty()) {
            ports.remove(hop);
            addresses.remove(hop);
        }
    }

    /** Takes over what has changed in the kernel's neighbour cache; to be called twice a second. */
    void tick() {
        hops.forEach(this::tell);
        resting.clear();
        try {
            if (!monitor.read(this::changed)) {
                Set.copyOf(ports.keySet()).forEach(hop -> learn(hop, ask(hop)));
            }
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "kernel offload: {0}", e.getMessage());
        }
    }

    /** Looks whether the interfaces' own link addresses have changed. */
    void refresh() {
        sources.replaceAll((ifindex, before) -> {
            long now = source(ifindex);
            if (now != before) {
                hops.forEach((number, hop) -> {
                    if (hop.ifindex == ifindex) {
                        clear(number);
                    }
                });
            }
            return now;
        });
    }

    @Override
    public void close() {
        Set.copyOf(told).forEach(this::clear);
    }

    private void changed(Neighbour now) {
        Hop hop = new Hop(now.ifindex(), IpAddress.of(now.address()));
        if (ports.containsKey(hop)) {
            learn(hop, usable(now));
        }
    }

    private void learn(Hop hop, long address) {
        Long before = addresses.put(hop, address);
        if (before == null || before != address) {
            ports.getOrDefault(hop, Set.of()).forEach(this::clear);
        }
    }

    private void tell(int number, Hop hop) {
        long destination = addresses.getOrDefault(hop, 0L);
        long source = sources.getOrDefault(hop.ifindex, 0L);
        if (destination != 0 && source != 0 && !resting.contains(number) && told.add(number)) {
            programs.setLink(number, destination, source, hop.address.isIpv4() ? IPV4 : IPV6);
        }
    }

    private void clear(int number) {
        if (told.remove(number)) {
            programs.clearLink(number);
            resting.add(number);
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
