package dev.culvert.linux;

import static dev.culvert.linux.BpfProgram.U32;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Sends TCP and UDP super-frames through UDP tunnels whole, for the kernel or a network card to cut as late as possible: neither
 * segments nor their inner checksums are made here, as they have to be for UDP_SEGMENT.
 *
 * <ol>
 *   <li>A whole outer packet, from its Ethernet header on, is written to a TAP device of our own, which nobody reads. The
 *       header before it says where outer UDP and inner IP begin (struct virtio_net_hdr_v1_hash_tunnel of
 *       linux/virtio_net.h, Linux 6.17).
 *   <li>At the device's ingress an eBPF program (tcx, Linux 6.6) redirects it to the interface whose index its destination
 *       address holds ({@link #writeLink}); the kernel finds the neighbour's link address.
 * </ol>
 *
 * <p>Packets that go this way do not pass the host's own output hooks: neither netfilter nor IPsec policies
 * ({@link IpsecPolicies}). Everything but {@link #send} is for one thread.
 */
public final class UdpTunnelSegmentation implements AutoCloseable {
    /** Bytes in front of the Ethernet header: the virtio header and what tells of the tunnel. */
    public static final int HEADER = 24;

    /** Bytes of Ethernet header in front of the outer IP header. */
    public static final int LINK = 14;

    static final int BUFFERS = 10;
    static final int HASH = 12;
    static final int OUTER_TRANSPORT = 20;
    static final int INNER_NETWORK = 22;
    static final int GSO_UDP_TUNNEL_IPV4 = 0x20;
    static final int GSO_UDP_TUNNEL_IPV6 = 0x40;
    static final int FLAG_UDP_TUNNEL_CHECKSUM = 8;

    private final TapDevice device;
    private final Descriptor link;

    private UdpTunnelSegmentation(TapDevice device, Descriptor link) {
        this.device = device;
        this.link = link;
    }

    /**
     * Makes the device and attaches the program, in the network namespace of the calling thread.
     *
     * @param name of the device, with {@code %d} where the kernel is to put a number
     * @throws LinuxException EINVAL before Linux 6.17, EPERM where eBPF is not permitted
     */
    public static UdpTunnelSegmentation open(String name) throws LinuxException {
        TapDevice device = TapDevice.openTunnelling(name);
        Descriptor link = null;
        try (Netlink netlink = Netlink.open()) {
            int program = NativeCall.check(Bpf.load(program()), "bpf BPF_PROG_LOAD");
            try {
                link = new Descriptor(NativeCall.check(
                        Bpf.link(program, device.ifindex(), Bpf.ATTACH_TCX_INGRESS), "bpf BPF_LINK_CREATE"));
            } finally {
                FileCalls.close(program); // the link keeps it
            }
            netlink.setUp(device.ifindex(), true);
            return new UdpTunnelSegmentation(device, link);
        } catch (LinuxException e) {
            if (link != null) {
                link.close();
            }
            device.close();
            throw e;
        }
    }

    /**
     * Writes the Ethernet header that a packet is to have.
     *
     * @param ifindex the interface that leads to the neighbour
     * @param ipv6 whether the outer packet is IPv6
     */
    public static void writeLink(MemorySegment memory, long at, int ifindex, boolean ipv6) {
        memory.set(ValueLayout.JAVA_INT_UNALIGNED, at, ifindex);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at + 4, 0);
        memory.set(ValueLayout.JAVA_BYTE, at + 12, (byte) (ipv6 ? 0x86 : 0x08));
        memory.set(ValueLayout.JAVA_BYTE, at + 13, (byte) (ipv6 ? 0xdd : 0x00));
    }

    /**
     * Writes the header of a packet.
     *
     * @param gsoType {@link VirtioNetHeader#GSO_TCPV4}, {@link VirtioNetHeader#GSO_TCPV6} or {@link
     *     VirtioNetHeader#GSO_UDP_L4}, of the inner packet
     * @param gsoSize payload bytes of a segment
     * @param ipv6 whether the outer packet is IPv6
     * @param summed whether segments are to have a UDP checksum; the field then holds the pseudo-header's sum
     * @param outerTransport from the Ethernet header to the UDP header
     * @param innerNetwork from the Ethernet header to the inner IP header
     * @param innerTransport from the Ethernet header to the inner TCP or UDP header
     * @param innerChecksum from there to its checksum, which holds the pseudo-header's sum
     */
    public static void writeHeader(
            MemorySegment memory,
            long at,
            int gsoType,
            int gsoSize,
            boolean ipv6,
            boolean summed,
            int outerTransport,
            int innerNetwork,
            int innerTransport,
            int innerChecksum) {
        VirtioNetHeader.write(
                memory,
                at,
                VirtioNetHeader.FLAG_NEEDS_CHECKSUM | (summed ? FLAG_UDP_TUNNEL_CHECKSUM : 0),
                gsoType | (ipv6 ? GSO_UDP_TUNNEL_IPV6 : GSO_UDP_TUNNEL_IPV4),
                innerTransport + innerChecksum + 2,
                gsoSize,
                innerTransport,
                innerChecksum);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + BUFFERS, (short) 0);
        memory.set(ValueLayout.JAVA_LONG_UNALIGNED, at + HASH, 0);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + OUTER_TRANSPORT, (short) outerTransport);
        memory.set(ValueLayout.JAVA_SHORT_UNALIGNED, at + INNER_NETWORK, (short) innerNetwork);
    }

    /**
     * Sends a packet. Allocates nothing.
     *
     * @param address of native memory, where the header begins
     * @param length of header and packet
     * @return the bytes written; {@code -errno} on failure: EINVAL when header and packet do not match
     */
    public int send(long address, int length) {
        return device.write(address, length);
    }

    /** Removes the device and the program. */
    @Override
    public void close() {
        link.close();
        device.close();
    }

    private static final int INTERFACE = -8;

    static BpfProgram program() {
        BpfProgram p = new BpfProgram();
        p.set(2, 0).move(3, 10).addConstant(3, INTERFACE).set(4, Integer.BYTES);
        p.call(GreSegmentation.SKB_LOAD_BYTES).ifZero(0);
        p.load(U32, 1, 10, INTERFACE).set(2, 0).set(3, 0).set(4, 0);
        p.call(GreSegmentation.REDIRECT_NEIGH).exit();
        return p.otherwise().set(0, IngressDrop.TC_ACT_SHOT).exit();
    }
}
