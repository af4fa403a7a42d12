package dev.culvert.datapath.bpf;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.List;

/** How packets leave by a port ({@code struct port}). */
public sealed interface PortEntry {
    /** Bytes of the structure as far as an entry describes it. */
    int SIZE = 104;

    int IFINDEX = 0;
    int KIND = 4;
    int FLAGS = 5;
    int TOS = 6;
    int TTL = 7;
    int MTU = 8;
    int PEER_SET = 12;
    int PEER = 14;
    int HEADER_LENGTH = 20;
    int SOURCE_PORT = 24;
    int HEADER = 40;

    /** {@code HEADER_MAX}. */
    int HEADER_MAX = 64;

    /** {@code SOURCE_PORTS}: how many source ports a tunnel over UDP has. */
    int SOURCE_PORTS = 8;

    int NONE = 0;
    int KIND_DEVICE = 1;
    int KIND_HOST = 2;
    int KIND_IPV4 = 3;
    int KIND_IPV6 = 4;

    int TOS_INHERIT = 1;
    int TTL_INHERIT = 2;
    int UDP = 4;
    int IDENTIFY = 8;

    /** Fills in the structure, all zeros so far. */
    void write(MemorySegment memory);

    /**
     * An interface of this host that is a port.
     *
     * @param ifindex its index
     * @param mtu bytes of IP that it takes
     * @param farAddress the link address at the far end of a veth that leads into another namespace, to which packets for
     *     that address may be handed at once; 0 for none
     */
    record Device(int ifindex, int mtu, long farAddress) implements PortEntry {
        @Override
        public void write(MemorySegment memory) {
            memory.set(ValueLayout.JAVA_BYTE, KIND, (byte) KIND_DEVICE);
            memory.set(ValueLayout.JAVA_INT, MTU, mtu);
            for (int i = 0; i < 6; i++) {
                memory.set(ValueLayout.JAVA_BYTE, PEER + i, (byte) (farAddress >>> (40 - 8 * i)));
            }
            memory.set(ValueLayout.JAVA_SHORT, PEER_SET, (short) (farAddress == 0 ? 0 : 1));
            memory.set(ValueLayout.JAVA_INT, IFINDEX, ifindex);
        }
    }

    /**
     * An internal port: a device that this host's own stack receives by.
     *
     * @param ifindex its index
     * @param mtu bytes of IP that it takes
     */
    record Host(int ifindex, int mtu) implements PortEntry {
        @Override
        public void write(MemorySegment memory) {
            memory.set(ValueLayout.JAVA_BYTE, KIND, (byte) KIND_HOST);
            memory.set(ValueLayout.JAVA_INT, MTU, mtu);
            memory.set(ValueLayout.JAVA_INT, IFINDEX, ifindex);
        }
    }

    /**
     * A tunnel that packets only come from.
     *
     * @param mtu bytes of outer IP that the path takes, as TCP's ends are told
     * @param headerLength bytes of IP, UDP and tunnel header that the other direction has
     */
    record Inbound(int mtu, int headerLength) implements PortEntry {
        @Override
        public void write(MemorySegment memory) {
            memory.set(ValueLayout.JAVA_INT, MTU, mtu);
            memory.set(ValueLayout.JAVA_SHORT, HEADER_LENGTH, (short) headerLength);
        }
    }

    /**
     * A tunnel.
     *
     * @param ifindex the interface that leads to the neighbour
     * @param mtu bytes of outer IP that the path takes
     * @param ipv6 whether the outer header is IPv6's, otherwise IPv4's without options
     * @param udp whether the tunnel's header is behind one of UDP
     * @param tos outer type of service, without ECN, when it is not inherited
     * @param tosInherited whether the inner DSCP becomes the outer one
     * @param ttl outer time to live, when it is not inherited
     * @param ttlInherited whether the inner one becomes the outer one
     * @param identify whether each outer packet gets an IPv4 identification of its own
     * @param sourcePorts for UDP, {@link #SOURCE_PORTS} ports that flows are spread over
     * @param header IP, UDP and tunnel header in network byte order, 24 to {@link #HEADER_MAX} bytes, with zeros for what
     *     differs from packet to packet
     */
    record Tunnel(
            int ifindex,
            int mtu,
            boolean ipv6,
            boolean udp,
            int tos,
            boolean tosInherited,
            int ttl,
            boolean ttlInherited,
            boolean identify,
            List<Integer> sourcePorts,
            MemorySegment header)
            implements PortEntry {
        private static final ValueLayout.OfShort PORT = ValueLayout.JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

        @Override
        public void write(MemorySegment memory) {
            int flags = (tosInherited ? TOS_INHERIT : 0)
                    | (ttlInherited ? TTL_INHERIT : 0)
                    | (udp ? UDP : 0)
                    | (identify ? IDENTIFY : 0);
            memory.set(ValueLayout.JAVA_BYTE, KIND, (byte) (ipv6 ? KIND_IPV6 : KIND_IPV4));
            memory.set(ValueLayout.JAVA_BYTE, FLAGS, (byte) flags);
            memory.set(ValueLayout.JAVA_BYTE, TOS, (byte) tos);
            memory.set(ValueLayout.JAVA_BYTE, TTL, (byte) ttl);
            memory.set(ValueLayout.JAVA_INT, MTU, mtu);
            memory.set(ValueLayout.JAVA_SHORT, HEADER_LENGTH, (short) header.byteSize());
            for (int i = 0; i < sourcePorts.size(); i++) {
                int port = sourcePorts.get(i);
                memory.set(PORT, SOURCE_PORT + 2L * i, (short) port);
            }
            MemorySegment.copy(header, 0, memory, HEADER, header.byteSize());
            memory.set(ValueLayout.JAVA_INT, IFINDEX, ifindex);
        }
    }
}
