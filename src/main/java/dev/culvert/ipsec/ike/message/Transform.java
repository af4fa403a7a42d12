package dev.culvert.ipsec.ike.message;

/**
 * One algorithm of a proposal (RFC 7296 section 3.3.2).
 *
 * @param type what it is for, one of this class's constants
 * @param id its number in IANA's registry for that type
 * @param keyBits the Key Length attribute, 0 if there is none; -1 if there is an attribute that this code does not know,
 *     for which the RFC wants the transform to be passed over
 */
public record Transform(int type, int id, int keyBits) {
    /** Encryption. */
    public static final int ENCR = 1;

    /** Pseudorandom function. */
    public static final int PRF = 2;

    /** Integrity. */
    public static final int INTEG = 3;

    /** Key exchange method. */
    public static final int KE = 4;

    /** Extended sequence numbers. */
    public static final int ESN = 5;

    /** Makes a transform without attributes. */
    public Transform(int type, int id) {
        this(type, id, 0);
    }
}
