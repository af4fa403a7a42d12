package dev.culvert.linux;

/**
 * Levels and names of socket options and control messages (asm-generic/socket.h, linux/in.h, in6.h, udp.h, if_packet.h).
 * Those that a caller of {@link MessageBatch} needs are public.
 */
public final class SocketOption {
    /** Level of IPv4's options. */
    public static final int IPPROTO_IP = 0;
    /** Level of IPv6's options. */
    public static final int IPPROTO_IPV6 = 41;
    /** Level of the options that all sockets have. */
    public static final int SOL_SOCKET = 1;
    /** Level of UDP's options. */
    public static final int SOL_UDP = 17;

    /** The mark for policy routing: an int. */
    public static final int SO_MARK = 36;
    /** The type-of-service byte: a byte when received, an int when sent. */
    public static final int IP_TOS = 1;
    /** The time to live: an int. */
    public static final int IP_TTL = 2;
    /** The traffic class: an int. */
    public static final int IPV6_TCLASS = 67;
    /** The hop limit: an int. */
    public static final int IPV6_HOPLIMIT = 52;
    /** The size of the datagrams that one message shall be cut into: two bytes. */
    public static final int UDP_SEGMENT = 103;
    /** The size of the datagrams that one received message was made of: an int. */
    public static final int UDP_GRO = 104;

    static final int SO_SNDBUF = 7;
    static final int SO_RCVBUF = 8;
    static final int SO_NO_CHECK = 11;
    static final int SO_ATTACH_FILTER = 26;
    static final int SO_DETACH_FILTER = 27;
    static final int SO_TIMESTAMPNS = 35;
    static final int SO_SNDBUFFORCE = 32;
    static final int SO_RCVBUFFORCE = 33;
    static final int SO_ATTACH_BPF = 50;

    static final int IP_MTU_DISCOVER = 10;
    static final int IP_PKTINFO = 8;
    static final int IP_RECVTTL = 12;
    static final int IP_RECVTOS = 13;
    static final int IP_MTU = 14;
    static final int PMTUDISC_DONT = 0;
    static final int PMTUDISC_DO = 2;

    static final int IPV6_MTU_DISCOVER = 23;
    static final int IPV6_MTU = 24;
    static final int IPV6_V6ONLY = 26;
    static final int IPV6_RECVPKTINFO = 49;
    static final int IPV6_PKTINFO = 50;
    static final int IPV6_RECVHOPLIMIT = 51;
    static final int IPV6_RECVTCLASS = 66;
    static final int IPV6_AUTOFLOWLABEL = 70;

    static final int UDP_NO_CHECK6_TX = 101;
    static final int UDP_NO_CHECK6_RX = 102;

    static final int SOL_PACKET = 263;
    static final int PACKET_ADD_MEMBERSHIP = 1;
    static final int PACKET_MR_PROMISC = 1;
    static final int PACKET_STATISTICS = 6;
    static final int PACKET_AUXDATA = 8;
    static final int PACKET_VNET_HDR = 15;
    static final int PACKET_IGNORE_OUTGOING = 23;

    private SocketOption() {}
}
