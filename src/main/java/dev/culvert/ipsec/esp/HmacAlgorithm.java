package dev.culvert.ipsec.esp;

/** HMAC with SHA-2, cut to half its length (RFC 4868). The names' numbers are the bits of the digest and of what is sent. */
enum HmacAlgorithm {
    SHA2_256_128("HmacSHA256", 12, 32),
    SHA2_384_192("HmacSHA384", 13, 48),
    SHA2_512_256("HmacSHA512", 14, 64);

    private final String algorithm;
    private final int id;
    private final int digestLength;

    HmacAlgorithm(String algorithm, int id, int digestLength) {
        this.algorithm = algorithm;
        this.id = id;
        this.digestLength = digestLength;
    }

    /** The name in the JDK. */
    String algorithm() {
        return algorithm;
    }

    /** IKEv2's number of the transform. */
    int id() {
        return id;
    }

    /** Wireshark's name. */
    String wiresharkName() {
        int bits = digestLength * Byte.SIZE;
        return "HMAC-SHA-" + bits + "-" + bits / 2 + " [RFC4868]";
    }

    /** Bytes of the key, which are those of the digest (RFC 4868 section 2.1.1). */
    int keyLength() {
        return digestLength;
    }

    /** Bytes that are sent. */
    int icvLength() {
        return digestLength / 2;
    }
}
