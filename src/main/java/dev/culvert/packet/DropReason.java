package dev.culvert.packet;

import java.util.List;
import java.util.Locale;

/**
 * Why a packet was dropped. Every drop in the data plane is counted under one of these; the counter's name is
 * {@link #counter}. A method that returns a length otherwise returns {@link #code} for a drop.
 */
public enum DropReason {
    /** All packet buffers are in use. */
    NO_BUFFER,
    /** Shorter than an Ethernet header, or shorter than its own headers say. */
    FRAME_TRUNCATED,
    /** Longer than the port that it should leave by can carry, and not to be split. */
    FRAME_TOO_LONG,
    /** No room in front of the frame for the headers to come. */
    NO_HEADROOM,
    /** The port's description of an unfinished checksum or segmentation does not fit the frame. */
    OFFLOAD_INVALID,
    /** A transport checksum is wrong where it would have to be replaced by a right one. */
    CHECKSUM_BAD,
    /** An IP or transport header contradicts itself. */
    HEADER_MALFORMED,
    /** Too long, but neither TCP nor UDP of equal datagrams. */
    NOT_SEGMENTABLE,
    /** Too long TCP with SYN, RST or URG, which exist once and can not be spread over segments. */
    TCP_CONTROL_TOO_LONG,
    /** A fragment of IP where only whole packets will do. */
    IP_FRAGMENT,
    /** Does not fit the path; the sender was told by ICMP. */
    MTU_EXCEEDED,
    /** The device's or socket's queue was full. */
    TRANSMIT_QUEUE_FULL,
    /** The kernel refused to send it. */
    TRANSMIT_ERROR,
    /** The port that it should leave by is gone or down. */
    PORT_DOWN,
    /** Its actions send it nowhere. */
    NO_OUTPUT,
    /** The queue of packets that wait for translation was full. */
    UPCALL_QUEUE_FULL,
    /** Too many packets wait for the one thread that may send by a port. */
    HANDOVER_QUEUE_FULL,
    /** Translation went too deep: patch ports or tables in a loop. */
    RECURSION_TOO_DEEP,
    /** The tunnel header is cut off. */
    TUNNEL_TRUNCATED,
    /** The tunnel carries something other than Ethernet. */
    TUNNEL_PROTOCOL_UNKNOWN,
    /** No tunnel port is configured that matches. */
    TUNNEL_PORT_NOT_FOUND,
    /** Outer congestion mark on an inner packet that knows nothing of ECN (RFC 6040 section 4.2). */
    TUNNEL_ECN_NOT_CAPABLE,
    /** No route to the tunnel's remote end. */
    TUNNEL_NO_ROUTE,
    /** A tunnel that takes its remote address or key from the flow, and the flow did not set it. */
    TUNNEL_NOT_SET,
    /** VXLAN without the I flag, or with reserved bits. */
    VXLAN_FLAGS_INVALID,
    /** Geneve of a version other than 0. */
    GENEVE_VERSION_UNKNOWN,
    /** A Geneve option runs over the end of the options. */
    GENEVE_OPTIONS_MALFORMED,
    /** A Geneve option that is critical and that nobody here knows (RFC 8926 section 3.5). */
    GENEVE_CRITICAL_OPTION_UNKNOWN,
    /** A Geneve control packet, whose payload must not be forwarded (RFC 8926 section 3.4). */
    GENEVE_CONTROL,
    /** GRE of a version other than 0, or with the routing flag or reserved bits. */
    GRE_FLAGS_INVALID,
    /** The GRE checksum is wrong. */
    GRE_CHECKSUM_BAD,
    /** An ESP packet too short for its association's suite, or not of whole blocks. */
    ESP_MALFORMED,
    /** An ESP packet whose SPI belongs to no association. */
    ESP_SA_NOT_FOUND,
    /** The association's end has come. */
    ESP_SA_CLOSED,
    /** An ESP packet that was received before, or so old that nobody knows. */
    ESP_REPLAYED,
    /** The ICV of an ESP packet is wrong: somebody has forged or damaged it, or the keys are not the same. */
    ESP_ICV_BAD,
    /** A genuine ESP packet with more padding than there is packet. */
    ESP_PADDING_INVALID,
    /** A genuine ESP packet that is there to hide how much others say (RFC 4303 section 2.6). */
    ESP_DUMMY,
    /** All sequence numbers of the association are used up, and it was not replaced in time. */
    ESP_SEQUENCE_EXHAUSTED,
    /** Java's cipher failed, which it has no reason to. */
    ESP_CIPHER_FAILED,
    /** In clear, for a tunnel that IPsec protects. */
    IPSEC_CLEARTEXT,
    /** Genuine ESP, but not of what its association is for, or for a tunnel that it does not protect. */
    IPSEC_POLICY,
    /** Too many frames wait for a security association already. */
    IPSEC_WAITING_FULL,
    /** A datagram at IKE's ports that cannot be IKE. */
    IKE_MALFORMED,
    /** More IKE messages than are looked at in time. */
    IKE_QUEUE_FULL;

    private static final List<DropReason> ALL = List.of(values());

    private final String counter = name().toLowerCase(Locale.ROOT);

    /** Returns the counter's name, such as {@code tunnel_port_not_found}. */
    public String counter() {
        return counter;
    }

    /** Returns this reason as a negative number, for methods that otherwise return a length. */
    @SuppressWarnings("EnumOrdinal") // a number within one process, never stored or sent
    public int code() {
        return -1 - ordinal();
    }

    /** Returns the reason that a negative number stands for. */
    public static DropReason of(int code) {
        return ALL.get(-1 - code);
    }
}
