package dev.culvert.linux;

/**
 * Keeps the frames that arrive at an interface from this host's own network stack, while packet sockets still see them:
 * those are served before the traffic control ingress hook, where this drops everything.
 *
 * <p>Done by an eBPF program at the tcx hook (Linux 6.6), which vanishes with the process; where the kernel has no tcx or
 * forbids eBPF, by a {@link ClsactFilter}.
 */
public final class IngressDrop implements AutoCloseable {
    /** The verdict to drop, of both hooks (linux/pkt_cls.h). */
    static final int TC_ACT_SHOT = 2;

    private final Runnable detach;
    private boolean closed;

    private IngressDrop(Runnable detach) {
        this.detach = detach;
    }

    /**
     * Starts dropping, in the network namespace of the calling thread.
     *
     * @throws LinuxException EPERM when neither eBPF nor traffic control is permitted, ENODEV when there is no such
     *     interface
     */
    public static IngressDrop attach(int ifindex) throws LinuxException {
        return attach(ifindex, true);
    }

    /** Starts dropping; without {@code tcx} in the way of older kernels. */
    static IngressDrop attach(int ifindex, boolean tcx) throws LinuxException {
        if (tcx) {
            int link = linkProgram(ifindex);
            if (link >= 0) {
                return new IngressDrop(new Descriptor(link)::close);
            }
        }
        return new IngressDrop(ClsactFilter.drop(ifindex)::close);
    }

    /** Stops dropping; more than once is harmless. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            detach.run();
        }
    }

    private static int linkProgram(int ifindex) {
        int program = Bpf.load(new BpfProgram().set(0, TC_ACT_SHOT).exit());
        if (program < 0) {
            return program;
        }
        int link = Bpf.link(program, ifindex, Bpf.ATTACH_TCX_INGRESS);
        FileCalls.close(program); // the link keeps it
        return link;
    }
}
