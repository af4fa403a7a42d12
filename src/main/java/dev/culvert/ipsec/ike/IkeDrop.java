package dev.culvert.ipsec.ike;

/** Why a received datagram was not, or not quite, obeyed. */
public enum IkeDrop {
    /** No IKEv2 message. */
    MALFORMED,
    /** From an address that no peer is configured with. */
    UNKNOWN_PEER,
    /** For an IKE SA that is not there. */
    UNKNOWN_SPI,
    /** A message that must be encrypted and is not. */
    UNPROTECTED,
    /** Encrypted or authenticated with other keys. */
    NOT_AUTHENTIC,
    /** A request or answer with a message id that is not due: old, repeated, or too early. */
    MESSAGE_ID,
    /** An exchange that does not belong here. */
    UNEXPECTED,
    /** Fragments that do not fit together, or too many. */
    FRAGMENT,
    /** Answered with a cookie instead of an IKE SA. */
    COOKIE,
    /** A key exchange value that is none. */
    BAD_KEY_EXCHANGE,
    /** Too many answers of this kind already. */
    RATE_LIMIT
}
