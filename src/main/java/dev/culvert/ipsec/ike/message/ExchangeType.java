package dev.culvert.ipsec.ike.message;

/** Exchange types (RFC 7296 section 3.1). */
public final class ExchangeType {
    /** Agrees on cryptography and exchanges keys. */
    public static final int IKE_SA_INIT = 34;

    /** Authenticates both ends and makes the first CHILD_SA. */
    public static final int IKE_AUTH = 35;

    /** Makes or rekeys a CHILD_SA, or rekeys the IKE SA. */
    public static final int CREATE_CHILD_SA = 36;

    /** Deletes, notifies, and asks whether the peer lives. */
    public static final int INFORMATIONAL = 37;

    private ExchangeType() {}
}
