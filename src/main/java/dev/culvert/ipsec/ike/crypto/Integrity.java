package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.Transform;

/** Integrity algorithms beside a cipher that does not authenticate (RFC 4868). */
public enum Integrity {
    /** None, with GCM. */
    NONE(0, "", 0, "NONE [RFC4306]"),
    /** AUTH_HMAC_SHA2_256_128. */
    SHA256(12, "HmacSHA256", 32, "HMAC_SHA2_256_128 [RFC4868]"),
    /** AUTH_HMAC_SHA2_384_192. */
    SHA384(13, "HmacSHA384", 48, "HMAC_SHA2_384_192 [RFC4868]"),
    /** AUTH_HMAC_SHA2_512_256. */
    SHA512(14, "HmacSHA512", 64, "HMAC_SHA2_512_256 [RFC4868]");

    private final int id;
    private final String algorithm;
    private final int keyLength;
    private final String wiresharkName;

    Integrity(int id, String algorithm, int keyLength, String wiresharkName) {
        this.id = id;
        this.algorithm = algorithm;
        this.keyLength = keyLength;
        this.wiresharkName = wiresharkName;
    }

    /** Returns the number of the transform, 0 for none. */
    public int id() {
        return id;
    }

    /** Returns bytes of the key. */
    public int keyLength() {
        return keyLength;
    }

    /** Returns bytes of the checksum: half of the hash. */
    int checksumLength() {
        return keyLength / 2;
    }

    String algorithm() {
        return algorithm;
    }

    /** Returns the name in Wireshark's table of IKEv2 keys. */
    public String wiresharkName() {
        return wiresharkName;
    }

    Transform transform() {
        return new Transform(Transform.INTEG, id);
    }
}
