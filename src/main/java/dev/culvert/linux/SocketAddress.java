package dev.culvert.linux;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteOrder;

/**
 * Sizes and offsets of the kernel's socket addresses and of the structures that tell of a packet's addresses
 * (linux/in.h, in6.h, if_packet.h), and the making of such addresses.
 */
final class SocketAddress {
    static final int IN_SIZE = 16;
    static final int IN6_SIZE = 28;
    static final int LL_SIZE = 20;
    static final int PORT = 2;
    static final int IN_ADDRESS = 4;
    static final int IN6_FLOW = 4;
    static final int IN6_ADDRESS = 8;
    static final int IN6_SCOPE = 24;
    static final int LL_PROTOCOL = 2;
    static final int LL_INTERFACE = 4;
    static final int LL_PACKET_TYPE = 10;

    static final int PKTINFO_SIZE = 12;
    static final int PKTINFO_DESTINATION = 8;
    static final int PKTINFO6_SIZE = 20;
    static final int PKTINFO6_INTERFACE = 16;

    static final int AUXDATA_SIZE = 20;
    static final int AUXDATA_VLAN_TCI = 16;
    static final int AUXDATA_VLAN_TPID = 18;
    static final int VLAN_VALID = 0x10;
    static final int VLAN_TPID_VALID = 0x40;

    static final int ETH_P_ALL = 3;
    static final int ETH_P_8021Q = 0x8100;

    private static final ValueLayout.OfShort BIG_ENDIAN_SHORT = JAVA_SHORT.withOrder(ByteOrder.BIG_ENDIAN);

    private SocketAddress() {}

    /** Returns the family of an address: INET or INET6. */
    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AddressFamily.INET : AddressFamily.INET6;
    }

    /** Returns the interface of a link-local IPv6 address; otherwise 0. */
    static int scope(InetAddress address) {
        return address instanceof Inet6Address six ? six.getScopeId() : 0;
    }

    /** Makes a sockaddr_in or sockaddr_in6 as the address's own family demands. */
    static MemorySegment of(Arena arena, InetAddress address, int port) {
        MemorySegment result = any(arena, family(address), port);
        MemorySegment.copy(
                MemorySegment.ofArray(address.getAddress()),
                0,
                result,
                address instanceof Inet4Address ? IN_ADDRESS : IN6_ADDRESS,
                address.getAddress().length);
        if (address instanceof Inet6Address) {
            result.set(JAVA_INT, IN6_SCOPE, scope(address));
        }
        return result;
    }

    /** Makes a sockaddr_in or sockaddr_in6 with the unspecified address. */
    static MemorySegment any(Arena arena, int family, int port) {
        MemorySegment result = arena.allocate(family == AddressFamily.INET ? IN_SIZE : IN6_SIZE, 8);
        result.set(JAVA_SHORT, 0, (short) family);
        result.set(BIG_ENDIAN_SHORT, PORT, (short) port);
        return result;
    }

    /**
     * Makes a sockaddr_ll.
     *
     * @param protocol the Ethernet type of the frames that are meant, ETH_P_ALL for all; 0 for none: a socket that is bound
     *     to it only sends
     */
    static MemorySegment ofInterface(Arena arena, int ifindex, int protocol) {
        MemorySegment result = arena.allocate(LL_SIZE, 8);
        result.set(JAVA_SHORT, 0, (short) AddressFamily.PACKET);
        result.set(BIG_ENDIAN_SHORT, LL_PROTOCOL, (short) protocol);
        result.set(JAVA_INT, LL_INTERFACE, ifindex);
        return result;
    }

    /** Returns the port of a sockaddr_in or sockaddr_in6. */
    static int port(MemorySegment address) {
        return Short.toUnsignedInt(address.get(BIG_ENDIAN_SHORT, PORT));
    }

    /** Returns the IP address of a sockaddr_in or sockaddr_in6. */
    static InetAddress inetAddress(MemorySegment address) {
        boolean four = address.get(JAVA_SHORT, 0) == AddressFamily.INET;
        byte[] bytes =
                address.asSlice(four ? IN_ADDRESS : IN6_ADDRESS, four ? 4 : 16).toArray(JAVA_BYTE);
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException impossible) {
            throw new AssertionError("4 or 16 bytes are an address", impossible);
        }
    }
}
