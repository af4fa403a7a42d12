package dev.culvert.ipsec.ike.crypto;

import dev.culvert.ipsec.ike.message.Transform;

/** Encryption for IKE's own messages and for ESP: transform id with key length. Names are strongSwan's. */
public enum CipherTransform {
    /** AES-GCM with a 16-byte checksum (RFC 4106, RFC 5282), 256 bits. */
    AES256GCM16(20, 256, "AES-GCM-256 with 16 octet ICV [RFC5282]"),
    /** AES-GCM, 192 bits. */
    AES192GCM16(20, 192, "AES-GCM-192 with 16 octet ICV [RFC5282]"),
    /** AES-GCM, 128 bits. */
    AES128GCM16(20, 128, "AES-GCM-128 with 16 octet ICV [RFC5282]"),
    /** AES-CBC (RFC 3602), 256 bits. */
    AES256(12, 256, "AES-CBC-256 [RFC3602]"),
    /** AES-CBC, 192 bits. */
    AES192(12, 192, "AES-CBC-192 [RFC3602]"),
    /** AES-CBC, 128 bits. */
    AES128(12, 128, "AES-CBC-128 [RFC3602]");

    private static final int GCM = 20;

    private final int id;
    private final int keyBits;
    private final String wiresharkName;

    CipherTransform(int id, int keyBits, String wiresharkName) {
        this.id = id;
        this.keyBits = keyBits;
        this.wiresharkName = wiresharkName;
    }

    /** Returns the number of the transform, 20 or 12. */
    public int id() {
        return id;
    }

    /** Returns the length of the AES key in bits. */
    public int keyBits() {
        return keyBits;
    }

    /** Tells whether it authenticates as well, so that no integrity algorithm goes with it. */
    public boolean isAead() {
        return id == GCM;
    }

    /** Returns bytes of keying material: the key, and with GCM a salt of 4 bytes behind it. */
    public int keyLength() {
        return keyBits / 8 + (isAead() ? 4 : 0);
    }

    /** Returns the name in Wireshark's table of IKEv2 keys. */
    public String wiresharkName() {
        return wiresharkName;
    }

    Transform transform() {
        return new Transform(Transform.ENCR, id, keyBits);
    }
}
