package dev.culvert.openflow.field;

/** How a field's value is written in text, under the names of ovs-fields(7). */
public enum FieldFormat {
    /** A decimal number. */
    DECIMAL,
    /** A number with the prefix 0x. */
    HEXADECIMAL,
    /** Six octets in hexadecimal, with colons. */
    ETHERNET,
    /** A dotted quad; a mask as prefix length where it is one. */
    IPV4,
    /** RFC 5952 text; a mask as prefix length where it is one. */
    IPV6,
    /** A 16-bit port number or reserved name. */
    PORT16,
    /** A 32-bit port number or reserved name. */
    PORT32,
    /** The fragment words no, yes, first, later, not_later. */
    FRAG,
    /** TCP flag names. */
    TCP_FLAGS,
    /** Connection tracking state names. */
    CT_STATE,
    /** Tunnel flag names. */
    TUNNEL_FLAGS,
    /** Name space and number in parentheses. */
    PACKET_TYPE
}
