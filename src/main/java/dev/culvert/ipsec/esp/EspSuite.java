package dev.culvert.ipsec.esp;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A pair of algorithms that protects ESP packets, and what it costs. RFC 8221 recommends these; anything weaker does not exist
 * here. A suite has encryption of whole blocks, an IV in every packet, and an integrity check value (ICV) behind it.
 */
public enum EspSuite {
    /** AES-GCM with an ICV of 16 bytes (RFC 4106), 128-bit key. */
    AES_GCM_16_128(128, null),
    /** AES-GCM, 192-bit key. */
    AES_GCM_16_192(192, null),
    /** AES-GCM, 256-bit key. */
    AES_GCM_16_256(256, null),
    /** AES-CBC (RFC 3602), 128-bit key, with HMAC-SHA-256-128 (RFC 4868). */
    AES_CBC_128_SHA2_256(128, HmacAlgorithm.SHA2_256_128),
    /** AES-CBC, 192-bit key, with HMAC-SHA-256-128. */
    AES_CBC_192_SHA2_256(192, HmacAlgorithm.SHA2_256_128),
    /** AES-CBC, 256-bit key, with HMAC-SHA-256-128. */
    AES_CBC_256_SHA2_256(256, HmacAlgorithm.SHA2_256_128),
    /** AES-CBC, 128-bit key, with HMAC-SHA-384-192. */
    AES_CBC_128_SHA2_384(128, HmacAlgorithm.SHA2_384_192),
    /** AES-CBC, 192-bit key, with HMAC-SHA-384-192. */
    AES_CBC_192_SHA2_384(192, HmacAlgorithm.SHA2_384_192),
    /** AES-CBC, 256-bit key, with HMAC-SHA-384-192. */
    AES_CBC_256_SHA2_384(256, HmacAlgorithm.SHA2_384_192),
    /** AES-CBC, 128-bit key, with HMAC-SHA-512-256. */
    AES_CBC_128_SHA2_512(128, HmacAlgorithm.SHA2_512_256),
    /** AES-CBC, 192-bit key, with HMAC-SHA-512-256. */
    AES_CBC_192_SHA2_512(192, HmacAlgorithm.SHA2_512_256),
    /** AES-CBC, 256-bit key, with HMAC-SHA-512-256. */
    AES_CBC_256_SHA2_512(256, HmacAlgorithm.SHA2_512_256);

    /** Bytes in front of the IV: SPI and sequence number. */
    static final int SPI_AND_SEQUENCE = 8;

    /** Bytes behind the padding: its length, and the next header. */
    static final int TRAILER = 2;

    private static final int ENCR_AES_CBC = 12;
    private static final int ENCR_AES_GCM_16 = 20;
    private static final int GCM_SALT = 4;

    private final int keyBits;
    private final @Nullable HmacAlgorithm integrity;

    EspSuite(int keyBits, @Nullable HmacAlgorithm integrity) {
        this.keyBits = keyBits;
        this.integrity = integrity;
    }

    /**
     * Finds a suite by IKEv2's numbers for its transforms (RFC 7296 section 3.3.2).
     *
     * @param encryption ENCR: 12 for AES-CBC, 20 for AES-GCM with an ICV of 16 bytes
     * @param keyBits the key length attribute
     * @param integrity AUTH: 12, 13 or 14 for HMAC with SHA-256, 384 or 512; 0 for none
     */
    public static Optional<EspSuite> of(int encryption, int keyBits, int integrity) {
        for (EspSuite suite : values()) {
            if (suite.encryptionId() == encryption && suite.keyBits == keyBits && suite.integrityId() == integrity) {
                return Optional.of(suite);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns why this JVM cannot do the suite right, in words; null if nothing is known against it. Such a suite should not be
     * proposed, and no association can be made with it.
     */
    public @Nullable String fault() {
        return integrity == null ? GcmCheck.fault() : null;
    }

    /** Returns IKEv2's number of the encryption transform. */
    public int encryptionId() {
        return integrity == null ? ENCR_AES_GCM_16 : ENCR_AES_CBC;
    }

    /** Returns the encryption key's length in bits, without the salt. */
    public int keyBits() {
        return keyBits;
    }

    /** Returns IKEv2's number of the integrity transform; 0 for AES-GCM, which needs none. */
    public int integrityId() {
        return integrity == null ? 0 : integrity.id();
    }

    /** Returns what checks integrity; null for AES-GCM, which does it itself. */
    @Nullable
    HmacAlgorithm integrity() {
        return integrity;
    }

    /** Returns the bytes of keying material for one direction: encryption key, salt (AES-GCM), integrity key, in this order. */
    public int keyLength() {
        return encryptionKeyLength() + saltLength() + (integrity == null ? 0 : integrity.keyLength());
    }

    int encryptionKeyLength() {
        return keyBits / Byte.SIZE;
    }

    int saltLength() {
        return integrity == null ? GCM_SALT : 0;
    }

    /** Returns the bytes of the IV in each packet. */
    public int ivLength() {
        return integrity == null ? 8 : 16;
    }

    /** Returns the bytes of the ICV at each packet's end. */
    public int icvLength() {
        return integrity == null ? GcmAead.ICV : integrity.icvLength();
    }

    /** Returns the bytes of which what is encrypted is a multiple: AES's block, or ESP's alignment of 4. */
    public int blockLength() {
        return integrity == null ? 4 : 16;
    }

    /** Returns the bytes in front of a packet's payload: SPI, sequence number and IV. */
    public int headerLength() {
        return SPI_AND_SEQUENCE + ivLength();
    }

    /** Returns the bytes that are encrypted for this much payload: itself, padding, its length, the next header. */
    int textLength(int payload) {
        return (payload + TRAILER + blockLength() - 1) & -blockLength();
    }

    /** Returns the bytes that a packet has more than its payload of this many bytes. */
    public int overhead(int payload) {
        return headerLength() + textLength(payload) - payload + icvLength();
    }

    /**
     * Returns the longest payload that fits.
     *
     * @param space bytes for the ESP packet, after the IP header, and UDP's where there is one
     * @return bytes; 0 when nothing fits
     */
    public int maxPayload(int space) {
        int text = (space - headerLength() - icvLength()) & -blockLength();
        return Math.max(0, text - TRAILER);
    }

    /** Returns the suite as strongSwan names it in proposals and status, such as {@code AES_CBC_128/HMAC_SHA2_256_128}. */
    @Override
    public String toString() {
        return integrity == null ? name() : "AES_CBC_" + keyBits + "/HMAC_" + integrity.name();
    }
}
