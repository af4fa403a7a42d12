package dev.culvert.linux;

import static dev.culvert.linux.BpfProgram.U16;
import static dev.culvert.linux.BpfProgram.U32;
import static dev.culvert.linux.BpfProgram.U64;
import static dev.culvert.linux.BpfProgram.U8;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Sends TCP super-frames through GRE tunnels over IPv4 whole, for the kernel or a network card to cut as late as possible:
 * what UDP_SEGMENT is for tunnels over UDP, and raw sockets do not have.
 *
 * <ol>
 *   <li>A frame, with a {@link VirtioNetHeader} before it, is sent by {@link #socket} to a TAP device of our own, which
 *       nobody reads. Its mark says through which tunnel, and with which type of service ({@link #mark}).
 *   <li>At the device's egress an eBPF program (tcx, Linux 6.6) puts the outer IPv4 and GRE headers in front, with
 *       everything that the kernel needs to segment such a packet.
 *   <li>It redirects the packet to the interface that leads to the neighbour, whose link address the kernel finds. On a
 *       veth it stays whole until the far end's guest.
 * </ol>
 *
 * <p>Packets that go this way do not pass the host's own output hooks: neither netfilter nor IPsec policies
 * ({@link IpsecPolicies}). Everything but {@link #socket} is for one thread.
 */
public final class GreSegmentation implements AutoCloseable {
    /** Tunnels at most; they are numbered from 1. */
    public static final int TUNNELS_MAX = 4095;

    /** Bytes of the longest header: IPv4 without options, GRE with a key. */
    static final int HEADER_MAX = 28;

    private static final int HEADER_MIN = 24;
    private static final int IPV4_TOS = 1;
    private static final int IPV4_LENGTH = 2;
    private static final int IPV4_CHECKSUM = 10;
    private static final int IPV4_SIZE = 20;

    // a value of the array, in the machine's own byte order but for the header
    static final int VALUE_IFINDEX = 0;
    static final int VALUE_LENGTH = 4;
    static final int VALUE_SUM = 8;
    static final int VALUE_HEADER = 16;
    static final int VALUE_SIZE = 48;

    private final TapDevice device;
    private final Descriptor headers;
    private final Descriptor link;
    private final PacketSocket socket;

    private GreSegmentation(TapDevice device, Descriptor headers, Descriptor link, PacketSocket socket) {
        this.device = device;
        this.headers = headers;
        this.link = link;
        this.socket = socket;
    }

    /**
     * Makes the device and attaches the program, in the network namespace of the calling thread.
     *
     * @param name of the device, with {@code %d} where the kernel is to put a number
     * @throws LinuxException EPERM where eBPF is not permitted, EINVAL where the kernel has no tcx
     */
    public static GreSegmentation open(String name) throws LinuxException {
        TapDevice device = TapDevice.openNumbered(name);
        Descriptor headers = null;
        Descriptor link = null;
        try (Netlink netlink = Netlink.open()) {
            headers = new Descriptor(
                    NativeCall.check(Bpf.createArray(TUNNELS_MAX + 1, VALUE_SIZE), "bpf BPF_MAP_CREATE"));
            link = new Descriptor(attach(device.ifindex(), headers.number()));
            netlink.setUp(device.ifindex(), true);
            return new GreSegmentation(device, headers, link, PacketSocket.sender(device.ifindex()));
        } catch (LinuxException e) {
            if (link != null) {
                link.close();
            }
            if (headers != null) {
                headers.close();
            }
            device.close();
            throw e;
        }
    }

    /**
     * Says what goes in front of a tunnel's frames, and where they leave.
     *
     * @param tunnel 1 to {@link #TUNNELS_MAX}
     * @param ifindex the interface that leads to the neighbour
     * @param header 24 to 28 bytes: an IPv4 header without options and a GRE header; total length, checksum and type of
     *     service are filled in for each packet
     * @throws LinuxException if the kernel refuses
     */
    public void set(int tunnel, int ifindex, byte[] header) throws LinuxException {
        if (header.length < HEADER_MIN || header.length > HEADER_MAX) {
            throw new IllegalArgumentException("a header of " + header.length + " bytes");
        }
        ByteBuffer value = ByteBuffer.allocate(VALUE_SIZE).order(ByteOrder.nativeOrder());
        value.putInt(VALUE_IFINDEX, ifindex);
        value.putInt(VALUE_LENGTH, header.length);
        value.put(VALUE_HEADER, header);
        value.put(VALUE_HEADER + IPV4_TOS, (byte) 0);
        value.putShort(VALUE_HEADER + IPV4_LENGTH, (short) 0);
        value.putShort(VALUE_HEADER + IPV4_CHECKSUM, (short) 0);
        int sum = 0;
        for (int i = 0; i < IPV4_SIZE; i += 2) {
            sum += Short.toUnsignedInt(value.getShort(VALUE_HEADER + i));
        }
        value.putInt(VALUE_SUM, sum);
        update(tunnel, value.array());
    }

    /**
     * Sends no more through a tunnel: what still comes for it is dropped.
     *
     * @throws LinuxException if the kernel refuses
     */
    public void clear(int tunnel) throws LinuxException {
        update(tunnel, new byte[VALUE_SIZE]);
    }

    /** Returns the SO_MARK of a packet for a tunnel with an outer type of service (8 bits). */
    public static int mark(int tunnel, int tos) {
        return tos << 16 | tunnel;
    }

    /** Where frames are sent: each a message of one piece that begins with a {@link VirtioNetHeader}. */
    public MessageSocket socket() {
        return socket;
    }

    /** Removes the device and the program. */
    @Override
    public void close() {
        socket.close();
        link.close();
        headers.close();
        device.close();
    }

    private void update(int tunnel, byte[] value) throws LinuxException {
        NativeCall.check(Bpf.update(headers.number(), tunnel, value), "bpf BPF_MAP_UPDATE_ELEM");
    }

    private static int attach(int ifindex, int headers) throws LinuxException {
        int program = NativeCall.check(Bpf.load(program(headers)), "bpf BPF_PROG_LOAD");
        try {
            return NativeCall.check(Bpf.link(program, ifindex, Bpf.ATTACH_TCX_EGRESS), "bpf BPF_LINK_CREATE");
        } finally {
            FileCalls.close(program); // the link keeps it
        }
    }

    // offsets in struct __sk_buff
    static final int SKB_LENGTH = 0;
    static final int SKB_MARK = 8;

    // helpers, and flags of bpf_skb_adjust_room
    static final int MAP_LOOKUP = 1;
    static final int SKB_STORE_BYTES = 9;
    static final int SKB_LOAD_BYTES = 26;
    static final int SKB_ADJUST_ROOM = 50;
    static final int REDIRECT_NEIGH = 152;
    static final int ROOM_BEHIND_ETHERNET = 1;
    static final long FIXED_SEGMENT_SIZE = 1;
    static final long OUTER_IPV4 = 1 << 1;
    static final long OUTER_GRE = 1 << 3;
    static final long INNER_ETHERNET = 1 << 6;
    static final int INNER_LENGTH_SHIFT = 56;

    private static final int ETHERNET = 14;
    private static final int TOTAL_MAX = 65_535;

    // places on the stack
    private static final int KEY = -4;
    private static final int INNER = -24;
    private static final int OUTER = -56;

    /** The program; registers 6 to 9 are the packet, the tunnel's value, the type of service, the header's length. */
    static BpfProgram program(int headers) {
        BpfProgram p = new BpfProgram();
        p.move(6, 1);
        p.load(U32, 2, 6, SKB_MARK).move(8, 2);
        p.and(2, 0xffff).store(U32, 10, KEY, 2);
        p.shiftRight(8, 16).and(8, 0xff);
        p.setMap(1, headers).move(2, 10).addConstant(2, KEY).call(MAP_LOOKUP);
        p.unlessZero(0).move(7, 0);
        p.load(U32, 9, 7, VALUE_LENGTH).ifAtLeast(9, HEADER_MIN).ifAtMost(9, HEADER_MAX);

        // the frame's own Ethernet header stays in front when room is made: it is put back behind the outer header
        p.move(1, 6).set(2, 0).move(3, 10).addConstant(3, INNER).set(4, ETHERNET);
        p.call(SKB_LOAD_BYTES).ifZero(0);
        p.move(1, 6).move(2, 9).addConstant(2, ETHERNET).set(3, ROOM_BEHIND_ETHERNET);
        p.setLong(
                4,
                FIXED_SEGMENT_SIZE | OUTER_IPV4 | OUTER_GRE | INNER_ETHERNET | (long) ETHERNET << INNER_LENGTH_SHIFT);
        p.call(SKB_ADJUST_ROOM).ifZero(0);
        p.move(1, 6)
                .move(2, 9)
                .addConstant(2, ETHERNET)
                .move(3, 10)
                .addConstant(3, INNER)
                .set(4, ETHERNET)
                .set(5, 0);
        p.call(SKB_STORE_BYTES).ifZero(0);

        // the outer header: type of service, total length and checksum (RFC 1071: in any byte order, if it is one)
        for (int at = 0; at < VALUE_SIZE - VALUE_HEADER; at += Long.BYTES) {
            p.load(U64, 1, 7, VALUE_HEADER + at).store(U64, 10, OUTER + at, 1);
        }
        p.store(U8, 10, OUTER + IPV4_TOS, 8);
        p.load(U32, 1, 6, SKB_LENGTH).addConstant(1, -ETHERNET).ifAtMost(1, TOTAL_MAX);
        p.toBigEndian16(1).store(U16, 10, OUTER + IPV4_LENGTH, 1);
        p.load(U32, 2, 7, VALUE_SUM).add(2, 1);
        p.shiftLeft(8, ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN ? 8 : 0)
                .add(2, 8);
        for (int fold = 0; fold < 2; fold++) {
            p.move(1, 2).shiftRight(1, 16).and(2, 0xffff).add(2, 1);
        }
        p.xor(2, 0xffff).store(U16, 10, OUTER + IPV4_CHECKSUM, 2);
        p.move(1, 6)
                .set(2, ETHERNET)
                .move(3, 10)
                .addConstant(3, OUTER)
                .move(4, 9)
                .set(5, 0);
        p.call(SKB_STORE_BYTES).ifZero(0);

        // the mark was ours: further on it would mean something else
        p.set(1, 0).store(U32, 6, SKB_MARK, 1);
        p.load(U32, 1, 7, VALUE_IFINDEX).set(2, 0).set(3, 0).set(4, 0);
        p.call(REDIRECT_NEIGH).exit();

        return p.otherwise().set(0, IngressDrop.TC_ACT_SHOT).exit();
    }
}
