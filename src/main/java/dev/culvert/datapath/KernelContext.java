package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.NeighbourMonitor;
import dev.culvert.linux.Netlink;
import java.util.concurrent.CompletableFuture;

/**
 * What forwarding in the kernel needs of it.
 *
 * @param programs loaded, and attached to nothing yet
 * @param netlink for questions about ports
 * @param ipsec whether the host has policies
 * @param neighbours what tells of their link addresses
 */
record KernelContext(FlowPrograms programs, Netlink netlink, HostIpsec ipsec, NeighbourMonitor neighbours)
        implements AutoCloseable {
    /**
     * Loads it in the calling thread's network namespace, on a thread of its own: the kernel's verifier, and a JVM that does
     * all this for the first time, take a tenth of a second in which packets should be decided about.
     *
     * @return completes with a {@link LinuxException} where something of it is not to be had
     */
    static CompletableFuture<KernelContext> load() {
        CompletableFuture<KernelContext> loading = new CompletableFuture<>();
        Thread.ofPlatform().name("kernel offload").daemon(true).start(() -> {
            try {
                loading.complete(open());
            } catch (Throwable e) { // whatever it is: flows wait for an answer
                loading.completeExceptionally(e);
            }
        });
        return loading;
    }

    private static KernelContext open() throws LinuxException {
        Netlink netlink = Netlink.open();
        HostIpsec ipsec = null;
        NeighbourMonitor neighbours = null;
        try {
            ipsec = HostIpsec.open();
            neighbours = NeighbourMonitor.open();
            return new KernelContext(FlowPrograms.load(), netlink, ipsec, neighbours);
        } catch (LinuxException e) {
            netlink.close();
            if (ipsec != null) {
                ipsec.close();
            }
            if (neighbours != null) {
                neighbours.close();
            }
            throw e;
        }
    }

    @Override
    public void close() {
        programs.close();
        netlink.close();
        ipsec.close();
        neighbours.close();
    }
}
