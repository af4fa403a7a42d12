package dev.culvert.datapath;

import dev.culvert.linux.LinuxException;
import dev.culvert.packet.FlowField;
import dev.culvert.tunnel.TunnelTable;
import java.util.ArrayList;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The flow cache's copy in the kernel. A flow is offered when it has carried some packets; it is refused with a reason, or
 * copied, and the kernel forwards it until anything about it changes: its actions, a port, a route, or nobody uses it. What
 * the kernel has counted becomes the flow's and its ports' from time to time.
 *
 * <p>It needs permission for eBPF, and libbpf; without, everything works, only slower. What is forwarded so does not pass
 * this host's own stack, so it rests while the host has IPsec policies. The conductor's.
 */
final class KernelOffload implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger("dpif");

    /** How often {@link #tick} is called until interfaces and the far ends of veths are asked for their addresses again. */
    private static final int REFRESH_TICKS = 2;

    private final IntFunction<@Nullable SharedPort> ports;
    private final Loops loops;
    private final boolean allowed = Boolean.parseBoolean(System.getProperty("culvert.kernel.offload", "true"));
    private boolean wanted = allowed;
    private long formerPackets;
    private long formerDropped;
    private @Nullable String failure;
    private @Nullable CompletableFuture<KernelContext> loading;
    private @Nullable KernelContext context;
    private @Nullable KernelPorts kernelPorts;
    private @Nullable KernelFlows flows;
    private TunnelTable tunnels = TunnelTable.EMPTY;
    private int ticks;

    /**
     * Makes it without anything in the kernel.
     *
     * @param ports the datapath's, by number
     * @param loops who reads what the kernel leaves
     */
    KernelOffload(IntFunction<@Nullable SharedPort> ports, Loops loops) {
        this.ports = ports;
        this.loops = loops;
    }

    /** Whether flows are to be offered. */
    boolean wanted() {
        return wanted && failure == null;
    }

    /** Turns it on or off; off takes everything out of the kernel, and after it on tries anew what was not possible. */
    void want(boolean now) {
        if (!now) {
            unload();
            failure = null;
        }
        wanted = now && allowed;
    }

    /** Why no flow is copied; null where nothing is in the way. */
    @Nullable
    String obstacle() {
        if (!wanted) {
            return "turned off (other_config:kernel-offload=false)";
        }
        return failure != null ? failure : rests() ? "this host has IPsec policies" : null;
    }

    /** How many flows are copied. */
    int size() {
        return flows == null ? 0 : flows.size();
    }

    /** How many tunnels have their next hop's link address in the kernel's copy. */
    int neighbours() {
        return kernelPorts == null ? 0 : kernelPorts.neighbours();
    }

    /** Packets that the kernel has dealt with, as far as was collected. */
    long packets() {
        return formerPackets + (flows == null ? 0 : flows.packets);
    }

    /** Those of them that it was told to drop. */
    long dropped() {
        return formerDropped + (flows == null ? 0 : flows.dropped);
    }

    /**
     * Copies a flow into the kernel, or notes why not.
     *
     * @param key of one of its packets, not masked
     */
    void offer(Megaflow flow, long[] key) {
        if (!wanted()) {
            return;
        }
        KernelFlows copied = flows == null ? load() : flows;
        if (copied == null) {
            flow.offerAt(0); // soon again
            return;
        }
        try {
            if (obeysIpsec(copied)) {
                return;
            }
            flow.refusal = copied.copy(flow, key);
        } catch (LinuxException e) {
            flow.refusal = e.getMessage();
        }
    }

    /**
     * Tells why a flow would not be copied; null where nothing is known to be in the way.
     *
     * @param key of one of its packets, not masked
     */
    @Nullable
    String refusal(Megaflow flow, long[] key) {
        String obstacle = obstacle();
        if (obstacle != null) {
            return obstacle;
        }
        return KernelFlows.refusal(flow, ports.apply((int) FlowField.IN_PORT.get(key)), ports, new ArrayList<>());
    }

    /** Takes a flow's copy out, if there is one: its packets go to the switch again. */
    void forget(Megaflow flow) {
        if (flows != null) {
            flows.forget(flow);
        }
    }

    /** Takes notice of what has changed about a port: its MTU, or the way of a tunnel. */
    void portChanged(SharedPort port) {
        KernelPorts known = kernelPorts;
        KernelFlows copied = flows;
        if (known == null || copied == null) {
            return;
        }
        known.changed(port);
        if (port instanceof Tunnel tunnel && tunnel.way.ifindex() == 0) {
            copied.forgetFlowsOf(port);
        }
    }

    /** Takes notice of somebody who looks at a port's device, or does no longer. */
    void portObserved(SharedDevice device) {
        KernelPorts known = kernelPorts;
        KernelFlows copied = flows;
        if (known != null && copied != null) {
            copied.collect(); // until now the counters mean what they meant
            if (device.sockets == null) {
                copied.forgetFlowsOf(device); // what this host sends passes the program first
            }
            known.observed(device);
        }
    }

    /** Takes a port out, and what leads to it. */
    void portRemoved(SharedPort port) {
        KernelPorts known = kernelPorts;
        KernelFlows copied = flows;
        if (known != null && copied != null) {
            copied.forgetFlowsOf(port);
            known.remove(port);
        }
    }

    /** Takes notice of another set of tunnels. */
    void tunnelsChanged(TunnelTable table) {
        tunnels = table;
        if (kernelPorts != null) {
            kernelPorts.tunnelsChanged(table);
        }
    }

    /** Shows the programs that somebody is there, and takes over what they have counted; to be called twice a second. */
    void tick() {
        KernelContext kernel = context;
        KernelPorts known = kernelPorts;
        KernelFlows copied = flows;
        if (kernel == null || known == null || copied == null) {
            return;
        }
        long now = System.nanoTime();
        known.tick(now); // first: with the sign of life they are believed what they were told of neighbours
        kernel.programs().alive(now);
        try {
            obeysIpsec(copied);
        } catch (LinuxException e) {
            fail(e);
            return;
        }
        copied.collect();
        if (++ticks % REFRESH_TICKS == 0) {
            known.refresh();
        }
    }

    @Override
    public void close() {
        unload();
    }

    /** Takes all copies out if the host has come to have IPsec policies; tells whether it has any. */
    private boolean obeysIpsec(KernelFlows copied) throws LinuxException {
        KernelContext kernel = context;
        if (kernel != null
                && kernel.host().ipsec().changed()
                && kernel.host().ipsec().any()) {
            copied.forgetAll();
        }
        return rests();
    }

    private boolean rests() {
        return context != null && context.host().ipsec().any();
    }

    /** Begins to load the programs, or goes on with those that are loaded; null for not yet, or not at all. */
    private @Nullable KernelFlows load() {
        CompletableFuture<KernelContext> begun = loading;
        if (begun == null) {
            loading = KernelContext.load();
            return null;
        }
        if (!begun.isDone()) {
            return null;
        }
        try {
            KernelContext loaded = begun.join();
            loaded.programs().alive(System.nanoTime());
            KernelPorts known = new KernelPorts(loaded, loops, tunnels);
            context = loaded;
            kernelPorts = known;
            flows = new KernelFlows(loaded.programs(), known, ports);
            LOG.log(System.Logger.Level.INFO, "established flows are forwarded by the kernel");
        } catch (CompletionException e) {
            loading = null;
            fail(e.getCause());
        }
        return flows;
    }

    private void fail(@Nullable Throwable cause) {
        unload();
        failure = cause == null ? "unknown" : String.valueOf(cause.getMessage());
        LOG.log(System.Logger.Level.INFO, "all flows are forwarded here, not by the kernel: {0}", failure);
    }

    private void unload() {
        if (flows != null) {
            flows.forgetAll();
        }
        if (kernelPorts != null) {
            kernelPorts.close();
            kernelPorts = null;
        }
        if (flows != null) {
            flows.collectLast();
            formerPackets += flows.packets;
            formerDropped += flows.dropped;
            flows = null;
        }
        context = null;
        if (loading != null) {
            CompletableFuture<Void> _ = loading.thenAccept(KernelContext::close);
            loading = null;
        }
    }
}
