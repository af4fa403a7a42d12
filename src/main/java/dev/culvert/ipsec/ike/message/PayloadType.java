package dev.culvert.ipsec.ike.message;

/** Payload types (RFC 7296 section 3.2, RFC 7383 section 2.5). */
public final class PayloadType {
    /** No payload follows. */
    public static final int NONE = 0;

    /** Security association. */
    public static final int SA = 33;

    /** Key exchange. */
    public static final int KE = 34;

    /** Identification of the initiator. */
    public static final int ID_I = 35;

    /** Identification of the responder. */
    public static final int ID_R = 36;

    /** Certificate. */
    public static final int CERT = 37;

    /** Certificate request. */
    public static final int CERTREQ = 38;

    /** Authentication. */
    public static final int AUTH = 39;

    /** Nonce. */
    public static final int NONCE = 40;

    /** Notify. */
    public static final int NOTIFY = 41;

    /** Delete. */
    public static final int DELETE = 42;

    /** Vendor id. */
    public static final int VENDOR = 43;

    /** Traffic selectors of the initiator. */
    public static final int TS_I = 44;

    /** Traffic selectors of the responder. */
    public static final int TS_R = 45;

    /** Encrypted and authenticated. */
    public static final int SK = 46;

    /** Encrypted and authenticated fragment. */
    public static final int SKF = 53;

    private PayloadType() {}

    /** Tells whether this code must not be refused although it is not used: configuration and EAP (47 and 48) are RFC 7296's own. */
    static boolean isKnown(int type) {
        return type >= SA && type <= 48;
    }
}
