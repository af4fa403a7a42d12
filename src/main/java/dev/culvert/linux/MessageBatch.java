package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * An array of {@code struct mmsghdr} with the vectors, socket addresses and control messages that it points to: what
 * {@link MessageSocket} sends and receives in one system call.
 *
 * <p>Owned by one thread. Nothing here allocates after construction; an index beyond the capacities is a programming
 * error and throws {@link IndexOutOfBoundsException}. Each message has control space of its own: without that, the
 * segment size of a coalesced datagram (UDP_GRO) would get lost in a batch.
 *
 * <p>IPv4 addresses are {@code int}s and IPv6 addresses pairs of {@code long}s whose most significant byte is the first
 * on the wire; ports are 0 to 65535.
 *
 * @see <a href="https://man7.org/linux/man-pages/man2/recvmmsg.2.html">recvmmsg(2)</a>
 * @see <a href="https://man7.org/linux/man-pages/man3/cmsg.3.html">cmsg(3)</a>
 */
public final class MessageBatch {
    static final int MMSGHDR_SIZE = 64;
    static final int NAME = 0;
    static final int NAME_LENGTH = 8;
    static final int VECTORS = 16;
    static final int VECTOR_COUNT = 24;
    static final int CONTROL = 32;
    static final int CONTROL_LENGTH = 40;
    static final int FLAGS = 48;
    static final int LENGTH = 56;
    static final int VECTOR_SIZE = 16;
    static final int CONTROL_HEADER = 16;
    static final int CONTROL_LEVEL = 8;
    static final int CONTROL_TYPE = 12;

    /** Room for any of sockaddr_in (16 bytes), sockaddr_in6 (28) and sockaddr_ll (20 and a longer link address). */
    private static final int NAME_SIZE = 32;

    static final int TIMESPEC_SIZE = 16;
    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    private static final ValueLayout.OfShort PORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfInt ADDRESS4 = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);
    private static final ValueLayout.OfLong ADDRESS6 = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final int capacity;
    private final int vectorsPerMessage;
    private final int controlBytes;
    private final MemorySegment memory;
    private final long vectorsAt;
    private final long namesAt;
    private final long controlAt;

    /**
     * Makes a batch of empty messages.
     *
     * @param capacity the number of messages
     * @param vectorsPerMessage the largest number of pieces that one message is gathered from or scattered to
     * @param controlBytes the control space of each message; every control message takes 16 bytes and its data, rounded
     *     up to 8
     */
    public MessageBatch(int capacity, int vectorsPerMessage, int controlBytes) {
        this.capacity = capacity;
        this.vectorsPerMessage = vectorsPerMessage;
        this.controlBytes = aligned(controlBytes);
        vectorsAt = (long) capacity * MMSGHDR_SIZE;
        namesAt = vectorsAt + (long) capacity * vectorsPerMessage * VECTOR_SIZE;
        controlAt = namesAt + (long) capacity * NAME_SIZE;
        memory = Arena.ofAuto().allocate(controlAt + (long) capacity * this.controlBytes, 8);
        for (int i = 0; i < capacity; i++) {
            long message = message(i);
            memory.set(JAVA_LONG, message + VECTORS, memory.address() + vector(i, 0));
            memory.set(JAVA_LONG, message + CONTROL, memory.address() + control(i));
            clear(i);
        }
    }

    /** Returns the number of messages. */
    public int capacity() {
        return capacity;
    }

    /** Empties message {@code i} for sending: no vectors, no destination, no control messages. */
    public void clear(int i) {
        long message = message(i);
        memory.set(JAVA_LONG, message + NAME, 0L);
        memory.set(JAVA_INT, message + NAME_LENGTH, 0);
        memory.set(JAVA_LONG, message + VECTOR_COUNT, 0L);
        memory.set(JAVA_LONG, message + CONTROL_LENGTH, 0L);
        memory.set(JAVA_INT, message + FLAGS, 0);
        memory.set(JAVA_INT, message + LENGTH, 0);
    }

    /**
     * Sets piece {@code k} of message {@code i}, which becomes its last.
     *
     * @param address of native memory that outlives the system call
     * @param length in bytes
     */
    public void vector(int i, int k, long address, int length) {
        long vector = vector(i, k);
        memory.set(JAVA_LONG, vector, address);
        memory.set(JAVA_LONG, vector + 8, length);
        memory.set(JAVA_LONG, message(i) + VECTOR_COUNT, k + 1L);
    }

    /** Sets the IPv4 destination of message {@code i}. */
    public void destination4(int i, int address, int port) {
        long name = name(i);
        memory.set(JAVA_SHORT, name, (short) AddressFamily.INET);
        memory.set(PORT, name + SocketAddress.PORT, (short) port);
        memory.set(ADDRESS4, name + SocketAddress.IN_ADDRESS, address);
        setName(i, SocketAddress.IN_SIZE);
    }

    /**
     * Sets the IPv6 destination of message {@code i}.
     *
     * @param scopeId the interface of a link-local address, otherwise 0
     */
    public void destination6(int i, long hi, long lo, int scopeId, int port) {
        long name = name(i);
        memory.set(JAVA_SHORT, name, (short) AddressFamily.INET6);
        memory.set(PORT, name + SocketAddress.PORT, (short) port);
        memory.set(JAVA_INT, name + SocketAddress.IN6_FLOW, 0);
        memory.set(ADDRESS6, name + SocketAddress.IN6_ADDRESS, hi);
        memory.set(ADDRESS6, name + SocketAddress.IN6_ADDRESS + 8, lo);
        memory.set(JAVA_INT, name + SocketAddress.IN6_SCOPE, scopeId);
        setName(i, SocketAddress.IN6_SIZE);
    }

    /**
     * Appends a control message of two bytes, for example {@code SOL_UDP, UDP_SEGMENT}.
     *
     * @return false, and nothing changed, when the control space is used up
     */
    public boolean control2(int i, int level, int type, int value) {
        long data = append(i, level, type, Short.BYTES);
        if (data < 0) {
            return false;
        }
        memory.set(JAVA_SHORT, data, (short) value);
        return true;
    }

    /**
     * Appends a control message of four bytes, for example {@code IPPROTO_IP, IP_TOS}.
     *
     * @return false, and nothing changed, when the control space is used up
     */
    public boolean control4(int i, int level, int type, int value) {
        long data = append(i, level, type, Integer.BYTES);
        if (data < 0) {
            return false;
        }
        memory.set(JAVA_INT, data, value);
        return true;
    }

    /**
     * Appends IP_PKTINFO: where the datagram is to leave, and with which source (ip(7)).
     *
     * @param ifindex the interface, or 0 for the route's
     * @param source the source address, or 0 for the route's
     * @return false, and nothing changed, when the control space is used up
     */
    public boolean packetInfo4(int i, int ifindex, int source) {
        long data = append(i, SocketOption.IPPROTO_IP, SocketOption.IP_PKTINFO, SocketAddress.PKTINFO_SIZE);
        if (data < 0) {
            return false;
        }
        memory.set(JAVA_INT, data, ifindex);
        memory.set(ADDRESS4, data + 4, source);
        memory.set(ADDRESS4, data + SocketAddress.PKTINFO_DESTINATION, 0);
        return true;
    }

    /**
     * Appends IPV6_PKTINFO: where the datagram is to leave, and with which source (RFC 3542 section 6.2).
     *
     * @param ifindex the interface, or 0 for the route's
     * @param hi the upper half of the source address; both halves 0 for the route's
     * @return false, and nothing changed, when the control space is used up
     */
    public boolean packetInfo6(int i, int ifindex, long hi, long lo) {
        long data = append(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_PKTINFO, SocketAddress.PKTINFO6_SIZE);
        if (data < 0) {
            return false;
        }
        memory.set(ADDRESS6, data, hi);
        memory.set(ADDRESS6, data + 8, lo);
        memory.set(JAVA_INT, data + SocketAddress.PKTINFO6_INTERFACE, ifindex);
        return true;
    }

    /** Takes all control messages out of message {@code i}. */
    public void clearControl(int i) {
        memory.set(JAVA_LONG, message(i) + CONTROL_LENGTH, 0L);
    }

    /** Makes message {@code i} ready to be received into; its vectors stay. Needed before each receive. */
    public void prepareReceive(int i) {
        setName(i, NAME_SIZE);
        memory.set(JAVA_LONG, message(i) + CONTROL_LENGTH, controlBytes);
        memory.set(JAVA_INT, message(i) + FLAGS, 0);
    }

    /** Returns the bytes that message {@code i} was received or sent with. */
    public int length(int i) {
        return memory.get(JAVA_INT, message(i) + LENGTH);
    }

    /** Returns {@code msg_flags} of a received message; {@link MessageSocket#TRUNCATED} is the one that matters. */
    public int flags(int i) {
        return memory.get(JAVA_INT, message(i) + FLAGS);
    }

    /**
     * Returns the value of a received control message of one byte (unsigned), two bytes (unsigned) or four.
     *
     * @param absent what to return when there is none of this level and type
     */
    public int controlInt(int i, int level, int type, int absent) {
        long data = find(i, level, type, 1);
        if (data < 0) {
            return absent;
        }
        long length = memory.get(JAVA_LONG, data - CONTROL_HEADER) - CONTROL_HEADER;
        if (length >= Integer.BYTES) {
            return memory.get(JAVA_INT, data);
        }
        return length >= Short.BYTES
                ? Short.toUnsignedInt(memory.get(JAVA_SHORT, data))
                : Byte.toUnsignedInt(memory.get(JAVA_BYTE, data));
    }

    /**
     * Returns when the kernel has received a message, if its socket was told to say so ({@link PacketSocket#observe}).
     *
     * @return nanoseconds since 1970-01-01T00:00Z; 0 where it does not say
     */
    public long receivedNanos(int i) {
        long time = find(i, SocketOption.SOL_SOCKET, SocketOption.SO_TIMESTAMPNS, TIMESPEC_SIZE);
        return time < 0 ? 0 : memory.get(JAVA_LONG, time) * NANOS_PER_SECOND + memory.get(JAVA_LONG, time + 8);
    }

    /** Returns the address family of the sender, as in {@link AddressFamily}; UNSPEC when there is no address. */
    public int family(int i) {
        return memory.get(JAVA_INT, message(i) + NAME_LENGTH) < Short.BYTES ? 0 : memory.get(JAVA_SHORT, name(i));
    }

    /** Returns the sender's IPv4 address; only for the family INET. */
    public int source4(int i) {
        return memory.get(ADDRESS4, name(i) + SocketAddress.IN_ADDRESS);
    }

    /** Returns the upper half of the sender's IPv6 address; only for the family INET6. */
    public long sourceHi(int i) {
        return memory.get(ADDRESS6, name(i) + SocketAddress.IN6_ADDRESS);
    }

    /** Returns the lower half of the sender's IPv6 address; only for the family INET6. */
    public long sourceLo(int i) {
        return memory.get(ADDRESS6, name(i) + SocketAddress.IN6_ADDRESS + 8);
    }

    /** Returns the sender's port; only for the families INET and INET6. */
    public int sourcePort(int i) {
        return Short.toUnsignedInt(memory.get(PORT, name(i) + SocketAddress.PORT));
    }

    /** Returns the interface of the sender's address: sll_ifindex for PACKET, the scope for INET6, otherwise 0. */
    public int sourceInterface(int i) {
        return switch (family(i)) {
            case AddressFamily.PACKET -> memory.get(JAVA_INT, name(i) + SocketAddress.LL_INTERFACE);
            case AddressFamily.INET6 -> memory.get(JAVA_INT, name(i) + SocketAddress.IN6_SCOPE);
            default -> 0;
        };
    }

    /** Returns sll_pkttype of a received frame: PACKET_HOST 0, BROADCAST 1, MULTICAST 2, OTHERHOST 3, OUTGOING 4. */
    public int packetType(int i) {
        return Byte.toUnsignedInt(memory.get(JAVA_BYTE, name(i) + SocketAddress.LL_PACKET_TYPE));
    }

    /** Tells whether message {@code i} came with IP_PKTINFO or IPV6_PKTINFO. */
    public boolean hasPacketInfo(int i) {
        return info4(i) >= 0 || info6(i) >= 0;
    }

    /** Returns the IPv4 destination that the datagram's header had; 0 when unknown. */
    public int destination4(int i) {
        long info = info4(i);
        return info < 0 ? 0 : memory.get(ADDRESS4, info + SocketAddress.PKTINFO_DESTINATION);
    }

    /** Returns the upper half of the IPv6 destination; 0 when unknown. */
    public long destinationHi(int i) {
        long info = info6(i);
        return info < 0 ? 0 : memory.get(ADDRESS6, info);
    }

    /** Returns the lower half of the IPv6 destination; 0 when unknown. */
    public long destinationLo(int i) {
        long info = info6(i);
        return info < 0 ? 0 : memory.get(ADDRESS6, info + 8);
    }

    /** Returns the index of the interface that the datagram arrived at; 0 when unknown. */
    public int arrivalInterface(int i) {
        long info = info4(i);
        if (info >= 0) {
            return memory.get(JAVA_INT, info);
        }
        info = info6(i);
        return info < 0 ? 0 : memory.get(JAVA_INT, info + SocketAddress.PKTINFO6_INTERFACE);
    }

    /**
     * Returns the tag control information of the outermost VLAN tag, which the kernel takes out of a frame before a packet
     * socket sees it (packet(7), PACKET_AUXDATA).
     *
     * @return 0 to 65535, or -1 when the frame had no tag
     */
    public int vlanTci(int i) {
        long auxiliary = find(i, SocketOption.SOL_PACKET, SocketOption.PACKET_AUXDATA, SocketAddress.AUXDATA_SIZE);
        return auxiliary < 0 || (memory.get(JAVA_INT, auxiliary) & SocketAddress.VLAN_VALID) == 0
                ? -1
                : Short.toUnsignedInt(memory.get(JAVA_SHORT, auxiliary + SocketAddress.AUXDATA_VLAN_TCI));
    }

    /** Returns the EtherType of the tag that {@link #vlanTci} tells of, for example 0x8100; -1 when there is no tag. */
    public int vlanTpid(int i) {
        long auxiliary = find(i, SocketOption.SOL_PACKET, SocketOption.PACKET_AUXDATA, SocketAddress.AUXDATA_SIZE);
        int status = auxiliary < 0 ? 0 : memory.get(JAVA_INT, auxiliary);
        if ((status & SocketAddress.VLAN_VALID) == 0) {
            return -1;
        }
        return (status & SocketAddress.VLAN_TPID_VALID) == 0
                ? SocketAddress.ETH_P_8021Q
                : Short.toUnsignedInt(memory.get(JAVA_SHORT, auxiliary + SocketAddress.AUXDATA_VLAN_TPID));
    }

    /** Returns the address of the first of {@code count} messages from {@code from} on, for a system call. */
    long address(int from, int count) {
        if (from < 0 || count < 0 || from > capacity - count) {
            throw new IndexOutOfBoundsException("messages " + from + " to " + (from + count) + " of " + capacity);
        }
        return memory.address() + message(from);
    }

    private long info4(int i) {
        return find(i, SocketOption.IPPROTO_IP, SocketOption.IP_PKTINFO, SocketAddress.PKTINFO_SIZE);
    }

    private long info6(int i) {
        return find(i, SocketOption.IPPROTO_IPV6, SocketOption.IPV6_PKTINFO, SocketAddress.PKTINFO6_SIZE);
    }

    /** Appends a control message's header; returns where its data goes, or -1 when there is no room. */
    private long append(int i, int level, int type, int length) {
        long message = message(i);
        long used = memory.get(JAVA_LONG, message + CONTROL_LENGTH);
        if (used + CONTROL_HEADER + aligned(length) > controlBytes) {
            return -1;
        }
        long header = control(i) + used;
        memory.set(JAVA_LONG, header, (long) CONTROL_HEADER + length);
        memory.set(JAVA_INT, header + CONTROL_LEVEL, level);
        memory.set(JAVA_INT, header + CONTROL_TYPE, type);
        memory.set(JAVA_LONG, message + CONTROL_LENGTH, used + CONTROL_HEADER + aligned(length));
        return header + CONTROL_HEADER;
    }

    /** Returns where the data of a received control message of at least {@code least} bytes begins, or -1. */
    private long find(int i, int level, int type, int least) {
        long header = control(i);
        long end = header + Math.min(memory.get(JAVA_LONG, message(i) + CONTROL_LENGTH), controlBytes);
        while (end - header >= CONTROL_HEADER) {
            long length = memory.get(JAVA_LONG, header);
            if (length < CONTROL_HEADER || length > end - header) {
                return -1;
            }
            if (memory.get(JAVA_INT, header + CONTROL_LEVEL) == level
                    && memory.get(JAVA_INT, header + CONTROL_TYPE) == type
                    && length >= CONTROL_HEADER + least) {
                return header + CONTROL_HEADER;
            }
            header += aligned((int) length);
        }
        return -1;
    }

    private void setName(int i, int length) {
        memory.set(JAVA_LONG, message(i) + NAME, memory.address() + name(i));
        memory.set(JAVA_INT, message(i) + NAME_LENGTH, length);
    }

    private long message(int i) {
        return (long) i * MMSGHDR_SIZE;
    }

    private long vector(int i, int k) {
        if (k < 0 || k >= vectorsPerMessage) {
            throw new IndexOutOfBoundsException(k);
        }
        return vectorsAt + ((long) i * vectorsPerMessage + k) * VECTOR_SIZE;
    }

    private long name(int i) {
        return namesAt + (long) i * NAME_SIZE;
    }

    private long control(int i) {
        return controlAt + (long) i * controlBytes;
    }

    private static int aligned(int length) {
        return (length + 7) & ~7;
    }
}
