package dev.culvert.datapath;

import dev.culvert.datapath.bpf.FlowMatch;
import dev.culvert.datapath.bpf.FlowOutput;
import dev.culvert.datapath.bpf.FlowPrograms;
import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.packet.DropReason;
import dev.culvert.packet.FlowField;
import dev.culvert.packet.FlowKey;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * The flows that have a copy in the kernel, and what it has counted. Taking a copy out has effect with the next packet; its
 * number is given to another flow only after two {@link #collect}, for packets on their way may still look at it. The
 * conductor's.
 */
final class KernelFlows {
    private static final System.Logger LOG = System.getLogger("dpif");
    private static final int TAG = 4;

    /** The one mask that the programs know: NORMAL's. */
    private static final long[] MASK = mask();

    private static final long[] MASK_FROM_ANYWHERE = maskFromAnywhere();

    /** A flow's copy, and how much of what it has counted was taken over. */
    private static final class Copy {
        final int slot;
        final FlowMatch match;
        final SharedPort in;
        final List<FlowOutput> outputs;
        long packets;
        long bytes;

        Copy(int slot, FlowMatch match, SharedPort in, List<FlowOutput> outputs) {
            this.slot = slot;
            this.match = match;
            this.in = in;
            this.outputs = outputs;
        }

        boolean passes(SharedPort port) {
            return in == port || outputs.stream().anyMatch(output -> output.port() == port.number);
        }
    }

    /** A copy that was taken out, of which a flow may have had several since the last {@link #collect}. */
    private record Left(Megaflow flow, Copy copy) {}

    private final FlowPrograms programs;
    private final KernelPorts kernelPorts;
    private final IntFunction<@Nullable SharedPort> ports;
    private final Map<Megaflow, Copy> copies = new HashMap<>();
    private final List<Left> leaving = new ArrayList<>();

    /** Those that left before the last {@link #collect}: nobody looks at them any more. */
    private final List<Left> resting = new ArrayList<>();

    /** How many copies pass a port, by its number. */
    private final Map<Integer, Integer> passing = new HashMap<>();

    private final ArrayDeque<Integer> free = new ArrayDeque<>();
    private final FlowPrograms.Counters counters = new FlowPrograms.Counters();
    private int nextSlot;

    /** Packets that the kernel has dealt with, as far as was collected. */
    long packets;

    /** Those of them that their flow has nothing to do with but to drop. */
    long dropped;

    /** @param ports the datapath's, by number */
    KernelFlows(FlowPrograms programs, KernelPorts kernelPorts, IntFunction<@Nullable SharedPort> ports) {
        this.programs = programs;
        this.kernelPorts = kernelPorts;
        this.ports = ports;
    }

    int size() {
        return copies.size();
    }

    /**
     * Copies a flow, where that is possible.
     *
     * @param key of one of its packets, not masked
     * @return why it is not; null where it is
     * @throws LinuxException if the kernel refuses
     */
    @Nullable
    String copy(Megaflow flow, long[] key) throws LinuxException {
        SharedPort in = ports.apply((int) FlowField.IN_PORT.get(key));
        List<FlowOutput> outputs = new ArrayList<>();
        String refusal = refusal(flow, in, ports, outputs);
        if (in == null || refusal != null) {
            return refusal;
        }
        int origin = kernelPorts.comeFrom(in, key);
        if (copies.containsKey(flow)) {
            return null; // a flow of several origins is offered for each
        }
        int slot = free.isEmpty() ? nextSlot : free.pop();
        if (slot >= programs.flowLimit()) {
            return "there are as many as the kernel takes";
        }
        nextSlot = Math.max(nextSlot, slot + 1);
        for (FlowOutput output : outputs) {
            SharedPort to = ports.apply(output.port());
            if (to != null) {
                kernelPorts.know(to);
            }
        }
        FlowMatch match = new FlowMatch(
                origin, (int) FlowField.VLAN_TCI.get(key), FlowField.DL_DST.get(key), FlowField.DL_SRC.get(key));
        programs.setFlow(slot, outputs);
        try {
            programs.match(match, slot);
        } catch (LinuxException e) {
            free.push(slot);
            throw e;
        }
        Copy copy = new Copy(slot, match, in, outputs);
        copies.put(flow, copy);
        count(copy, 1);
        flow.inKernel = true;
        return null;
    }

    /**
     * Tells why the kernel cannot forward a flow, as far as that can be said without having it do so.
     *
     * @param in the port that its packets come in by; null for one that has gone
     * @param outputs gets the flow's ways out
     * @return null where nothing is in the way
     */
    static @Nullable String refusal(
            Megaflow flow, @Nullable SharedPort in, IntFunction<@Nullable SharedPort> ports, List<FlowOutput> outputs) {
        if (in == null) {
            return "its port has gone";
        }
        if (!Arrays.equals(flow.mask(), MASK) && !Arrays.equals(flow.mask(), MASK_FROM_ANYWHERE)) {
            return "it does not look at port, VLAN and addresses alone";
        }
        String refusal = outputs(flow, ports, outputs);
        if (refusal != null) {
            return refusal;
        }
        String from = KernelPorts.refusalFrom(in);
        return from == null ? null : "from " + in.name + ": " + from;
    }

    /** Finds a flow's ways out, with a tunnel, of which there can be one, at the end. */
    private static @Nullable String outputs(
            Megaflow flow, IntFunction<@Nullable SharedPort> ports, List<FlowOutput> outputs) {
        int tci = (int) FlowField.VLAN_TCI.get(flow.key());
        FlowOutput tunnel = null;
        for (Action action : flow.actions()) {
            switch (action) {
                case Action.PopVlan() -> tci = 0;
                case Action.PushVlan(int tpid, int pushed) -> {
                    if (tpid != 0x8100 || tci != 0) {
                        return "a tag before a tag";
                    }
                    tci = pushed | FlowMatch.VLAN_PRESENT;
                }
                case Action.Output(int number) -> {
                    SharedPort port = ports.apply(number);
                    String refusal = port == null ? "it has gone" : KernelPorts.refusalTo(port);
                    if (refusal != null) {
                        return "to " + (port == null ? Integer.toString(number) : port.name) + ": " + refusal;
                    }
                    FlowOutput output = new FlowOutput(number, tci);
                    if (!(port instanceof Tunnel)) {
                        outputs.add(output);
                    } else if (tunnel == null) {
                        tunnel = output;
                    } else {
                        return "to more than one tunnel";
                    }
                }
            }
        }
        if (tunnel != null) {
            outputs.add(tunnel);
        }
        return outputs.size() > FlowOutput.MAX ? "to more than " + FlowOutput.MAX + " ports" : null;
    }

    /** Takes a flow's copy out, if there is one: its packets go to the switch again. */
    void forget(Megaflow flow) {
        Copy copy = copies.remove(flow);
        if (copy == null) {
            return;
        }
        try {
            programs.unmatch(copy.match, copy.slot);
        } catch (LinuxException e) {
            LOG.log(System.Logger.Level.WARNING, "kernel offload: {0}", e.getMessage());
        }
        flow.inKernel = false;
        flow.offerAt(0);
        collect(flow, copy);
        count(copy, -1);
        leaving.add(new Left(flow, copy));
    }

    private void count(Copy copy, int more) {
        count(copy.in.number, more);
        copy.outputs.forEach(output -> count(output.port(), more));
    }

    private void count(int port, int more) {
        passing.merge(port, more, (before, change) -> before + change == 0 ? null : before + change);
    }

    /** Takes out what comes from a port, or leads to it. */
    void forgetFlowsOf(SharedPort port) {
        if (!passing.containsKey(port.number)) {
            return; // as with most of ten thousand tunnels
        }
        for (Map.Entry<Megaflow, Copy> entry : List.copyOf(copies.entrySet())) {
            if (entry.getValue().passes(port)) {
                forget(entry.getKey());
            }
        }
    }

    void forgetAll() {
        List.copyOf(copies.keySet()).forEach(this::forget);
    }

    /** Takes over what the kernel has counted, and takes out what it cannot do after all. */
    void collect() {
        for (Left left : resting) {
            collect(left.flow, left.copy);
            free.push(left.copy.slot);
        }
        resting.clear();
        resting.addAll(leaving);
        leaving.clear();
        List<Megaflow> failed = new ArrayList<>();
        copies.forEach((flow, copy) -> {
            collect(flow, copy);
            if (programs.failure(copy.slot) != 0) {
                failed.add(flow);
            }
        });
        failed.forEach(this::refuse);
    }

    /** Takes over what was counted by the last packets, when no hook is left. */
    void collectLast() {
        leaving.forEach(left -> collect(left.flow, left.copy));
        resting.forEach(left -> collect(left.flow, left.copy));
    }

    private void refuse(Megaflow flow) {
        Copy copy = copies.get(flow);
        if (copy != null) {
            int error = programs.failure(copy.slot);
            forget(flow);
            flow.refusal = "the kernel could not do it with one of its packets: " + Errno.message(error);
            flow.offerAt(Long.MAX_VALUE); // others would fare alike
        }
    }

    private void collect(Megaflow flow, Copy copy) {
        programs.read(copy.slot, counters);
        long morePackets = counters.packets - copy.packets;
        long moreBytes = counters.bytes - copy.bytes;
        if (morePackets == 0) {
            return;
        }
        copy.packets = counters.packets;
        copy.bytes = counters.bytes;
        flow.kernelPackets += morePackets;
        flow.kernelBytes += moreBytes;
        flow.kernelUsedNanos = counters.usedNanos;
        packets += morePackets;
        dropped += copy.outputs.isEmpty() ? morePackets : 0;
        copy.in.ofKernel.rxPackets += morePackets;
        copy.in.ofKernel.rxBytes += moreBytes;
        if (copy.outputs.isEmpty()) {
            copy.in.ofKernel.count(DropReason.NO_OUTPUT, morePackets);
        }
        long untagged = moreBytes - (copy.match.vlanTci() == 0 ? 0 : TAG * morePackets);
        for (FlowOutput output : copy.outputs) {
            SharedPort port = ports.apply(output.port());
            if (port != null) {
                long bytes = untagged + (output.vlanTci() == 0 ? 0 : TAG * morePackets);
                boolean last = output == copy.outputs.getLast();
                credit(port, morePackets, bytes, last && besideDevice(copy, port));
            }
        }
    }

    private static void credit(SharedPort port, long packets, long bytes, boolean beside) {
        PortCounters counters = port.ofKernel;
        counters.txPackets += packets;
        counters.txBytes += bytes;
        if (beside) {
            counters.besideTxPackets += packets;
            counters.besideTxBytes += bytes;
        }
    }

    /** Whether packets are handed to the far end of a veth: the program does so with what arrived, for that end's address. */
    private boolean besideDevice(Copy copy, SharedPort port) {
        return !(copy.in instanceof SharedDevice device && device.sockets == null)
                && copy.match.destination() == kernelPorts.farAddress(port.number);
    }

    /** The same for a tunnel from anywhere, whose flows are told apart by where they come from. */
    private static long[] maskFromAnywhere() {
        long[] mask = mask();
        FlowField.TUN_SRC.unwildcard(mask);
        return mask;
    }

    private static long[] mask() {
        long[] mask = FlowKey.create();
        FlowField.IN_PORT.unwildcard(mask);
        FlowField.VLAN_TCI.unwildcard(mask);
        FlowField.DL_SRC.unwildcard(mask);
        FlowField.DL_DST.unwildcard(mask);
        return mask;
    }
}
