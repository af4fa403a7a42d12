package dev.culvert.ipsec.ike.crypto;

/**
 * What a CHILD_SA works with.
 *
 * @param group of the exchange that made its keys, {@link KeGroup#NONE} if they come of the IKE SA's
 * @param esn whether sequence numbers have 64 bits (RFC 4303 section 2.2.1)
 */
public record EspTransforms(CipherTransform cipher, Integrity integrity, KeGroup group, boolean esn) {
    /** Returns bytes of keying material of one direction: encryption key, salt of GCM, integrity key. */
    public int keyLength() {
        return cipher.keyLength() + integrity.keyLength();
    }

    /** Returns the transforms in strongSwan's form, for example {@code aes256gcm16}. */
    @Override
    public String toString() {
        String integ = integrity == Integrity.NONE ? "" : "-" + integrity;
        String ke = group == KeGroup.NONE ? "" : "-" + group;
        return SuiteText.lower(cipher + integ + ke + (esn ? "-esn" : ""));
    }
}
