package dev.culvert.datapath;

import dev.culvert.datapath.NextHops.Hop;
import dev.culvert.datapath.bpf.FlowPrograms;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Tells the programs in the kernel which link addresses a tunnel's packets get, as the kernel's own neighbour cache has them.
 * Otherwise route and neighbour are looked up for each packet.
 *
 * <p>An address is written down at one tick and used from the next one on, and what is taken back is not written over before
 * the next: no packet gets half of two addresses. The conductor's.
 */
final class KernelNeighbours implements AutoCloseable {
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
    private final NextHops hops;
    private final Map<Integer, Port> ports = new HashMap<>();
    private long tickedNanos = System.nanoTime();

    KernelNeighbours(FlowPrograms programs, NextHops hops) {
        this.programs = programs;
        this.hops = hops;
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
        Hop hop = Hop.of(tunnel);
        Port before = ports.get(tunnel.number);
        if (sends && before != null && before.hop.equals(hop)) {
            return;
        }
        forget(tunnel.number);
        // the type of service may choose another route, which is for the kernel to find
        if (sends && hop.ifindex() != 0 && !tunnel.config.tosInherited() && tunnel.config.tos() == 0) {
            ports.put(tunnel.number, new Port(hop, TunnelPort.isIpv6(tunnel.config)));
            hops.use(hop);
        }
    }

    /** Ceases to look after a port. */
    void forget(int number) {
        Port port = ports.remove(number);
        if (port != null) {
            programs.clearLink(number);
            hops.release(port.hop);
        }
    }

    /**
     * Takes over what has changed in the kernel's neighbour cache; to be called twice a second.
     *
     * @param now {@link System#nanoTime}
     */
    void tick(long now) {
        if (now - tickedNanos > NextHops.PAUSE_NANOS) { // the programs begin to believe what they were told again soon
            ports.forEach(this::takeBack);
        }
        tickedNanos = now;
        takeBack(hops.news());
        ports.forEach(this::advance);
    }

    /** Looks whether the interfaces' own link addresses have changed. */
    void refresh() {
        takeBack(hops.refresh());
    }

    @Override
    public void close() {
        ports.keySet().forEach(programs::clearLink);
    }

    private void takeBack(Set<Hop> changed) {
        if (!changed.isEmpty()) {
            ports.forEach((number, port) -> {
                if (changed.contains(port.hop)) {
                    takeBack(number, port);
                }
            });
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
                long destination = hops.address(port.hop);
                if (destination != 0) {
                    programs.writeLink(number, port.hop.address(), destination, hops.source(port.hop), port.ipv6);
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
}
