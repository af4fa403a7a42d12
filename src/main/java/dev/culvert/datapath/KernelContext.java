package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.linux.LinuxException;
import java.util.concurrent.CompletableFuture;

/**
 * What forwarding in the kernel needs of it.
 *
 * @param programs loaded, and attached to nothing yet
 * @param host for questions about ports and neighbours
 */
record KernelContext(FlowPrograms programs, HostView host) implements AutoCloseable {
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
        HostView host = HostView.open();
        try {
            return new KernelContext(FlowPrograms.load(), host);
        } catch (LinuxException e) {
            host.close();
            throw e;
        }
    }

    @Override
    public void close() {
        programs.close();
        host.close();
    }
}
