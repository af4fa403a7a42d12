package dev.culvert.datapath;

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
 * Whom packets are handed to on their way, and by which link address as the kernel's neighbour cache has it. Who sends by one of
 * them without the kernel has to ask it once a second nevertheless, so that it goes on to verify the neighbour; what it finds
 * out is known here with the next tick. The conductor's.
 */
final class NextHops {
    private static final System.Logger LOG = System.getLogger("dpif");

    /** How long an address may be used until the kernel is asked again. */
    static final long ASK_NANOS = 1_000_000_000;

    /** How long one may be used without a look at whether it is still so. */
    static final long PAUSE_NANOS = 1_500_000_000;

    /**
     * A neighbour.
     *
     * @param ifindex the interface that leads to it
     * @param address its IP address
     */
    record Hop(int ifindex, IpAddress address) {
        /** The one that a tunnel's packets are handed to. */
        static Hop of(Tunnel tunnel) {
            return new Hop(tunnel.way.ifindex(), tunnel.way.hop());
        }
    }

    private final Netlink netlink;
    private final NeighbourMonitor monitor;
    private final Map<Hop, Integer> users = new HashMap<>();

    /** Their link addresses; 0 for none. */
    private final Map<Hop, Long> addresses = new HashMap<>();

    /** Our own link addresses, by interface. */
    private final Map<Integer, Long> sources = new HashMap<>();

    private final Set<Hop> changed = new HashSet<>();

    /** @param monitor what tells of changes */
    NextHops(Netlink netlink, NeighbourMonitor monitor) {
        this.netlink = netlink;
        this.monitor = monitor;
    }

    /** Begins to look after one. */
    void use(Hop hop) {
        if (users.merge(hop, 1, Integer::sum) == 1) {
            addresses.put(hop, ask(hop));
            sources.computeIfAbsent(hop.ifindex, this::source);
        }
    }

    /** Ceases to, when as many have said so as use it. */
    void release(Hop hop) {
        if (users.merge(hop, -1, Integer::sum) == 0) {
            users.remove(hop);
            addresses.remove(hop);
            if (users.keySet().stream().noneMatch(other -> other.ifindex == hop.ifindex)) {
                sources.remove(hop.ifindex);
            }
        }
    }

    /** Its link address, as in {@link Link#mac}; 0 where there is none to be used. */
    long address(Hop hop) {
        return sources.getOrDefault(hop.ifindex, 0L) == 0 ? 0 : addresses.getOrDefault(hop, 0L);
    }

    /** The link address of the interface that leads to it. */
    long source(Hop hop) {
        return sources.getOrDefault(hop.ifindex, 0L);
    }

    /** Takes over what has changed in the kernel's neighbour cache; tells whose addresses have. */
    Set<Hop> news() {
        boolean whole = false;
        try {
            whole = monitor.read(this::hear);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "neighbours: {0}", e.getMessage());
        }
        if (!whole) {
            Set.copyOf(users.keySet()).forEach(hop -> learn(hop, ask(hop)));
        }
        return takeChanged();
    }

    /** Looks whether the interfaces' own link addresses have changed; tells whose way begins with one that has. */
    Set<Hop> refresh() {
        sources.replaceAll((ifindex, before) -> {
            long now = source(ifindex);
            if (now != before) {
                users.keySet().stream().filter(hop -> hop.ifindex == ifindex).forEach(changed::add);
            }
            return now;
        });
        return takeChanged();
    }

    private Set<Hop> takeChanged() {
        Set<Hop> taken = Set.copyOf(changed);
        changed.clear();
        return taken;
    }

    private void hear(Neighbour now) {
        Hop hop = new Hop(now.ifindex(), IpAddress.of(now.address()));
        if (users.containsKey(hop)) {
            learn(hop, usable(now));
        }
    }

    private void learn(Hop hop, long address) {
        Long before = addresses.put(hop, address);
        if (before == null || before != address) {
            changed.add(hop);
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
