package dev.culvert.datapath.bpf;

import dev.culvert.linux.AddressFamily;
import dev.culvert.linux.BpfMap;
import dev.culvert.linux.BpfObject;
import dev.culvert.linux.Cpus;
import dev.culvert.linux.Errno;
import dev.culvert.linux.LinuxException;
import dev.culvert.linux.PacketSocket;
import dev.culvert.linux.TrafficHook;
import dev.culvert.packet.Ethernet;
import dev.culvert.packet.IpAddress;
import dev.culvert.packet.Vlan;
import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * The programs in the kernel and their maps. What is written here takes effect with the next packet.
 *
 * <p>A flow is a number: {@link #setFlow} says what is done, {@link #match} which packets it is done with. Ports have the
 * datapath's numbers. All that is per flow or port lies in arrays that both sides have in their memory, so counters are
 * read without a system call. For one thread, the conductor's.
 */
public final class FlowPrograms implements AutoCloseable {
    /** Ports with a larger number are not taken. */
    public static final int PORTS = 16_384;

    /** Origins of tunnel packets at most. */
    public static final int ORIGINS = 65_536;

    private static final String OBJECT = "flows.bpf.o";

    /** Flows at most; fewer where many processors would make their counters large. */
    private static final int FLOWS_MAX = 65_536;

    private static final int COUNTERS_MAX = 64 << 20;

    static final int FLOW_SIZE = 96;
    static final int FLOW_KEY = 0;
    static final int FLOW_LIVE = 20;
    static final int FLOW_OUTPUTS = 24;
    static final int FLOW_FAILED = 28;
    static final int FLOW_OUTPUT = 32;
    static final int OUTPUT_SIZE = 8;
    static final int OUTPUT_PORT = 0;
    static final int OUTPUT_TCI = 4;
    static final int COUNTERS_SIZE = 32;
    static final int COUNTERS_PACKETS = 0;
    static final int COUNTERS_BYTES = 8;
    static final int COUNTERS_USED = 16;
    static final int PROCESSOR_SIZE = 4096;
    static final int PROCESSOR_ALIVE = 0;
    static final int PROCESSOR_CPUS = 8;
    static final int PROCESSOR_TAPPED = 12;

    /** The type of a port's frames that are left to the switch, and the tag's control information in front of what each was. */
    public static final int LEFT_TYPE = Vlan.TPID_SERVICE;

    public static final int LEFT_TCI = 0x0fff;

    /** Elements of an array begin at multiples of this. */
    private static final int ALIGNMENT = 8;

    /** An interface can be a port and lead to neighbours as well. */
    private static final int PORT = 0;

    private static final int UNDERLAY = 1;

    /** Of what is looked at first, and so written last. */
    private static final VarHandle VALID = ValueLayout.JAVA_INT.varHandle();

    private static final VarHandle SET = ValueLayout.JAVA_SHORT.varHandle();

    static final int PORT_LINK_SET = 112;
    static final int PORT_LINK = 114;
    static final int PORT_HOP_FAMILY = 128;
    static final int PORT_HOP = 132;
    static final int PORT_ORIGIN = 148;
    static final int PORT_SIZE = 192;
    private static final int ADDRESS = 6;
    private static final int HOP_ADDRESS = 16;
    private static final int PORT_STRIDE = PORT_SIZE + ALIGNMENT - 1 & -ALIGNMENT;

    /** How a flow's counters stand. */
    public static final class Counters {
        /** Packets; a super-frame counts as one. */
        public long packets;
        /** Bytes from the Ethernet header on. */
        public long bytes;
        /** The last packet's time by {@link System#nanoTime}, to some milliseconds; 0 for none. */
        public long usedNanos;
    }

    private final BpfObject object;
    private final int processors;
    private final int flowLimit;
    private final BpfMap flowOfKey;
    private final BpfMap endpoints;
    private final MemorySegment flows;
    private final MemorySegment counters;
    private final MemorySegment ports;
    private final MemorySegment ofProcessors;

    private FlowPrograms(BpfObject object) throws LinuxException {
        this.object = object;
        processors = Cpus.possible();
        flowLimit = Math.min(FLOWS_MAX, COUNTERS_MAX / COUNTERS_SIZE / processors);
        object.size("flow_of_key", flowLimit);
        object.size("flows", flowLimit);
        object.size("ports", PORTS);
        object.size("endpoints", ORIGINS);
        object.size("flow_counters", flowLimit * processors);
        object.size("processors", processors);
        object.load();
        flowOfKey = object.map("flow_of_key", FlowMatch.SIZE, Integer.BYTES);
        endpoints = object.map("endpoints", Origin.SIZE, Integer.BYTES);
        flows = object.memory("flows", (long) flowLimit * FLOW_SIZE);
        counters = object.memory("flow_counters", (long) flowLimit * processors * COUNTERS_SIZE);
        ports = object.memory("ports", (long) PORTS * PORT_STRIDE);
        ofProcessors = object.memory("processors", (long) processors * PROCESSOR_SIZE);
        for (int i = 0; i < processors; i++) {
            ofProcessors.set(ValueLayout.JAVA_INT, (long) i * PROCESSOR_SIZE + PROCESSOR_CPUS, processors);
        }
    }

    /**
     * Loads the programs; they are attached to nothing yet.
     *
     * @throws LinuxException ENOENT without libbpf, EPERM where eBPF is not permitted, EINVAL and the like where the
     *     kernel does not know what they use
     */
    public static FlowPrograms load() throws LinuxException {
        BpfObject object = BpfObject.open(file());
        try {
            return new FlowPrograms(object);
        } catch (LinuxException e) {
            object.close();
            throw e;
        }
    }

    /** The object file as it was committed. */
    static byte[] file() throws LinuxException {
        try (InputStream in = FlowPrograms.class.getResourceAsStream(OBJECT)) {
            if (in == null) {
                throw new LinuxException(OBJECT, Errno.ENOENT);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new LinuxException(OBJECT, Errno.EIO);
        }
    }

    /** How many flows there may be; they are numbered from 0. */
    public int flowLimit() {
        return flowLimit;
    }

    /**
     * Shows the programs that somebody is there to care for them: without it they forward nothing after 5 seconds.
     *
     * @param nanos {@link System#nanoTime}, which is CLOCK_MONOTONIC
     */
    public void alive(long nanos) {
        for (int i = 0; i < processors; i++) {
            ofProcessors.set(ValueLayout.JAVA_LONG, (long) i * PROCESSOR_SIZE + PROCESSOR_ALIVE, nanos);
        }
    }

    /**
     * Says how packets leave by a port.
     *
     * @param number below {@link #PORTS}
     */
    public void setPort(int number, PortEntry entry) {
        MemorySegment port = port(number);
        MemorySegment wanted =
                MemorySegment.ofArray(new long[PORT_STRIDE / Long.BYTES]).asSlice(0, PortEntry.SIZE);
        entry.write(wanted);
        if (port.asSlice(0, PortEntry.SIZE).mismatch(wanted) < 0) {
            return; // packets are on their way by it
        }
        // without an interface it is not used: first and last, for a program may look at any moment
        VALID.setRelease(port, (long) PortEntry.IFINDEX, 0);
        long rest = PortEntry.IFINDEX + Integer.BYTES;
        MemorySegment.copy(wanted, rest, port, rest, PortEntry.SIZE - rest);
        VALID.setRelease(port, (long) PortEntry.IFINDEX, wanted.get(ValueLayout.JAVA_INT, PortEntry.IFINDEX));
    }

    /** Takes a port away: packets of flows that lead to it go to the switch. */
    public void clearPort(int number) {
        MemorySegment port = port(number);
        port.set(ValueLayout.JAVA_INT, PortEntry.IFINDEX, 0); // first: what has no interface is not used
        port.fill((byte) 0);
    }

    /**
     * Writes down what packets of a tunnel begin with on the way to its next hop; they do so after {@link #useLink}. Some time
     * must have passed since {@link #clearLink}: a program that still reads what was there would send a packet to half of both.
     *
     * @param hop the next hop
     * @param destination its link address in the lower 48 bits
     * @param source that of the interface that leads to it
     * @param ipv6 whether outer packets are IPv6's
     */
    public void writeLink(int number, IpAddress hop, long destination, long source, boolean ipv6) {
        MemorySegment port = port(number);
        ByteBuffer link = port.asSlice(PORT_LINK, 2 * ADDRESS + Short.BYTES).asByteBuffer();
        FlowMatch.putAddress(link, 0, destination);
        FlowMatch.putAddress(link, ADDRESS, source);
        link.order(ByteOrder.BIG_ENDIAN)
                .putShort(2 * ADDRESS, (short) (ipv6 ? Ethernet.TYPE_IPV6 : Ethernet.TYPE_IPV4));
        port.set(ValueLayout.JAVA_INT, PORT_HOP_FAMILY, hop.isIpv4() ? AddressFamily.INET : AddressFamily.INET6);
        MemorySegment address = port.asSlice(PORT_HOP, HOP_ADDRESS).fill((byte) 0);
        address.copyFrom(MemorySegment.ofArray(hop.toInetAddress().getAddress()));
    }

    /**
     * Has packets of a tunnel begin with what was written, until {@link #clearLink}. Some time must have passed since that:
     * processors may see one before the other.
     */
    public void useLink(int number) {
        SET.setRelease(port(number), (long) PORT_LINK_SET, (short) 1);
    }

    /** Has the kernel find out again what packets of a tunnel begin with. */
    public void clearLink(int number) {
        SET.setRelease(port(number), (long) PORT_LINK_SET, (short) 0);
    }

    private MemorySegment port(int number) {
        return ports.asSlice((long) number * PORT_STRIDE, PORT_SIZE);
    }

    /**
     * Says which port packets of a tunnel come in by.
     *
     * @throws LinuxException E2BIG when there are too many
     */
    public void setOrigin(Origin origin, int inPort) throws LinuxException {
        MemorySegment bytes = MemorySegment.ofArray(origin.bytes());
        endpoints.put(origin.bytes(), number(inPort));
        // a port of several has its first one there: to write over what programs look at would show them half of both
        MemorySegment port = inPort < PORTS ? port(inPort) : null;
        if (port != null && port.get(ValueLayout.JAVA_INT, PORT_ORIGIN + Origin.TRANSPORT) == 0) {
            long rest = Origin.TRANSPORT + Integer.BYTES;
            MemorySegment.copy(bytes, rest, port, PORT_ORIGIN + rest, Origin.SIZE - rest);
            VALID.setRelease(port, (long) PORT_ORIGIN + Origin.TRANSPORT, origin.transport());
        }
    }

    /**
     * Leaves packets of a tunnel to the switch.
     *
     * @param inPort the port that was said
     * @throws LinuxException if the kernel refuses
     */
    public void removeOrigin(Origin origin, int inPort) throws LinuxException {
        MemorySegment bytes = MemorySegment.ofArray(origin.bytes());
        if (inPort < PORTS && port(inPort).asSlice(PORT_ORIGIN, Origin.SIZE).mismatch(bytes) < 0) {
            VALID.setRelease(port(inPort), (long) PORT_ORIGIN + Origin.TRANSPORT, 0);
        }
        endpoints.remove(origin.bytes());
    }

    /** Says what is done with packets of a flow, whose counters begin at 0; of a number that nothing matches yet. */
    public void setFlow(int flow, List<FlowOutput> outputs) {
        MemorySegment memory = flow(flow);
        memory.fill((byte) 0);
        memory.set(ValueLayout.JAVA_INT, FLOW_OUTPUTS, outputs.size());
        for (int i = 0; i < outputs.size(); i++) {
            long at = FLOW_OUTPUT + (long) i * OUTPUT_SIZE;
            memory.set(ValueLayout.JAVA_INT, at + OUTPUT_PORT, outputs.get(i).port());
            memory.set(ValueLayout.JAVA_SHORT, at + OUTPUT_TCI, (short)
                    outputs.get(i).vlanTci());
        }
        counters.asSlice((long) flow * processors * COUNTERS_SIZE, (long) processors * COUNTERS_SIZE)
                .fill((byte) 0);
    }

    private MemorySegment flow(int number) {
        return flows.asSlice((long) number * FLOW_SIZE, FLOW_SIZE);
    }

    /**
     * Has a flow's packets forwarded.
     *
     * @throws LinuxException E2BIG when there are too many
     */
    public void match(FlowMatch match, int flow) throws LinuxException {
        MemorySegment memory = flow(flow);
        MemorySegment.copy(MemorySegment.ofArray(match.bytes()), 0, memory, FLOW_KEY, FlowMatch.SIZE);
        VALID.setRelease(memory, (long) FLOW_LIVE, 1);
        try {
            flowOfKey.put(match.bytes(), number(flow));
        } catch (LinuxException e) {
            VALID.setRelease(memory, (long) FLOW_LIVE, 0);
            throw e;
        }
    }

    /**
     * Leaves a flow's packets to the switch again. Those that are on their way still find what it says.
     *
     * @throws LinuxException if the kernel refuses
     */
    public void unmatch(FlowMatch match, int flow) throws LinuxException {
        VALID.setRelease(flow(flow), (long) FLOW_LIVE, 0);
        flowOfKey.remove(match.bytes());
    }

    /** Reads a flow's counters. */
    public void read(int flow, Counters into) {
        into.packets = 0;
        into.bytes = 0;
        into.usedNanos = 0;
        long at = (long) flow * processors * COUNTERS_SIZE;
        for (int i = 0; i < processors; i++, at += COUNTERS_SIZE) {
            into.packets += counters.get(ValueLayout.JAVA_LONG, at + COUNTERS_PACKETS);
            into.bytes += counters.get(ValueLayout.JAVA_LONG, at + COUNTERS_BYTES);
            long used = counters.get(ValueLayout.JAVA_LONG, at + COUNTERS_USED);
            if (used != 0 && (into.usedNanos == 0 || used - into.usedNanos > 0)) {
                into.usedNanos = used;
            }
        }
    }

    /** The error number of a step that the kernel refused to do with a packet of a flow; 0 for none. */
    public int failure(int flow) {
        return flows.get(ValueLayout.JAVA_INT, (long) flow * FLOW_SIZE + FLOW_FAILED);
    }

    /**
     * Forwards what arrives at a port's interface. What is left comes to a socket behind the hook ({@link
     * PacketSocket#behindHook}) as frames of the type {@link #LEFT_TYPE}, each with a tag of that type and {@link #LEFT_TCI}
     * in front of its own. What a socket with {@link #tapped} has got is dropped here.
     *
     * @throws LinuxException if the kernel refuses
     */
    public TrafficHook attachPort(int ifindex) throws LinuxException {
        return TrafficHook.attach(ifindex, TrafficHook.Direction.INGRESS, object.program("from_port"), PORT);
    }

    /** Forgets what was tapped at an interface, of which nothing is any more, and has not come by its hook. */
    public void forgetTapped(int ifindex) {
        for (int i = 0; i < processors; i++) {
            long at = (long) i * PROCESSOR_SIZE + PROCESSOR_TAPPED;
            if (ofProcessors.get(ValueLayout.JAVA_INT, at) == ifindex) {
                ofProcessors.set(ValueLayout.JAVA_INT, at, 0);
            }
        }
    }

    /**
     * What a socket before the hook ({@link PacketSocket#open(int, int)}) tells the hook by, so that nothing is received twice.
     *
     * @return a program for {@link PacketSocket#filter}
     * @throws LinuxException never, once it is loaded
     */
    public int tapped() throws LinuxException {
        return object.program("tapped");
    }

    /**
     * What such a socket is to have from the moment on that it is to get nothing more.
     *
     * @return a program for {@link PacketSocket#filter}
     * @throws LinuxException never, once it is loaded
     */
    public int untapped() throws LinuxException {
        return object.program("untapped");
    }

    /**
     * Forwards what this host sends by an internal port.
     *
     * @throws LinuxException if the kernel refuses
     */
    public TrafficHook attachHost(int ifindex) throws LinuxException {
        return TrafficHook.attach(ifindex, TrafficHook.Direction.EGRESS, object.program("from_host"), PORT);
    }

    /**
     * Forwards what arrives at an interface in tunnels.
     *
     * @throws LinuxException if the kernel refuses
     */
    public TrafficHook attachUnderlay(int ifindex) throws LinuxException {
        return TrafficHook.attach(ifindex, TrafficHook.Direction.INGRESS, object.program("from_underlay"), UNDERLAY);
    }

    /** Takes all of it out of the kernel; hooks are closed before. */
    @Override
    public void close() {
        object.close();
    }

    private static byte[] number(int value) {
        return ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.nativeOrder())
                .putInt(value)
                .array();
    }
}
