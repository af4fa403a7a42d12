package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowMatch;
import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.datapath.bpf.Origin;
import dev.culvert.datapath.bpf.PortEntry;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.Netlink;
import dev.culvert.linux.TrafficHook;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import dev.culvert.packet.IpAddress;
import dev.culvert.tunnel.TunnelTable;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The datapath's ports as the programs in the kernel know them. A port is described when the first flow leads to it, and
 * its hook attached when the first one comes from it, so a switch of ten thousand tunnels has as much in the kernel as
 * carries traffic. The conductor's.
 */
final class KernelPorts implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dpif");

    private static final String NO_WAY =
            "no route to its neighbour, one with an encapsulation of its own, or it is this host";

    private final FlowPrograms programs;
    private final Loops loops;
    private final Netlink netlink;
    private final KernelNeighbours neighbours;

    /** What the programs have been told of each port that is used. */
    private final Map<Integer, SharedPort> described = new HashMap<>();

    /** Of internal ports. */
    private final Map<SharedDevice, TrafficHook> hostHooks = new HashMap<>();

    /** Of which the switch gets what the programs leave. */
    private final Set<SharedDevice> behindHooks = new HashSet<>();

    /** By the interface's index. */
    private final Map<Integer, TrafficHook> underlayHooks = new HashMap<>();

    private final Map<Origin, Tunnel> origins = new HashMap<>();

    /** An end of a tunnel that takes packets from anywhere. */
    private record End(Tunnel tunnel, IpAddress remote) {}

    /** Their numbers, which no port has. */
    private final Map<End, Integer> ends = new HashMap<>();

    private int nextEnd = FlowMatch.FIRST_END;
    private final Map<Integer, Long> farAddresses = new HashMap<>();

    private TunnelTable table;

    /**
     * Describes nothing yet.
     *
     * @param loops who reads what the programs leave
     * @param table which tunnels there are now
     */
    KernelPorts(KernelContext kernel, Loops loops, TunnelTable table) {
        this.loops = loops;
        this.table = table;
        this.programs = kernel.programs();
        this.netlink = kernel.host().netlink();
        this.neighbours = new KernelNeighbours(
                programs, new NextHops(netlink, kernel.host().neighbours()));
    }

    /** Why packets that the kernel forwards cannot leave by a port; null where they can. */
    static @Nullable String refusalTo(SharedPort port) {
        if (port.number >= FlowPrograms.PORTS) {
            return "its number is too large";
        }
        if (port instanceof Tunnel tunnel) {
            String refusal = TunnelEntry.refusal(tunnel);
            return refusal == null && tunnel.way.ifindex() == 0 ? NO_WAY : refusal;
        }
        return null;
    }

    /** Why packets that come in by a port cannot be looked at in the kernel; null where they can. */
    static @Nullable String refusalFrom(SharedPort port) {
        return switch (port) {
            case SharedDevice device ->
                device.sockets == null && device.observers > 0
                        ? "it is looked at, in front of which it would be forwarded"
                        : null;
            case Tunnel tunnel when tunnel.protection != null -> "IPsec";
            case Tunnel tunnel -> tunnel.way.ifindex() == 0 ? NO_WAY : null;
            default -> "a port of an unknown kind";
        };
    }

    /** Describes a port, by which packets leave from now on. */
    void know(SharedPort port) {
        if (port.number < FlowPrograms.PORTS && described.put(port.number, port) == null) {
            describe(port);
        }
    }

    /**
     * Has packets that come in by a port looked at in the kernel.
     *
     * @param port one without {@link #refusalFrom}
     * @param key of one of them
     * @return as what the programs know that they come from: {@link FlowMatch#origin}
     */
    int comeFrom(SharedPort port, long[] key) throws LinuxException {
        return switch (port) {
            case SharedDevice device -> {
                attach(device);
                yield FlowMatch.device(device.ifindex);
            }
            case Tunnel tunnel -> {
                know(tunnel);
                comeFrom(tunnel, key);
                yield number(tunnel, new IpAddress(FlowField.TUN_SRC.getHigh(key), FlowField.TUN_SRC.get(key)));
            }
            default -> throw new IllegalArgumentException(port.name);
        };
    }

    /**
     * The number by which the programs know where a tunnel's packets come from: its own, or, where the tunnel takes them from
     * anywhere, one for each end, so that each has flows of its own.
     */
    private int number(Tunnel tunnel, IpAddress remote) {
        return tunnel.config.remote().flow()
                ? ends.computeIfAbsent(new End(tunnel, remote), _ -> nextEnd++)
                : tunnel.number;
    }

    private void comeFrom(Tunnel tunnel, long[] key) throws LinuxException {
        int transport = tunnel.config.type().transport(tunnel.config.port());
        Origin origin = new Origin(
                transport,
                (int) FlowField.TUN_ID.get(key),
                (FlowField.TUN_FLAGS.get(key) & FlowKey.TUNNEL_KEY) != 0,
                new IpAddress(FlowField.TUN_DST.getHigh(key), FlowField.TUN_DST.get(key)),
                new IpAddress(FlowField.TUN_SRC.getHigh(key), FlowField.TUN_SRC.get(key)));
        if (!isOf(origin, tunnel)) {
            return; // the flow was offered before there was a tunnel that fits better
        }
        if (origins.get(origin) != tunnel) {
            if (origins.size() >= FlowPrograms.ORIGINS) {
                removeOrigins(_ -> true); // those that are still at work are offered again
            }
            Tunnel before = origins.remove(origin);
            if (before != null) {
                removed(origin, before);
            }
            programs.setOrigin(origin, number(tunnel, origin.remote()));
            origins.put(origin, tunnel);
        }
        if (!underlayHooks.containsKey(tunnel.way.ifindex())) {
            underlayHooks.put(tunnel.way.ifindex(), programs.attachUnderlay(tunnel.way.ifindex()));
        }
    }

    /** Tells the programs what has changed about a port. */
    void changed(SharedPort port) {
        if (described.get(port.number) == port) {
            describe(port);
        }
    }

    /** Takes notice of somebody who looks at a device, or does no longer. */
    void observed(SharedDevice device) {
        if (device.sockets == null) {
            closeHook(device);
        }
        changed(device);
    }

    private void closeHook(SharedDevice device) {
        TrafficHook hook = hostHooks.remove(device);
        if (hook != null) {
            hook.close();
        }
    }

    /** Takes a port away. */
    void remove(SharedPort port) {
        if (described.remove(port.number, port)) {
            neighbours.forget(port.number);
            programs.clearPort(port.number);
        }
        switch (port) {
            case SharedDevice device -> {
                farAddresses.remove(device.number);
                behindHooks.remove(device); // its hook is closed with it
                closeHook(device);
            }
            case Tunnel tunnel -> {
                removeOrigins(origin -> origins.get(origin) == tunnel);
                ends.keySet().removeIf(end -> end.tunnel == tunnel);
                if (origins.isEmpty()) {
                    underlayHooks.values().forEach(TrafficHook::close);
                    underlayHooks.clear();
                }
            }
            default -> {}
        }
    }

    /** Forgets where packets come from that now belong to another tunnel, or to none. */
    void tunnelsChanged(TunnelTable now) {
        table = now;
        removeOrigins(origin -> {
            Tunnel tunnel = origins.get(origin);
            return tunnel == null || !isOf(origin, tunnel);
        });
    }

    private boolean isOf(Origin origin, Tunnel tunnel) {
        int number = table.find(
                origin.transport(),
                Integer.toUnsignedLong(origin.key()),
                origin.local().high(),
                origin.local().low(),
                origin.remote().high(),
                origin.remote().low());
        return number == tunnel.number;
    }

    /** What the far end of a veth is called, as far as it was asked; 0 for none. */
    long farAddress(int number) {
        return farAddresses.getOrDefault(number, 0L);
    }

    /** How many tunnels have their next hop's link address. */
    int neighbours() {
        return neighbours.known();
    }

    /** Takes over what the kernel has learnt of neighbours; to be called twice a second. */
    void tick(long now) {
        neighbours.tick(now);
        behindHooks.forEach(device -> sockets(device).tick(programs, now));
    }

    /** Looks whether interfaces, and the far ends of veths, have changed their addresses. */
    void refresh() {
        neighbours.refresh();
        for (SharedPort port : described.values()) {
            if (port instanceof SharedDevice device
                    && device.sockets != null
                    && farEnd(device) != farAddress(device.number)) {
                describe(device);
            }
        }
    }

    @Override
    public void close() {
        neighbours.close();
        described.keySet().forEach(programs::clearPort);
        behindHooks.forEach(device -> sockets(device).goInFront(programs, loops, device));
        hostHooks.values().forEach(TrafficHook::close);
        underlayHooks.values().forEach(TrafficHook::close);
    }

    private void attach(SharedDevice device) throws LinuxException {
        if (device.sockets == null) {
            if (!hostHooks.containsKey(device)) {
                hostHooks.put(device, programs.attachHost(device.ifindex));
            }
        } else if (!behindHooks.contains(device)) {
            device.sockets.goBehind(programs, loops, device);
            behindHooks.add(device);
        }
    }

    private static DeviceSockets sockets(SharedDevice device) {
        return Objects.requireNonNull(device.sockets);
    }

    /** Whom frames are handed to past the device; nobody while it is looked at. */
    private long farEnd(SharedDevice device) {
        return device.observers > 0 ? 0 : netlink.farAddress(device.ifindex);
    }

    private void describe(SharedPort port) {
        switch (port) {
            case SharedDevice device
            when device.sockets == null ->
                programs.setPort(device.number, new PortEntry.Host(device.ifindex, device.mtu));
            case SharedDevice device -> {
                long far = farEnd(device);
                farAddresses.put(device.number, far);
                programs.setPort(device.number, new PortEntry.Device(device.ifindex, device.mtu, far));
            }
            case Tunnel tunnel -> {
                PortEntry entry = TunnelEntry.of(tunnel);
                // first: what is known of another next hop must not be used on the new way
                neighbours.follow(tunnel, entry instanceof PortEntry.Tunnel);
                programs.setPort(tunnel.number, entry);
            }
            default -> {}
        }
    }

    private void removeOrigins(Predicate<Origin> which) {
        for (Iterator<Map.Entry<Origin, Tunnel>> all = origins.entrySet().iterator(); all.hasNext(); ) {
            Map.Entry<Origin, Tunnel> entry = all.next();
            if (which.test(entry.getKey())) {
                removed(entry.getKey(), entry.getValue());
                all.remove();
            }
        }
    }

    private void removed(Origin origin, Tunnel tunnel) {
        try {
            programs.removeOrigin(origin, number(tunnel, origin.remote()));
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "kernel offload: {0}", e.getMessage());
        }
    }
}
