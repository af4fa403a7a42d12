package dev.culvert.ipsec.ike.message;

/** Security protocol identifiers (RFC 7296 section 3.3.1). */
public final class Protocol {
    /** None, in notifies that concern no SA. */
    public static final int NONE = 0;

    /** IKE itself. */
    public static final int IKE = 1;

    /** ESP. */
    public static final int ESP = 3;

    private Protocol() {}
}
