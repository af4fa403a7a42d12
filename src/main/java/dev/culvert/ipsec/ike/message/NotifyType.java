package dev.culvert.ipsec.ike.message;

/** Notify message types (RFC 7296 section 3.10.1 and IANA's registry); below {@link #FIRST_STATUS} they are errors. */
public final class NotifyType {
    /** A payload marked critical has a type that the receiver does not know; the data is that type. */
    public static final int UNSUPPORTED_CRITICAL_PAYLOAD = 1;

    /** A message for an IKE SA that does not exist. */
    public static final int INVALID_IKE_SPI = 4;

    /** A message that is not as the RFC says. */
    public static final int INVALID_SYNTAX = 7;

    /** ESP for an SA that does not exist. */
    public static final int INVALID_SPI = 11;

    /** No proposal is acceptable. */
    public static final int NO_PROPOSAL_CHOSEN = 14;

    /** The key exchange is of another group than the chosen one; the data is that group. */
    public static final int INVALID_KE_PAYLOAD = 17;

    /** The peer is not who it should be. */
    public static final int AUTHENTICATION_FAILED = 24;

    /** No further CHILD_SAs here. */
    public static final int NO_ADDITIONAL_SAS = 35;

    /** None of the proposed traffic is acceptable. */
    public static final int TS_UNACCEPTABLE = 38;

    /** Not now (RFC 7296 section 2.25). */
    public static final int TEMPORARY_FAILURE = 43;

    /** The CHILD_SA to rekey does not exist. */
    public static final int CHILD_SA_NOT_FOUND = 44;

    /** From here on types tell a status. */
    public static final int FIRST_STATUS = 16384;

    /** The sender knows no other IKE SA between the two identities. */
    public static final int INITIAL_CONTACT = 16384;

    /** Hash over the sender's address. */
    public static final int NAT_DETECTION_SOURCE_IP = 16388;

    /** Hash over the receiver's address. */
    public static final int NAT_DETECTION_DESTINATION_IP = 16389;

    /** To be repeated in front of an IKE_SA_INIT request. */
    public static final int COOKIE = 16390;

    /** Transport mode, please. */
    public static final int USE_TRANSPORT_MODE = 16391;

    /** The exchange replaces this CHILD_SA. */
    public static final int REKEY_SA = 16393;

    /** Seconds after which the sender wants to be authenticated anew (RFC 4478). */
    public static final int AUTH_LIFETIME = 16403;

    /** IKEv2 fragments are understood (RFC 7383). */
    public static final int IKEV2_FRAGMENTATION_SUPPORTED = 16430;

    /** Hashes for digital signatures (RFC 7427). */
    public static final int SIGNATURE_HASH_ALGORITHMS = 16431;

    private NotifyType() {}

    /** Returns an error's name in the RFC, or its number. */
    public static String name(int type) {
        return switch (type) {
            case UNSUPPORTED_CRITICAL_PAYLOAD -> "UNSUPPORTED_CRITICAL_PAYLOAD";
            case INVALID_IKE_SPI -> "INVALID_IKE_SPI";
            case INVALID_SYNTAX -> "INVALID_SYNTAX";
            case INVALID_SPI -> "INVALID_SPI";
            case NO_PROPOSAL_CHOSEN -> "NO_PROPOSAL_CHOSEN";
            case INVALID_KE_PAYLOAD -> "INVALID_KE_PAYLOAD";
            case AUTHENTICATION_FAILED -> "AUTHENTICATION_FAILED";
            case NO_ADDITIONAL_SAS -> "NO_ADDITIONAL_SAS";
            case TS_UNACCEPTABLE -> "TS_UNACCEPTABLE";
            case TEMPORARY_FAILURE -> "TEMPORARY_FAILURE";
            case CHILD_SA_NOT_FOUND -> "CHILD_SA_NOT_FOUND";
            default -> "notify " + type;
        };
    }
}
