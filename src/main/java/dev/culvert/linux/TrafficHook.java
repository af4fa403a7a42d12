package dev.culvert.linux;

/**
 * An eBPF program at an interface's traffic control hook, before all others that are there. At the tcx hook (Linux 6.6) it
 * goes with the process; where the kernel has none it is a filter of a clsact queueing discipline, which outlives the
 * process when that is killed, so such a program has to notice by itself that it is alone.
 */
public final class TrafficHook implements AutoCloseable {
    /** Which of an interface's two hooks. */
    public enum Direction {
        /** What arrives at the interface, after packet sockets have seen it. */
        INGRESS(Bpf.ATTACH_TCX_INGRESS, ClsactFilter.PARENT_INGRESS),
        /** What this host sends by it. */
        EGRESS(Bpf.ATTACH_TCX_EGRESS, ClsactFilter.PARENT_EGRESS);

        private final int tcx;
        private final int parent;

        Direction(int tcx, int parent) {
            this.tcx = tcx;
            this.parent = parent;
        }
    }

    private final Runnable detach;
    private boolean closed;

    private TrafficHook(Runnable detach) {
        this.detach = detach;
    }

    /**
     * Attaches a program, in the network namespace of the calling thread.
     *
     * @param ifindex the interface
     * @param program of type traffic control ({@link BpfObject#program}); it returns TC_ACT_UNSPEC for what is to go on
     * @param which tells several hooks of one process at the same place apart: 0, 1, …
     * @throws LinuxException EPERM when it is not permitted, ENODEV when there is no such interface
     */
    public static TrafficHook attach(int ifindex, Direction direction, int program, int which) throws LinuxException {
        return attach(ifindex, direction, program, which, true);
    }

    /** Attaches a program; without {@code tcx} in the way of older kernels. */
    static TrafficHook attach(int ifindex, Direction direction, int program, int which, boolean tcx)
            throws LinuxException {
        if (tcx) {
            int link = Bpf.link(program, ifindex, direction.tcx);
            if (link >= 0) {
                return new TrafficHook(new Descriptor(link)::close);
            }
        }
        return new TrafficHook(ClsactFilter.program(ifindex, direction.parent, program, which)::close);
    }

    /** Takes the program away; more than once is harmless. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            detach.run();
        }
    }
}
