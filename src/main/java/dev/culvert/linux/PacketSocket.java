package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * All frames of one interface, by AF_PACKET (packet(7)).
 *
 * <p>A port's socket ({@link #open}) has a {@link VirtioNetHeader} before every frame in both directions, so that the
 * super-frames and unfinished checksums that a veth hands over keep their meaning. The outermost VLAN tag of a received
 * frame is beside it, not in it ({@link MessageBatch#vlanTci}); a sent frame has its tags inside.
 */
public final class PacketSocket extends MessageSocket {
    static final int STATISTICS_SIZE = 8;
    static final int MEMBERSHIP_SIZE = 16;
    private static final int BUFFER_BYTES = 8 << 20;

    private final MemorySegment statistics = Arena.ofAuto().allocate(STATISTICS_SIZE, 4);
    private long drops;

    private PacketSocket(int fd) {
        super(fd);
    }

    /**
     * Opens a switch port on an interface: promiscuous, without the frames that this host itself sends.
     *
     * @param ifindex the interface
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW
     */
    public static PacketSocket open(int ifindex) throws LinuxException {
        return open(ifindex, SocketAddress.ETH_P_ALL, -1);
    }

    /**
     * Opens a switch port on an interface, likewise, with an eBPF program that sees each frame before it is received.
     *
     * @param program of type socket filter, as in {@link #filter}
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW, EINVAL when the program is
     *     none
     */
    public static PacketSocket open(int ifindex, int program) throws LinuxException {
        return open(ifindex, SocketAddress.ETH_P_ALL, program);
    }

    /**
     * Opens a switch port on an interface for frames of one type. Such sockets come after the traffic control ingress hook,
     * and so see what that lets pass, and as what.
     *
     * @param type the Ethernet type, outside of which there may be no tag
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW
     */
    public static PacketSocket behindHook(int ifindex, int type) throws LinuxException {
        return open(ifindex, type, -1);
    }

    private static PacketSocket open(int ifindex, int protocol, int program) throws LinuxException {
        PacketSocket socket = create();
        try {
            socket.set(SocketOption.SOL_PACKET, SocketOption.PACKET_VNET_HDR, 1, "PACKET_VNET_HDR");
            socket.set(SocketOption.SOL_PACKET, SocketOption.PACKET_IGNORE_OUTGOING, 1, "PACKET_IGNORE_OUTGOING");
            if (program >= 0) {
                socket.filter(program);
            }
            socket.start(ifindex, protocol);
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Opens a socket that only sends to an interface, with a {@link VirtioNetHeader} before every frame.
     *
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW
     */
    public static PacketSocket sender(int ifindex) throws LinuxException {
        return sender(ifindex, true);
    }

    /**
     * Opens a socket that only sends to an interface: whole frames, each as it is on the wire.
     *
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW
     */
    public static PacketSocket plainSender(int ifindex) throws LinuxException {
        return sender(ifindex, false);
    }

    private static PacketSocket sender(int ifindex, boolean offloads) throws LinuxException {
        PacketSocket socket = create();
        try (Arena arena = Arena.ofConfined()) {
            if (offloads) {
                socket.set(SocketOption.SOL_PACKET, SocketOption.PACKET_VNET_HDR, 1, "PACKET_VNET_HDR");
            }
            socket.setBuffers(0, BUFFER_BYTES);
            socket.bind(arena, ifindex, 0);
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Opens an observer of an interface: frames in both directions ({@link MessageBatch#packetType} tells which), without
     * a {@link VirtioNetHeader}.
     *
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW
     */
    public static PacketSocket capture(int ifindex) throws LinuxException {
        PacketSocket socket = create();
        try {
            socket.start(ifindex, SocketAddress.ETH_P_ALL);
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Opens an observer of an interface: frames in both directions ({@link MessageBatch#packetType} tells which), in the
     * order in which they passed, with a {@link VirtioNetHeader} before each, so that super-frames can be told apart from
     * what a wire would carry, and with the time of each ({@link MessageBatch#receivedNanos}).
     *
     * @param ifindex the interface
     * @throws LinuxException ENODEV when there is no such interface, EPERM without CAP_NET_RAW
     */
    public static PacketSocket observe(int ifindex) throws LinuxException {
        PacketSocket socket = create();
        try {
            socket.set(SocketOption.SOL_PACKET, SocketOption.PACKET_VNET_HDR, 1, "PACKET_VNET_HDR");
            socket.set(SocketOption.SOL_SOCKET, SocketOption.SO_TIMESTAMPNS, 1, "SO_TIMESTAMPNS");
            socket.start(ifindex, SocketAddress.ETH_P_ALL);
            return socket;
        } catch (LinuxException e) {
            socket.close();
            throw e;
        }
    }

    /**
     * Has an eBPF program look at each frame first: it returns how many bytes of it are received, 0 for a frame that is
     * not.
     *
     * @param program of type socket filter ({@link BpfObject#program})
     * @throws LinuxException EINVAL when it is none
     */
    public void filter(int program) throws LinuxException {
        set(SocketOption.SOL_SOCKET, SocketOption.SO_ATTACH_BPF, program, "SO_ATTACH_BPF");
    }

    /** Receives every frame again. */
    public void unfilter() {
        trySet(SocketOption.SOL_SOCKET, SocketOption.SO_DETACH_FILTER, 0);
    }

    /** Returns how many frames were lost since the socket was opened because its buffer was full. One thread at a time. */
    public long drops() {
        if (SocketCalls.getOption(fd(), SocketOption.SOL_PACKET, SocketOption.PACKET_STATISTICS, statistics) >= 0) {
            drops += Integer.toUnsignedLong(statistics.get(JAVA_INT, 4)); // reading resets the kernel's own count
        }
        return drops;
    }

    private static PacketSocket create() throws LinuxException {
        // protocol 0: nothing arrives, from whatever interface, before the socket is bound to its own
        return new PacketSocket(NativeCall.check(
                SocketCalls.socket(AddressFamily.PACKET, SocketCalls.SOCK_RAW | SocketCalls.SOCK_NONBLOCK_CLOEXEC, 0),
                "socket AF_PACKET"));
    }

    private void start(int ifindex, int protocol) throws LinuxException {
        set(SocketOption.SOL_PACKET, SocketOption.PACKET_AUXDATA, 1, "PACKET_AUXDATA");
        setBuffers(BUFFER_BYTES, BUFFER_BYTES);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment membership = arena.allocate(MEMBERSHIP_SIZE, 4);
            membership.set(JAVA_INT, 0, ifindex);
            membership.set(JAVA_SHORT, 4, (short) SocketOption.PACKET_MR_PROMISC);
            NativeCall.check(
                    SocketCalls.setOption(
                            fd(), SocketOption.SOL_PACKET, SocketOption.PACKET_ADD_MEMBERSHIP, membership),
                    "PACKET_ADD_MEMBERSHIP");
            bind(arena, ifindex, protocol);
        }
    }

    private void bind(Arena arena, int ifindex, int protocol) throws LinuxException {
        MemorySegment address = SocketAddress.ofInterface(arena, ifindex, protocol);
        NativeCall.check(SocketCalls.bind(fd(), address), "bind AF_PACKET");
    }
}
